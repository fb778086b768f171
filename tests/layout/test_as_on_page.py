"""A number cut anew from its page: all ink that stands there, wherever and whichever way the page lies."""

from dataclasses import replace

import cv2
import numpy as np
from tones import PAPER, sheet, write

from digitocr.layout.affine import square
from digitocr.layout.as_on_page import as_on_page
from digitocr.layout.layout import line_layout

LEFT, TOP, RIGHT, BOTTOM = 60, 50, 190, 110  # of a window in which the number stands


def page_and_row(*, erase_to=0):
    """A page with 471, and the row of a window of it in which all to the left of a column is erased."""
    page = sheet(260, 160)
    write(page, "471", 80, 100, height=40)
    window = page[TOP:BOTTOM, LEFT:RIGHT].copy()
    window[:, :erase_to] = PAPER
    (row,) = line_layout(window, margin=False).rows
    from_window = np.array([[1, 0, LEFT], [0, 1, TOP], [0, 0, 1.0]])
    return page, replace(row, page_from_row=(from_window @ square(row.page_from_row))[:2])


def box_of(row):
    box = row.box(row.candidates.boxes)
    return np.array([box.left, box.top, box.right, box.bottom])


def test_a_whole_number_stands_where_it_stood():
    page, row = page_and_row()
    np.testing.assert_allclose(box_of(as_on_page(page, row)), box_of(row), atol=2)


def test_ink_that_was_erased_at_its_edge_is_there_again():
    page, whole = page_and_row()
    erased_to = int(box_of(whole)[0]) - LEFT + 4  # a part of the 4
    _, row = page_and_row(erase_to=erased_to)
    again = as_on_page(page, row)
    assert box_of(row)[0] >= box_of(whole)[0] + 3
    assert box_of(again)[0] <= box_of(whole)[0] + 1


def test_a_page_upside_down_and_a_light_number_are_cut_upright_and_dark():
    page, row = page_and_row()
    upright = as_on_page(page, row)
    height, width = page.shape
    turned = np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1.0]])
    of_turned = replace(row, page_from_row=(turned @ square(row.page_from_row))[:2])
    for other, its_row in ((cv2.rotate(page, cv2.ROTATE_180), of_turned), (255 - page, row)):
        again = as_on_page(other, its_row)
        assert again.segments.soft.shape == upright.segments.soft.shape
        difference = cv2.absdiff(again.segments.soft, upright.segments.soft)
        assert difference.mean() < 8


def test_digits_that_were_brought_together_and_a_lone_digit_are_left_alone():
    page, row = page_and_row()
    apart = replace(row.segments, dark=np.zeros((40, 10), np.uint8))
    assert as_on_page(page, replace(row, segments=apart)) is None
    assert as_on_page(page, replace(row, segments=None)) is None


def test_where_no_ink_is_left_there_is_no_row():
    page, row = page_and_row()
    assert as_on_page(np.full_like(page, PAPER), row) is None
