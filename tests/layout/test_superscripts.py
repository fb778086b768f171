"""A raised character behind a number is left out; digits of the number never are."""

import numpy as np
import pytest

from digitocr.layout.superscripts import superscript_start, without_superscript
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import segment_line
from digitocr.synthesis.sheet import WHITE, Sheet

HEIGHT_PX = 40


def segments_of(text, raised="", size=0.6, rise=0.4):
    """The segments of a printed number, with what stands raised behind it."""
    sheet = Sheet(np.random.default_rng(7), 400, 90, WHITE)
    sheet.label(text, 30, 60, HEIGHT_PX)
    left, foot = 30 + round(0.6 * HEIGHT_PX * len(text)), 60 - round(rise * HEIGHT_PX)
    sheet.label(raised, left, foot, size * HEIGHT_PX)
    segments, _ = segment_line(np.ascontiguousarray(sheet.scanned()[:, :, 1]))
    return segments


@pytest.mark.parametrize("raised", ["1", "2", "3"])
def test_a_raised_character_is_left_out(raised):
    segments = segments_of("2497", raised)
    number, rest = without_superscript(candidates(segments), segments)
    assert len(rest) == superscript_start(segments) < len(segments)
    assert (
        abs(number.boxes[:, 3].max() - rest.boxes[-1, 3]) <= 2
    )  # it ends with the 7, which stands on the line
    assert rest.boxes[:, 2].max() < segments.boxes[len(rest) :, 0].min()


@pytest.mark.parametrize(
    ("raised", "size", "rise"), [("", 0.6, 0.4), ("1", 0.6, 0.0), ("1", 1.0, 0.2), ("50", 0.6, 0.4)]
)
def test_what_stands_on_the_line_or_is_as_high_and_two_digits_stay(raised, size, rise):
    segments = segments_of("2497", raised, size, rise)
    whole = candidates(segments)
    assert without_superscript(whole, segments) == (whole, segments)


@pytest.mark.parametrize("text", ["1", "1975", "235", "4.11"])
def test_no_digit_is_a_superscript(text):
    segments = segments_of(text)
    assert superscript_start(segments) == len(segments)
