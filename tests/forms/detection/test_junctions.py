"""Boxes are found under what a pen leaves in them: their sides end on each other, strokes do not."""

import cv2
import numpy as np
import pytest
from blank_forms import boxes, full_form, sheet

from digitocr.forms.detection.cells import find_cells
from digitocr.forms.detection.junctions import lines_between_junctions
from digitocr.forms.detection.lines import find_print_layers
from digitocr.forms.detection.occluded_boxes import find_occluded_boxes


def cells_of(page):
    layers = find_print_layers(page)
    cells = find_cells(layers)
    return sorted([*cells, *find_occluded_boxes(cells, layers)], key=lambda cell: (cell.top // 20, cell.left))


def eight(page, left, top, wide, high):
    """A written 8 of straight strokes, that fills its box: two loops like two small boxes."""
    for half in (0, 1):
        start = left, top + half * high // 2
        cv2.rectangle(page, start, (start[0] + wide, start[1] + high // 2), 30, 3)


def test_strokes_are_no_lines_of_the_form():
    page = sheet()
    boxes(page, 300, 400, 3, side=60)
    blank = lines_between_junctions(find_print_layers(page))
    cv2.line(page, (330, 410), (328, 460), 30, 3)
    cv2.line(page, (375, 420), (405, 418), 30, 3)
    written = lines_between_junctions(find_print_layers(page))
    assert blank.vertical.any()
    for a, b in ((blank.horizontal, written.horizontal), (blank.vertical, written.vertical)):
        assert not (cv2.dilate(a, np.ones((9, 9), np.uint8)) < b).any()


def test_lines_that_end_on_nothing_are_left_out():
    page = sheet()
    cv2.line(page, (300, 400), (380, 400), 40, 2)
    cv2.line(page, (300, 500), (300, 580), 40, 2)
    lines = lines_between_junctions(find_print_layers(page))
    assert not lines.horizontal.any()
    assert not lines.vertical.any()


@pytest.mark.parametrize("gap", [0, 8])
def test_an_eight_in_a_box_is_not_two_boxes(gap):
    page = sheet()
    boxes(page, 300, 400, 4, side=60, gap=gap)
    for n in range(4):
        eight(page, 300 + n * (60 + gap) + 16, 400 + 12, 30, 48)
    cells = cells_of(page)
    assert [cell.left - 300 for cell in cells] == pytest.approx([n * (60 + gap) for n in range(4)], abs=5)
    assert all(cell.height > 60 for cell in cells)


def test_strokes_that_cross_the_sides_of_boxes():
    page = sheet()
    boxes(page, 300, 400, 5, side=60)
    for n, slant in enumerate((20, -14, 30, 8, -25)):
        middle = 330 + 60 * n
        cv2.line(page, (middle - slant, 395), (middle + slant, 478), 30, 4)
        cv2.ellipse(page, (middle + 4, 440), (18, 24), 0, 0, 360, 30, 4)
    assert len(cells_of(page)) == 5


def test_cells_of_a_blank_are_what_they_were():
    cells = find_cells(find_print_layers(full_form()))
    assert sum(38 < cell.width < 44 for cell in cells) == 8 + 5 + 6 + 2 + 1
