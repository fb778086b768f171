"""The committed model on pictures of one digit: cells of a form cut out with their borders, and lone 1s."""

import cv2
import numpy as np
import pytest

from digitocr.options import ReadOptions
from digitocr.reading.page import read_pages
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

CELLS, CELL_PX, SEED = 60, 40, 1964
ONES = 30


@pytest.fixture(scope="module")
def classifier():
    return load_classifier()


def read(pictures, classifier, layout):
    """The one reading of each picture."""
    pages = [Page("drawn.png", 1, picture) for picture in pictures]
    results = read_pages(pages, classifier, ReadOptions(layout=layout))
    for result in results:
        assert len(result.readings) == 1
        assert layout in ("auto", result.layout)
    return [result.readings[0] for result in results]


def draw_cells(*, empty=False):
    """Cells of 40x40 px with a border on three or four sides that is darker than what is written in them."""
    rng = np.random.default_rng(SEED)
    for n in range(CELLS):
        size = float(rng.uniform(18, 26))
        digit = str(n % 10)
        ink = write_number(rng, StrokeHand(rng, size), digit, size, Spacing(), margin_px=0).ink
        ink = ink[:CELL_PX, :CELL_PX]
        layer = np.zeros((CELL_PX, CELL_PX), np.float32)
        top, left = ((CELL_PX - side) // 2 for side in ink.shape)
        if not empty:
            layer[top : top + ink.shape[0], left : left + ink.shape[1]] = ink * rng.uniform(0.25, 0.5)
        border = np.zeros((CELL_PX, CELL_PX), np.uint8)
        thick, tone = int(rng.integers(2, 6)), float(rng.uniform(120, 200))
        a, b, c, d = (int(side) for side in rng.integers(0, 3, 4))
        lines = [
            ((a, 0), (b, 39)),
            ((39 - c, 0), (39 - d, 39)),
            ((0, b), (39, c)),
            ((0, 39 - d), (39, 39 - a)),
        ]
        for start, end in lines[: int(rng.integers(3, 5))]:
            cv2.line(border, start, end, tone, thick, cv2.LINE_AA)
        gray = rng.uniform(180, 230) - np.maximum(layer, border) + rng.normal(0, 3, layer.shape)
        yield cv2.GaussianBlur(np.clip(gray, 0, 255).astype(np.uint8), (0, 0), 0.6), digit


@pytest.mark.parametrize("layout", ["auto", "line"])
def test_a_digit_is_read_though_its_borders_are_darker(classifier, layout):
    cells = list(draw_cells())
    readings = read([picture for picture, _ in cells], classifier, layout)
    right = [reading.text == digit for reading, (_, digit) in zip(readings, cells, strict=True)]
    assert sum(right) >= 0.9 * CELLS


@pytest.mark.parametrize("layout", ["auto", "line"])
def test_an_empty_cell_is_mostly_blank_and_never_accepted_as_a_digit(classifier, layout):
    readings = read([picture for picture, _ in draw_cells(empty=True)], classifier, layout)
    assert not any(reading.text and reading.status == "accept" for reading in readings)
    assert sum(not reading.text for reading in readings) >= 0.8 * CELLS


@pytest.mark.parametrize("margin_px", [3, 16])
def test_a_1_that_stands_alone_is_seldom_lost(classifier, margin_px):
    rng = np.random.default_rng(SEED)
    pictures = []
    for _ in range(ONES):
        size = float(rng.uniform(24, 44))
        number = write_number(rng, StrokeHand(rng, size), "1", size, Spacing(), margin_px=margin_px)
        pictures.append(put_on_paper(rng, number.ink, size, "page"))
    readings = read(pictures, classifier, "line")
    assert sum(not reading.text for reading in readings) <= 1
    assert sum(reading.text == "1" for reading in readings) >= 0.85 * ONES  # some look like a 7 or a 2
