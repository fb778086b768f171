"""Every way in which a file can be bad: damaged, too large, locked, or not there."""

import io
import os
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from load_material import HEIGHT, WIDTH, drawing, encoded, failure_of, load, page_of, pdf, png_of_size
from material import LOCKED_PDF
from PIL import Image

from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Page, PageFailure


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
