"""A digit whose core broke off its number, on hand-made maps."""

from dataclasses import replace

import numpy as np
import pytest

from digitocr.layout.looks import Look
from digitocr.layout.maps import PageMaps
from digitocr.layout.neighbours import join_neighbours
from digitocr.layout.region import Region
from digitocr.layout.windows import are_digits, joined

EMPTY = np.zeros((60, 300), np.uint8)
LOOK = Look(PageMaps(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY), 0.5, np.empty((0, 4)))


def region(left, right, *, top=20, height=40, look=LOOK, label=1):
    box = (float(left), float(top), float(right), float(top + height))
    return Region(look, np.ones((60, 300), np.int32), (label,), box, float(height), False, None, 0.0)


def boxes(regions):
    return sorted(number.box for number in join_neighbours(regions))


def test_a_digit_close_by_belongs_to_the_number():
    (number,) = join_neighbours([region(100, 180), region(185, 205, label=2)])
    assert number.box == (100, 20, 205, 60)
    assert number.labels == (1, 2)


@pytest.mark.parametrize(
    "other",
    [region(220, 260), region(185, 205, height=20), region(185, 205, top=52), region(150, 205, top=90)],
    ids=["apart", "lower", "below", "another line"],
)
def test_what_stands_apart_stays_apart(other):
    assert len(boxes([region(100, 180), other])) == 2


def test_a_line_between_parts_them():
    line = EMPTY.copy()
    line[:, 91] = 255
    look = replace(LOOK, maps=replace(LOOK.maps, line=line))
    assert len(boxes([region(100, 180, look=look), region(185, 205, look=look)])) == 2


def test_the_columns_of_a_table_are_not_joined():
    cells = [region(left, left + 50) for left in (20, 75, 130, 185)]
    assert boxes(cells) == sorted(cell.box for cell in cells)


def test_one_number_in_several_regions_is_near_and_no_line_parts_it():
    near, far = region(210, 240, label=2), region(232, 262, label=2)
    assert [[part.box for part in parts] for parts in joined([region(100, 180), near])] == [
        [(100, 20, 180, 60), (210, 20, 240, 60)]
    ]
    assert joined([region(100, 180), far]) == []
    line = EMPTY.copy()
    line[:, 97] = 255
    look = replace(LOOK, maps=replace(LOOK.maps, line=line))
    assert joined([region(100, 180, look=look), region(210, 240, look=look)]) == []


def test_regions_of_one_digit_each_are_no_numbers_of_their_own():
    digits = [region(left, left + 25) for left in (20, 70, 120)]
    assert are_digits(digits)
    assert not are_digits([*digits, region(170, 230)])
