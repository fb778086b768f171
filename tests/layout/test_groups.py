"""Groups on a page, and the order in which they are read."""

import cv2
from drawing import paper, write
from hypothesis import given
from hypothesis import strategies as st

from digitocr.layout import groups
from digitocr.layout.groups import in_reading_order
from digitocr.records import Box

BOXES = st.lists(
    st.builds(
        lambda left, top, width, height: Box(left, top, left + width, top + height),
        *(st.integers(0, 500), st.integers(0, 500), st.integers(1, 80), st.integers(1, 40)),
    ),
    max_size=12,
)


def find_groups(page):
    return [*groups.find_groups(page).boxes]


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


def boxed(page, text, left, top, pitch):
    """Write each digit into a box of its own, 44 pixels wide."""
    for n, digit in enumerate(text):
        x = left + n * pitch
        cv2.rectangle(page, (x, top), (x + 44, top + 50), 90, 2)
        write(page, digit, x + 8, top + 41, size=1.5)


def test_digits_in_boxes_of_their_own_are_one_number():
    page = paper(300, 600)
    boxed(page, "712603", 60, 100, 50)
    (box,) = find_groups(page)
    assert box.left < 80
    assert box.right > 60 + 5 * 50 + 20


def test_columns_of_a_table_are_two_numbers():
    page = paper(300, 600)
    write(page, "41", 60, 130)
    write(page, "87", 118, 130)
    assert len(find_groups(page)) == 1
    cv2.line(page, (111, 20), (111, 280), 90, 2)
    assert len(find_groups(page)) == 2


def test_the_edge_of_the_sheet_is_no_group():
    page = paper(400, 600, shade=90)
    page[:, 200:] = 230
    page[100:140, 190:200] = 40  # its shadow, the size of a digit
    write(page, "17", 400, 200)
    (box,) = find_groups(page)
    assert box.left > 390


def test_strokes_of_large_digits_are_no_rules():
    page = paper(500, 700)
    cv2.line(page, (100, 100), (100, 210), 30, 6)
    cv2.line(page, (100, 100), (70, 140), 30, 6)
    lines = groups.find_groups(page).lines
    assert not lines[100:210, 60:110].any()


def test_the_columns_of_a_table_are_parted_and_a_number_with_a_point_is_not():
    page = paper(420, 700)
    for row in range(6):
        for column in range(4):
            write(page, f"{row}.{column}7", 40 + 130 * column, 60 + 60 * row)
    boxes = find_groups(page)
    assert len(boxes) == 24
    assert all(40 < box.width < 110 for box in boxes)


def test_where_the_rows_above_and_below_part_so_does_a_row_whose_numbers_come_close():
    page = paper(500, 400)
    for row in range(7):
        near = row == 3
        write(page, "4096", 40, 60 + 60 * row)
        write(page, "3185", 118 if near else 150, 60 + 60 * row)
    assert len(find_groups(page)) == 14


def test_groups_parted_at_blanks_are_one_phrase():
    page = paper(200, 700)
    write(page, "4096", 40, 100)
    write(page, "305", 140, 100)
    write(page, "77", 400, 100)
    found = groups.find_groups(page)
    first, second, apart = found.phrases
    assert first == second != apart


def test_a_row_of_boxes_is_one_number_and_the_cells_of_a_grid_are_many():
    page = paper(460, 420)
    boxed(page, "4096", 60, 80, 44)
    assert len(find_groups(page)) == 1
    for row in range(1, 7):
        boxed(page, "4096", 60, 80 + 48 * row, 44)
    assert len(find_groups(page)) == 28


def test_the_thin_lines_of_a_grid_part_its_cells_where_they_lean():
    page = paper(460, 460)
    for n in range(10):
        across = 30 + 44 * n
        cv2.line(page, (across, 30), (across - 18, 426), 110, 1)
        cv2.line(page, (12, across), (426, across), 170 if n % 3 else 110, 1)
    for row in range(9):
        write(page, "4", 38 - 2 * row, 65 + 44 * row, size=1)
        write(page, "7", 82 - 2 * row, 65 + 44 * row, size=1)
    boxes = find_groups(page)
    assert len(boxes) == 18
    assert all(box.width < 30 for box in boxes)
