"""Cells and single boxes of a sheet that is filled are found under the writing, and it is taken off."""

import cv2
import numpy as np
import pytest
from blank_forms import box, full_form, sheet, table, template_of, text

from digitocr.forms.detection.cells import find_cells
from digitocr.forms.detection.handwriting import handwriting_mask
from digitocr.forms.detection.lines import find_print_layers
from digitocr.records import Box
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

LOOSE = Spacing(gap=0.17, gap_spread=0.05, wobble=0.03, size_spread=0.04)


def pen(page, cell, number, rng, share=0.68):
    """A number written in a cell, not quite level and not quite in its middle."""
    size = share * cell.height * rng.uniform(0.9, 1.1)
    ink = write_number(rng, StrokeHand(rng, size), number, size, LOOSE).ink
    left = cell.left + int(rng.uniform(0.2, 0.8) * max(0, cell.width - ink.shape[1]))
    top = cell.top + (cell.height - ink.shape[0]) // 2 + int(rng.integers(-3, 4))
    here = page[top : top + ink.shape[0], left : left + ink.shape[1]]
    here[:] = np.minimum(here, 255 - (0.85 * ink[: here.shape[0], : here.shape[1]]).astype(np.uint8))


@pytest.fixture
def blank():
    page = sheet()
    text(page, "Return of the station", 380, 120, 1.2)
    table(page, 100, 300, [300, 180, 180, 180], 4)
    for n in range(3):
        text(page, "Class", 100 + 300 * n, 740)
        box(page, 200 + 300 * n, 705, 48, 52)
        box(page, 100, 820 + 90 * n, 600, 60)
        text(page, "Sum:", 110, 862 + 90 * n)
    return page


def filled(blank, seed):
    rng, page = np.random.default_rng(seed), blank.copy()
    for field in template_of(blank).fields:
        alone = field.box.width < 1.2 * field.box.height
        pen(page, field.box, "".join(rng.choice(list("0123456789"), 1 if alone else 3)), rng)
    return page


def near(a, b):
    pairs = ((a.left, b.left), (a.top, b.top), (a.right, b.right), (a.bottom, b.bottom))
    return all(abs(one - other) < 9 for one, other in pairs)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fields_are_found_under_writing(blank, seed):
    expected = template_of(blank).fields
    found = template_of(filled(blank, seed)).fields
    assert [field.kind for field in expected].count("cell") == 12 + 3
    there = sum(any(near(one.box, other.box) for other in found) for one in expected)
    assert there >= len(expected) - 2
    assert len(found) <= len(expected) + 1


def test_writing_is_no_part_of_the_form(blank):
    page = filled(blank, 4)
    reference = template_of(page).reference
    plain = template_of(blank).reference
    pens = cv2.resize(cv2.subtract(blank, page), plain.shape[::-1], interpolation=cv2.INTER_AREA) > 90
    assert np.mean(cv2.subtract(plain, reference)[pens] > 60) < 0.15


@pytest.mark.parametrize("page", [full_form(), sheet()])
def test_nothing_is_written_on_a_blank(page):
    layers = find_print_layers(page)
    assert not handwriting_mask(find_cells(layers), layers).any()


def test_a_large_letter_in_a_cell_does_not_make_a_blank_a_filled_sheet(blank):
    box(blank, 900, 1200, 120, 90)
    text(blank, "A", 930, 1270, 2.4)
    kinds = [field.kind for field in template_of(blank).fields]
    assert kinds.count("cell") == 12 + 3
    assert Box(900, 1200, 1020, 1290) not in [field.box for field in template_of(blank).fields]
