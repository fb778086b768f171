"""Every format that is read, and every way in which a file can be bad."""

import io
import os
import struct
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import LOCKED_PDF
from PIL import Image, ImageDraw

from digitocr.errors import UsageError
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page, PageFailure

HEIGHT, WIDTH = 60, 90


def drawing() -> Image.Image:
    """A page that looks different from every side: an L of dark ink, upright, off the centre."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    ImageDraw.Draw(image).line([(12, 8), (12, 40), (30, 40)], fill=0, width=5)
    return image


def encoded(image: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)
    return file.getvalue()


def load(data: bytes, **options: Any) -> list[Page | PageFailure]:
    return list(load_pages("scan", LoadOptions(**options), data))


def page_of(data: bytes, **options: Any) -> Page:
    [page] = load(data, **options)
    assert isinstance(page, Page), page
    assert (page.source, page.number) == ("scan", 1)
    assert page.gray.dtype == np.uint8
    return page


def failure_of(data: bytes, **options: Any) -> str:
    [failure] = load(data, **options)
    assert isinstance(failure, PageFailure)
    assert (failure.source, failure.page) == ("scan", 0)
    assert failure.error.startswith("scan: ")
    return failure.error


def assert_like(gray: Gray, wanted: Image.Image | None = None, within: float = 6.0) -> None:
    expected = np.asarray(wanted or drawing(), np.float64)
    assert gray.shape == expected.shape
    assert np.abs(gray - expected).mean() < within


def with_alpha() -> Image.Image:
    """Dark ink on nothing: what is transparent is black below."""
    ink = drawing().point(lambda value: 255 if value < 128 else 0)
    return Image.merge("LA", (Image.new("L", ink.size, 0), ink))


MODES: dict[str, Image.Image] = {
    "gray": drawing(),
    "1-bit": drawing().convert("1"),
    "palette": drawing().convert("P"),
    "rgb": drawing().convert("RGB"),
    "rgba": drawing().convert("RGBA"),
    "cmyk": drawing().convert("CMYK"),
    "gray alpha": with_alpha(),
    "rgb alpha": with_alpha().convert("RGBA"),
    "lab": drawing().convert("RGB"),
}
FORMATS = {
    "PNG": ["gray", "1-bit", "palette", "rgb", "rgba", "gray alpha", "rgb alpha"],
    "JPEG": ["gray", "rgb", "cmyk"],
    "TIFF": ["gray", "1-bit", "palette", "rgb", "rgba", "cmyk", "gray alpha"],
    "BMP": ["gray", "1-bit", "palette", "rgb", "rgba"],
    "WEBP": ["gray", "rgb", "rgb alpha"],
}


@pytest.mark.parametrize(
    ("form", "mode"), [(form, mode) for form, modes in FORMATS.items() for mode in modes]
)
def test_formats_and_modes(form: str, mode: str) -> None:
    how = {"quality": 95} if form in ("JPEG", "WEBP") else {}
    assert_like(page_of(encoded(MODES[mode], form, **how)).gray, within=9.0)


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "packbits", "tiff_adobe_deflate", "jpeg"])
def test_tiff_compressions(compression: str) -> None:
    image = MODES["1-bit"] if compression == "group4" else drawing()
    assert_like(page_of(encoded(image, "TIFF", compression=compression)).gray)


def test_transparent_palette_is_white() -> None:
    palette = drawing().convert("P")
    assert_like(page_of(encoded(palette, "PNG", transparency=palette.getpixel((0, 0)))).gray)


@pytest.mark.parametrize("mode", ["gray", "rgb"])
def test_transparent_colour_key_is_white(mode: str) -> None:
    black_ground = MODES[mode].point(lambda value: 0 if value > 128 else 60)
    key = 0 if mode == "gray" else (0, 0, 0)
    gray = page_of(encoded(black_ground, "PNG", transparency=key)).gray
    assert gray[0, 0] == 255
    assert gray[20, 12] == 60


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [10, 12, 16])
def test_deep_gray_is_scaled(form: str, bits: int) -> None:
    deep = np.asarray(drawing(), np.float64) / 255 * (2**bits - 1)
    assert_like(page_of(encoded(Image.fromarray(deep.astype(np.uint16)), form)).gray, within=1.0)


def test_deep_colour_is_scaled() -> None:
    deep = np.repeat(np.asarray(drawing(), np.uint16)[..., None] * 257, 3, axis=2)
    assert_like(page_of(cv2.imencode(".png", deep)[1].tobytes()).gray, within=1.0)


@pytest.mark.parametrize("white", [1.0, 255.0])
def test_float_pixels_are_scaled(white: float) -> None:
    values = (np.asarray(drawing(), np.float32) / 255 * white).astype(np.float32)
    values[0, 0] = np.nan
    assert_like(page_of(encoded(Image.fromarray(values), "TIFF")).gray, within=1.0)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(form: str, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = drawing().transpose(undo[orientation]) if orientation > 1 else drawing()
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_like(page_of(encoded(stored, form, exif=exif)).gray)


def test_jpeg_is_what_opencv_decodes() -> None:
    data = encoded(drawing().convert("RGB"), "JPEG", quality=80)
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(page_of(data).gray, expected)
    assert np.array_equal(page_of(data + b"trailing junk").gray, expected)


def test_resolution() -> None:
    assert page_of(encoded(drawing(), "JPEG", dpi=(300, 300))).dpi == 300
    assert page_of(encoded(drawing(), "PNG", dpi=(200, 200))).dpi == pytest.approx(200, abs=0.1)
    assert page_of(encoded(drawing(), "TIFF", dpi=(204, 98))).dpi == 204
    assert page_of(encoded(drawing(), "TIFF", dpi=(2040, 98))).dpi is None
    assert page_of(encoded(drawing(), "JPEG", dpi=(72, 72))).dpi is None
    assert page_of(encoded(drawing(), "JPEG")).dpi is None
    assert page_of(encoded(drawing(), "PNG", dpi=(1, 1))).dpi is None


def test_light_ink_on_black_comes_dark_on_light() -> None:
    negative = drawing().point(lambda value: 255 - value)
    assert_like(page_of(encoded(negative, "PNG")).gray)


def test_content_decides_and_not_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(encoded(drawing(), "PNG"))
    [page] = load_pages(str(path), LoadOptions())
    assert isinstance(page, Page)
    assert page.source == str(path)
    assert_like(page.gray)


def several(count: int) -> list[Image.Image]:
    """Pages of different widths, so that they can be told apart."""
    return [drawing().crop((0, 0, WIDTH + number, HEIGHT)) for number in range(count)]


def tiff(count: int, **how: Any) -> bytes:
    first, *rest = several(count)
    return encoded(first, "TIFF", save_all=True, append_images=rest, **how)


def pdf(count: int) -> bytes:
    first, *rest = several(count)
    return encoded(first, "PDF", save_all=True, append_images=rest, resolution=72)


def test_every_page_of_a_tiff() -> None:
    pages = load(tiff(3))
    assert [(page.number, page.gray.shape[1]) for page in pages if isinstance(page, Page)] == [
        (1, WIDTH),
        (2, WIDTH + 1),
        (3, WIDTH + 2),
    ]


def test_every_page_of_a_pdf_at_the_dpi_asked_for() -> None:
    pages = load(pdf(2), pdf_dpi=144)
    assert [(page.number, page.gray.shape, page.dpi) for page in pages if isinstance(page, Page)] == [
        (1, (2 * HEIGHT, 2 * WIDTH), 144),
        (2, (2 * HEIGHT, 2 * WIDTH + 2), 144),
    ]
    [page] = load(pdf(1), pdf_dpi=72)
    assert isinstance(page, Page)
    assert_like(page.gray, within=12.0)


@pytest.mark.parametrize("make", [tiff, pdf])
def test_page_ranges(make: Any) -> None:
    data = make(5)
    assert [page.number for page in load(data, pages="4-,2") if isinstance(page, Page)] == [2, 4, 5]
    assert "5 pages" in failure_of(data, pages="6-9")
    assert "--max-pages" in failure_of(data, max_pages=4)
    assert len(load(data, max_pages=5)) == 5
    assert [page.number for page in load(data, max_pages=2, pages="4-5") if isinstance(page, Page)] == [4, 5]
    with pytest.raises(UsageError):
        load(data, pages="five")


def test_page_range_does_not_concern_single_images() -> None:
    page_of(encoded(drawing(), "PNG"), pages="2-")


def test_smaller_copies_in_a_pyramid_are_no_pages() -> None:
    small = drawing().resize((WIDTH // 2, HEIGHT // 2))
    file = io.BytesIO()
    drawing().save(file, "TIFF", save_all=True, append_images=[small])
    data = bytearray(file.getvalue())
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        second = image._frame_pos[1]  # type: ignore[attr-defined]
    # The tag with the lowest number, ImageWidth (256), becomes NewSubfileType = 1 of a copy with that width.
    count = struct.unpack_from("<H", data, second)[0]
    entry = bytes(data[second + 2 : second + 2 + 12 * count])
    where = len(data)
    data += struct.pack("<H", count + 1) + struct.pack("<HHII", 254, 4, 1, 1) + entry + struct.pack("<I", 0)
    first = struct.unpack_from("<I", data, 4)[0]
    first_count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * first_count, where)
    assert_like(page_of(bytes(data)).gray)


def test_broken_page_in_the_middle_of_a_tiff() -> None:
    data = bytearray(tiff(3, compression="tiff_adobe_deflate"))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        start = image.tag_v2[273][0]  # type: ignore[attr-defined]
    data[start : start + 12] = b"\xff" * 12
    first, broken, last = load(bytes(data))
    assert isinstance(first, Page)
    assert isinstance(broken, PageFailure)
    assert isinstance(last, Page)
    assert (broken.page, last.number) == (2, 3)
    assert broken.error.startswith("scan, page 2: truncated or damaged")


def test_broken_directory_in_the_middle_of_a_tiff() -> None:
    data = bytearray(tiff(3))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        directory = image._frame_pos[1]  # type: ignore[attr-defined]
    items = load(bytes(data[:directory]) + b"\xff" * 2)
    assert isinstance(items[0], Page)
    assert isinstance(items[1], PageFailure)
    assert items[1].page == 2


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated(form: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH), np.uint8)
    data = encoded(Image.fromarray(noise), form)
    [failure] = load(data[: int(len(data) * share)])
    assert isinstance(failure, PageFailure)
    assert "truncated or damaged" in failure.error
    assert "again" in failure.error


def test_truncated_jpeg_with_a_whole_thumbnail() -> None:
    thumbnail = encoded(drawing().resize((30, 20)), "JPEG")
    exif = Image.Exif()
    exif[0x010E] = "x" + thumbnail.decode("latin-1")
    data = encoded(drawing(), "JPEG", exif=b"Exif\0\0" + thumbnail)
    assert "truncated" in failure_of(data[:-40])


def test_damaged_png_checksum() -> None:
    data = bytearray(encoded(drawing(), "PNG"))
    data[data.index(b"IDAT") + 8] ^= 0xFF
    assert "damaged" in failure_of(bytes(data))


def test_truncated_pdf() -> None:
    assert "truncated or damaged" in failure_of(pdf(1)[:60])


def test_empty_and_unknown() -> None:
    assert "empty" in failure_of(b"")
    assert "JPEG 2000, PNM, ZIP, TAR or PDF was expected" in failure_of(b"GIF90a" + bytes(100))
    assert "damaged" in failure_of(b"\x89PNG\r\n\x1a\n")


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, with next to no pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def test_too_many_pixels_are_refused_before_decoding() -> None:
    bomb = png_of_size(30_000, 30_000)
    assert "900 megapixels" in failure_of(bomb)
    assert "--max-megapixels" in failure_of(bomb)
    assert "truncated" in failure_of(png_of_size(20_000, 10_000), max_megapixels=250)
    assert "no side may be longer" in failure_of(png_of_size(40_000, 10))
    failure_of(png_of_size(0, 10))
    page_of(encoded(drawing(), "PNG"), max_megapixels=WIDTH * HEIGHT / 1e6)
    failure_of(encoded(drawing(), "PNG"), max_megapixels=(WIDTH * HEIGHT - 1) / 1e6)


def test_pillow_keeps_its_own_limit() -> None:
    before = Image.MAX_IMAGE_PIXELS
    failure_of(png_of_size(30_000, 30_000))
    assert before == Image.MAX_IMAGE_PIXELS


def test_absurd_pdf_page() -> None:
    document = pdfium.PdfDocument.new()
    document.new_page(14_000, 14_000)
    document.new_page(100, 100)
    file = io.BytesIO()
    document.save(file)
    huge, small = load(file.getvalue())
    assert isinstance(huge, PageFailure)
    assert huge.page == 1
    assert "--max-megapixels" in huge.error
    assert isinstance(small, Page)
    assert (small.gray == 255).all()


def test_pdf_with_a_password() -> None:
    assert "password" in failure_of(LOCKED_PDF)


def test_file_that_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    [failure] = load_pages(str(tmp_path / "gone.png"), LoadOptions())
    assert isinstance(failure, PageFailure)
    assert "no such file" in failure.error
    [failure] = load_pages(str(tmp_path), LoadOptions())
    assert isinstance(failure, PageFailure)
    assert "folder" in failure.error


def test_what_is_larger_than_the_bound_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(drawing(), "JPEG"))
    assert isinstance(next(load_pages(str(path), LoadOptions())), Page)
    os.truncate(path, 3_000_000_000)  # zeros behind the picture, which take no room on the disk
    tracemalloc.start()
    [failure] = load_pages(str(path), LoadOptions())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(failure, PageFailure)
    assert "3000 megabytes are more than the" in failure.error
    assert "raise --max-megabytes" in failure.error
    assert peak < 1_000_000
    os.truncate(path, 20_000)
    assert isinstance(next(load_pages(str(path), LoadOptions(max_megabytes=0.02))), Page)
    os.truncate(path, 20_001)
    assert isinstance(next(load_pages(str(path), LoadOptions(max_megabytes=0.02))), PageFailure)
    assert "--max-megabytes" in failure_of(path.read_bytes(), max_megabytes=0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names, no such rights")
def test_pipe_and_rights(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    [failure] = load_pages(str(tmp_path / "pipe.png"), LoadOptions())
    assert isinstance(failure, PageFailure)
    assert "not a regular file" in failure.error
    locked = tmp_path / "locked.png"
    locked.touch(mode=0)
    [failure] = load_pages(str(locked), LoadOptions())
    assert isinstance(failure, PageFailure)
    assert os.geteuid() == 0 or "rights" in failure.error


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "TIFF", "BMP", "WEBP"]), st.data())
def test_no_bytes_make_it_raise(form: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(drawing(), form))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    items = load(bytes(whole), max_megapixels=1.0)
    assert items
    for item in items:
        assert isinstance(item, PageFailure) or (item.gray.ndim == 2 and item.gray.size <= 1_000_000)
