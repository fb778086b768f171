"""Coloured print that vanishes in light of its colour."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from digitocr import Reader
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

PRINT, PEN = (40, 20), (40, 60)  # where the form's print is, and where the ink, as (x, y)
COLOURS = {"red": (240, 60, 60), "green": (60, 240, 60), "blue": (60, 60, 240)}


def form(colour: str, mode: str = "RGB") -> Image.Image:
    """A band of print in a colour, and one of black ink below it."""
    image = Image.new("RGB", (80, 90), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 70, 30), COLOURS[colour])
    draw.rectangle((10, 50, 70, 70), (20, 20, 20))
    return image.quantize(8) if mode == "P" else image.convert(mode)


def gray_of(image: Image.Image, kind: str, drop_out: str | None) -> Gray:
    file = io.BytesIO()
    image.save(file, kind)
    [page] = load_pages("scan", LoadOptions(drop_out=drop_out, pdf_dpi=72), file.getvalue())
    assert isinstance(page, Page)
    return page.gray


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "PDF", "WEBP", "BMP"])
@pytest.mark.parametrize("colour", COLOURS)
def test_print_of_the_colour_is_as_light_as_paper_and_ink_stays(kind, colour):
    seen = gray_of(form(colour), kind, colour)
    assert seen[PRINT[::-1]] > 225
    assert seen[PEN[::-1]] < 40
    assert gray_of(form(colour), kind, None)[PRINT[::-1]] < 190


@pytest.mark.parametrize("mode", ["RGBA", "P", "CMYK"])
def test_other_modes_of_colour_are_seen_in_the_same_light(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    seen = gray_of(form("red", mode), kind, "red")
    assert seen[PRINT[::-1]] > 225
    assert seen[PEN[::-1]] < 60


@pytest.mark.parametrize("colour", COLOURS)
def test_lab_pictures_are_seen_in_the_same_light(colour):
    lab = ImageCms.profileToProfile(
        form(colour), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    seen = gray_of(lab, "TIFF", colour)
    assert seen[PRINT[::-1]] > 225
    assert seen[PEN[::-1]] < 40


@pytest.mark.parametrize("mode", ["L", "1", "I;16"])
def test_a_picture_without_colour_stays_as_it_is(mode):
    image = form("red", "L").convert(mode) if mode != "I;16" else form("red", "L").convert("I").convert(mode)
    assert np.array_equal(gray_of(image, "PNG", "red"), gray_of(image, "PNG", None))


def test_a_number_under_coloured_bars_is_read_by_the_light_of_their_colour():
    rng = np.random.default_rng(2)
    ink = write_number(rng, StrokeHand(rng, 40), "4826", 40, Spacing(gap=0.2), margin_px=20).ink
    image = np.full((*ink.shape, 3), 255, np.uint8)
    for top in range(22, ink.shape[0], 12):
        image[top : top + 5] = (255, 0, 0)
    image = np.minimum(image, 255 - ink[..., None])
    assert Reader(layout="line", drop_out="red").read(image).texts == ("4826",)
    assert Reader(layout="line").read(image).texts != ("4826",)


def test_a_form_is_not_found_by_print_that_is_hidden(digitocr, tmp_path):
    form("red").save(tmp_path / "scan.png")
    result = digitocr("read", tmp_path / "scan.png", "--drop-out", "red", "-t", tmp_path / "form.toml")
    assert result.returncode == 2
    assert b"--drop-out hides the print" in result.stderr
