"""Where a comma parts two numbers of a line, and where it stands in one."""

import numpy as np
import pytest

from digitocr.layout.commas import number_starts, parted_by_commas
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import segment_line
from digitocr.synthesis.sheet import WHITE, Sheet

HEIGHT_PX = 40


def segments_of(*texts_at):
    """The segments of what is printed at some x, in one line."""
    sheet = Sheet(np.random.default_rng(7), 520, 80, WHITE)
    for text, left in texts_at:
        sheet.label(text, left, 56, HEIGHT_PX)
    segments, _ = segment_line(np.ascontiguousarray(sheet.scanned()[:, :, 1]))
    return segments


@pytest.mark.parametrize("text", ["1, 2022", "46, 39201"])
def test_a_number_begins_after_a_comma_and_a_blank(text):
    segments = segments_of((text, 30))
    (start,) = number_starts(segments)
    assert segments.boxes[start, 0] > 1.2 * segments.height
    first, second = parted_by_commas(candidates(segments), segments)
    assert first[1].boxes[:, 2].max() < second[1].boxes[:, 0].min()
    assert len(first[1]) + len(second[1]) == len(segments)


@pytest.mark.parametrize("text", ["1,2022", "100,775.12", "1 2022", "1. 2022", "2022-12"])
def test_other_signs_and_blanks_part_nothing(text):
    segments = segments_of((text, 30))
    assert number_starts(segments) == []
    assert len(list(parted_by_commas(candidates(segments), segments))) == 1


def test_a_comma_parts_nothing_where_all_digits_stand_as_wide():
    wide = [(sign, 30 + 44 * n) for n, sign in enumerate("1,234")]
    assert number_starts(segments_of(*wide)) == []
