"""Words of a line of text by their gaps, and numbers cut from them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tones import sheet, write

from digitocr.imaging.binarisation import find_ink
from digitocr.layout.line_window import TextLine
from digitocr.layout.words import SPACE_RANGE, cut_numbers, space_width, words_of


def line_of(*texts):
    """A line of text 28 px high with a space between the texts, and the boxes of these."""
    page = sheet(700, 60)
    boxes, left = [], 20
    for text in texts:
        boxes.append(write(page, text, left, 44))
        left = boxes[-1][2] + 18
    ink = find_ink(page, 21)
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    whole = boxes[0][0], top, boxes[-1][2], bottom
    return TextLine(page, np.array([[1.0, 0, 100], [0, 1, 200]]), ink, whole, 1.0), boxes


def test_words_are_parted_where_gaps_are_wide():
    line, boxes = line_of("unit", "2010", "of", "11")
    found = sorted(words_of(line).boxes, key=lambda box: box[0])
    assert len(found) == 4
    assert all(np.abs(box - np.array(other)).max() <= 2 for box, other in zip(found, boxes, strict=True))


def test_a_number_is_cut_out_of_its_line():
    line, boxes = line_of("unit", "47", "of")
    left, _, right, _ = boxes[1]
    quarter = (right - left) / 4
    (cut,) = cut_numbers(words_of(line), [left + quarter, right - quarter])
    assert cut.digits == (0, 1)
    assert cut.touching == (False, False)
    assert abs(cut.height - 28) <= 3
    rows, columns = np.nonzero(find_ink(cut.near, 21).mask)
    on_page = cut.page_from_near @ np.array([columns.min(), rows.min(), 1])
    assert np.abs(on_page - (left + 100, boxes[1][1] + 200)).max() <= 2
    assert columns.max() - columns.min() <= right - left + 2


def test_two_numbers_in_one_run_are_two():
    line, boxes = line_of("47", "58")
    middles = [left + share * (right - left) for left, _, right, _ in boxes for share in (0.25, 0.75)]
    assert [cut.digits for cut in cut_numbers(words_of(line), middles)] == [(0, 1), (2, 3)]


def test_letters_that_touch_a_number_are_told():
    line, boxes = line_of("A47")
    left, _, right, _ = boxes[0]
    (cut,) = cut_numbers(words_of(line), [left + share * (right - left) for share in (0.52, 0.84)])
    assert cut.touching == (True, False)


@given(st.lists(st.floats(0, 3), max_size=30))
def test_the_width_of_a_space_is_within_its_range(gaps):
    assert SPACE_RANGE[0] <= space_width(np.array(gaps)) <= SPACE_RANGE[1]


def test_the_width_of_a_space_lies_between_narrow_and_wide_gaps():
    gaps = np.array([0.1, 0.12, 0.15, 0.1, 0.44, 0.46])
    assert 0.15 < space_width(gaps) < 0.44
