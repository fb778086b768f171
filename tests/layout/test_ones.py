"""Straight ones are told from printed lines, and rows that touch from one another."""

import cv2
import numpy as np
import pytest
from drawing import paper, write

from digitocr.layout.groups import find_groups
from digitocr.layout.layout import find_rows
from digitocr.layout.ones import ones_among
from digitocr.layout.touching import between_rows

CHARACTER = np.array([[60, 20, 80, 60]])


def upright(top, bottom, left=90):
    """A page with one upright line, 3 pixels wide."""
    lines = np.zeros((120, 160), np.uint8)
    lines[top:bottom, left : left + 3] = 255
    return lines


def test_a_stroke_beside_a_character_of_its_height_is_a_one():
    lines = upright(22, 61)
    assert np.array_equal(ones_among(lines, lines, CHARACTER), lines)


@pytest.mark.parametrize(("top", "bottom", "left"), [(2, 110, 90), (50, 90, 90), (22, 61, 140)])
def test_a_longer_a_lower_and_a_distant_stroke_are_lines(top, bottom, left):
    lines = upright(top, bottom, left)
    assert not ones_among(lines, lines, CHARACTER).any()


def test_the_side_of_a_box_is_a_line():
    lines = upright(20, 60)
    lines[18:21, 50:130] = lines[60:63, 50:130] = 255
    assert not ones_among(lines, lines, CHARACTER).any()
    lines[18:21, 50:130] = 0  # without its upper side it is none
    assert ones_among(lines, lines, CHARACTER)[30:50, 90:93].all()


def test_a_high_one_at_the_end_of_a_number_belongs_to_it():
    page = paper(300, 500)
    write(page, "06", 100, 180, size=3.6, thickness=6)
    cv2.line(page, (270, 104), (270, 180), 30, 4)
    (box,) = find_groups(page).boxes
    assert box.right >= 270


def touching(rows):
    """Digits 26 px high, row upon row, joined by a stroke 3 pixels wide."""
    page = paper(60 + 40 * rows, 200)
    for row in range(rows):
        write(page, "000", 40, 60 + 40 * row)
    cv2.line(page, (52, 60), (52, 20 + 40 * rows), 30, 3)
    return np.where(page < 120, np.uint8(255), np.uint8(0))


def test_rows_that_touch_are_parted_where_they_do():
    mask = touching(2)
    box = np.array([[38, 33, 105, 102]])
    parted = between_rows(mask, box, 30.0)
    rows = np.flatnonzero(parted.any(axis=1))
    assert 55 < rows.min() < rows.max() < 75
    assert not between_rows(mask, box, 60.0).any()


def test_a_wide_waist_is_not_cut():
    mask = np.zeros((120, 60), np.uint8)
    mask[10:110, 10:40] = 255
    assert not between_rows(mask, np.array([[10, 10, 40, 110]]), 50.0).any()


def test_large_writing_is_found_where_it_stands():
    page = paper(1000, 700)
    for row in range(3):
        write(page, "4096", 150, 200 + 250 * row, size=4.5, thickness=9)
    found = find_rows(page, "page")
    boxes = [row.box(row.found.boxes) for row in found.rows]
    assert len(boxes) == 3
    assert all(abs(box.bottom - (200 + 250 * row)) < 12 for row, box in enumerate(boxes))
    assert all(80 < box.height < 125 for box in boxes)
    assert find_groups(page).writing_px == pytest.approx(100, abs=12)
