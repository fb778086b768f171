"""Other ways to find the number of a picture: without its borders, or all but its main line erased."""

import cv2
import numpy as np
from tones import DIGIT_MAX, LINE, OTHER, PAPER, segment, sheet, write

from digitocr.layout.layout import find_rows, line_layout
from digitocr.layout.line_retries import line_retries, main_line, without_rules
from digitocr.layout.looks import first_look

WITH_MARGIN = "with a margin of paper"


def framed(text="46", scale=1.0):
    """A number in a frame that is long enough to be one, and the same picture without the frame."""
    clean = sheet(220, 150)
    write(clean, text, 80, 90)
    page = clean.copy()
    cv2.rectangle(page, (3, 3), (216, 146), LINE, 5)
    size = round(220 * scale), round(150 * scale)
    return tuple(cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (page, clean))


def without(page, scale=None):
    return without_rules(page, first_look(page, segment, scale))


def test_a_border_is_painted_over_and_the_number_stays_as_it_is():
    page, clean = framed()
    for scale in (1.0, 2.0):
        erased = without(page, scale)
        np.testing.assert_array_equal(erased[30:120, 30:190], clean[30:120, 30:190])
        assert erased.min() <= DIGIT_MAX
        assert (erased[:, :20] > PAPER - 10).all()
        assert (erased[:12] > PAPER - 10).all()


def test_a_picture_without_lines_stays_as_it_is():
    _, clean = framed()
    assert without(clean) is clean


def test_a_picture_that_is_all_lines_stays_as_it_is():
    page = np.full((80, 160), LINE, np.uint8)
    assert without(page) is page


def test_other_ink_stays_where_no_line_is():
    page, _ = framed()
    write(page, "x", 30, 90, tone=OTHER)
    assert (without(page)[60:95, 25:60] == page[60:95, 25:60]).all()


def test_each_retry_gives_the_one_number():
    page, _ = framed("4")
    kinds = []
    for retry in line_retries(page, "line", segment, is_tight=True):
        kinds.append(retry.layout.layout)
        if retry.layout.layout == "line" and retry.description != WITH_MARGIN:  # which keeps the frame
            (row,) = retry.layout.rows
            box = row.box(row.candidates.boxes)
            assert 70 < box.left < 95
            assert 90 < box.right < 115
    assert kinds == ["line", "line", "line", "line", "digit"]


def test_what_was_taken_for_a_digit_is_found_as_a_line_first():
    page, _ = framed("4")
    retries = line_retries(page, "digit", segment, is_tight=True)
    assert next(retries).layout.rows[0].segments is not None
    assert [retry.layout.layout for retry in retries] == ["line", "line", "line", "line"]


def test_a_picture_that_has_its_margin_gets_no_other():
    page, _ = framed("4")
    for is_tight in (False, True):
        retries = line_retries(page, "line", segment, is_tight=is_tight)
        assert (WITH_MARGIN in [retry.description for retry in retries]) == is_tight


def test_a_number_within_a_margin_of_paper_stands_where_it_stood():
    page, _ = framed("4")
    boxes = [
        row.box(row.candidates.boxes)
        for margin in (False, True)
        for row in line_layout(page[50:100, 70:125], margin=margin).rows
    ]
    for side in ("left", "top", "right", "bottom"):
        assert abs(getattr(boxes[0], side) - getattr(boxes[1], side)) <= 1


def test_a_stroke_cut_tight_has_its_margin_from_the_first():
    stroke = sheet(12, 60)
    cv2.line(stroke, (6, 0), (6, 59), DIGIT_MAX, 3)
    tight = line_retries(stroke, "line", segment, is_tight=True)
    assert WITH_MARGIN not in [retry.description for retry in tight]
    assert find_rows(stroke, "line", segment).rows


def test_the_main_line_is_the_one_with_most_ink():
    page = sheet(300, 200)
    write(page, "4711", 40, 100, height=40)
    write(page, "8", 40, 170, height=20)
    (row,) = main_line(page, segment).rows
    assert row.box(row.candidates.boxes).bottom < 115
    assert main_line(sheet(300, 200), segment).rows == ()
