"""Rows of boxes for a digit each, found under what is written in them."""

import cv2
import numpy as np
import pytest
from drawing import paper, write

from digitocr.imaging.binarisation import find_ink
from digitocr.layout.box_rows import box_lines, find_box_rows
from digitocr.layout.groups import find_groups

LEFT, TOP, WIDE, HIGH = 60, 80, 44, 56


def sheet(boxes=5, step=WIDE, text=""):
    """A page with a row of boxes, one every `step`, and a digit in each of the first."""
    page = paper(240, 480)
    for n in range(boxes):
        left = LEFT + step * n
        cv2.rectangle(page, (left, TOP), (left + WIDE, TOP + HIGH), 90, 2)
    for n, digit in enumerate(text):
        write(page, digit, LEFT + step * n + 10, TOP + 43, 1.2)
    return page


def mask_of(page):
    return np.asarray(cv2.threshold(find_ink(page, 41).soft, 0, 255, cv2.THRESH_BINARY)[1], np.uint8)


@pytest.mark.parametrize("step", [WIDE + 8, WIDE + 14])
def test_boxes_are_found_a_little_apart(step):
    (row,) = find_box_rows(mask_of(sheet(step=step, text="407")))
    around = row.around
    assert abs(around.left - LEFT) <= 4
    assert abs(around.top - TOP) <= 4
    assert abs(around.right - (LEFT + 4 * step + WIDE)) <= 4
    assert abs(around.bottom - (TOP + HIGH)) <= 4


def test_boxes_are_found_under_strokes_that_cross_them():
    page = sheet(step=WIDE + 14)
    for n in range(5):
        left = LEFT + (WIDE + 14) * n
        cv2.line(page, (left - 5, TOP - 12), (left + WIDE // 2, TOP + HIGH + 12), 30, 4)
    (row,) = find_box_rows(mask_of(page))
    assert len(row.boxes) == 5


def test_two_boxes_and_rows_of_ones_are_no_row():
    assert find_box_rows(mask_of(sheet(boxes=2, step=WIDE + 14))) == []
    page = paper(200, 400)
    for n in range(6):
        cv2.line(page, (60 + 30 * n, 60), (60 + 30 * n, 110), 30, 3)
    assert find_box_rows(mask_of(page)) == []


def test_the_boxes_that_are_written_in_are_counted():
    page = sheet(step=WIDE + 14, text="407")
    (row,) = find_box_rows(mask_of(page))
    lines = box_lines(mask_of(page), row)
    assert row.written(np.asarray(cv2.bitwise_and(mask_of(page), ~lines), np.uint8)) == 3
    groups = find_groups(page)
    assert groups.digits == (3,)


def test_zeros_in_a_row_are_no_boxes():
    page = paper(200, 400)
    for n in range(4):
        cv2.ellipse(page, (80 + 60 * n, 90), (22, 28), 0, 0, 360, 30, 4)
    assert find_box_rows(mask_of(page)) == []


def test_lines_come_off_and_a_stroke_that_crosses_them_stays():
    page = sheet(step=WIDE + 14)
    cv2.line(page, (LEFT + 22, TOP - 14), (LEFT + 22, TOP + HIGH + 14), 30, 4)
    mask = mask_of(page)
    (row,) = find_box_rows(mask)
    left = cv2.bitwise_and(mask, ~box_lines(mask, row))
    stroke = left[TOP - 10 : TOP + HIGH + 10, LEFT + 21 : LEFT + 24]
    assert (stroke > 0).mean() > 0.95
    side = left[TOP + 8 : TOP + HIGH - 8, LEFT - 3 : LEFT + 5]
    assert (side > 0).mean() < 0.05


def test_what_is_written_straight_in_a_box_is_known_for_writing():
    page = sheet(step=WIDE + 14)
    for n in range(5):
        middle = LEFT + (WIDE + 14) * n + WIDE // 2
        cv2.line(page, (middle, TOP + 10), (middle, TOP + HIGH - 10), 30, 4)
    groups = find_groups(page)
    assert groups.digits == (5,)
    middle = LEFT + WIDE // 2
    assert groups.strokes[TOP + 16 : TOP + HIGH - 16, middle].all()
