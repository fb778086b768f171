"""Every format of a picture that is read: modes, depths, compression, orientation and resolution."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from load_material import MODES, assert_like, drawing, encoded, page_of
from PIL import Image

from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Page

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
