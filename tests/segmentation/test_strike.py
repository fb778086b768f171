"""A straight stroke through the middle of a number strikes it out; one under it does not."""

import cv2
import numpy as np
import pytest
from material import draw_number

from digitocr.segmentation.line import segment_line
from digitocr.segmentation.strike import is_struck_out


def struck(gray, rise, height=0.5, thick=2):
    """The number with a stroke over all of its width, at `height` of the writing's."""
    rows, columns = np.nonzero(gray < 128)
    y = round(rows.min() + height * (rows.max() - rows.min()))
    left, right = (int(columns.min()) - 6, y + rise), (int(columns.max()) + 6, y - rise)
    return cv2.line(gray.copy(), left, right, 0, thick, cv2.LINE_AA)


def told(gray):
    segments, _ = segment_line(gray)
    return is_struck_out(segments)


@pytest.mark.parametrize("number", ["90210", "48", "20735"])
@pytest.mark.parametrize("rise", [-4, 0, 3])
def test_a_stroke_through_all_digits_is_a_strike(number, rise):
    assert told(struck(draw_number(number), rise))


@pytest.mark.parametrize("number", ["90210", "1037", "48", "8124", "7", "1", "0"])
def test_a_number_alone_or_underlined_is_not_struck_out(number):
    gray = draw_number(number)
    assert not told(gray)
    assert not told(struck(gray, 0, height=1.15))


def test_a_stroke_through_some_digits_is_none():
    gray = draw_number("902107")
    whole = struck(gray, 0)
    whole[:, gray.shape[1] // 2 :] = gray[:, gray.shape[1] // 2 :]
    assert not told(whole)
