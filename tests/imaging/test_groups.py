"""Groups on a page, and the order in which they are read."""

import cv2
from drawing import paper, write
from hypothesis import given
from hypothesis import strategies as st

from digitocr.imaging import groups
from digitocr.imaging.groups import in_reading_order
from digitocr.records import Box

BOXES = st.lists(
    st.builds(
        lambda left, top, width, height: Box(left, top, left + width, top + height),
        *(st.integers(0, 500), st.integers(0, 500), st.integers(1, 80), st.integers(1, 40)),
    ),
    max_size=12,
)


def find_groups(page):
    return groups.find_groups(page)[0]


def test_numbers_apart_are_groups_and_their_digits_one():
    page = paper(400, 600)
    write(page, "4096", 40, 100)
    write(page, "17", 400, 104)
    write(page, "305", 60, 300)
    first, second, third = find_groups(page)
    assert first.left < 60 < 100 < first.right
    assert second.left > 390
    assert (third.top, third.bottom) > (250, 290)
    assert all(18 < box.height < 40 for box in (first, second, third))


def test_ruled_lines_are_no_groups():
    page = paper(400, 600)
    write(page, "4096", 40, 100)
    for y in (115, 200, 300):
        cv2.line(page, (10, y), (590, y), 60, 2)
    (box,) = find_groups(page)
    assert box.bottom <= 116


def test_a_blank_page_has_none():
    assert find_groups(paper(200, 200)) == []


def test_rows_go_from_the_top_and_each_from_the_left():
    right_but_higher, left, below = Box(200, 8, 240, 30), Box(10, 12, 60, 34), Box(5, 60, 40, 80)
    assert in_reading_order([below, right_but_higher, left]) == [left, right_but_higher, below]


@given(boxes=BOXES)
def test_the_order_loses_nothing_and_does_not_depend_on_what_was_given(boxes):
    ordered = in_reading_order(boxes)
    assert sorted(ordered, key=str) == sorted(boxes, key=str)
    assert in_reading_order(boxes[::-1]) == ordered
