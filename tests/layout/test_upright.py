"""A straight 1 beside ruled lines, on hand-made maps."""

import numpy as np
import pytest

from digitocr.layout.maps import PageMaps, height_level
from digitocr.layout.upright import claim_upright_strokes

DIGIT_PX = 20  # in map pixels, twice that in the image


def maps_with_line(top, bottom, left=60, width=2):
    """Maps of a number 20 high at rows 40 to 60, and what the network calls a line beside it."""
    empty = np.zeros((100, 100), np.uint8)
    core, digit, line = empty.copy(), empty.copy(), empty.copy()
    core[46:54, 20:50] = 255
    digit[40:60, 20:24] = digit[40:60, 46:50] = 255
    line[top:bottom, left : left + width] = 255
    height = np.full_like(empty, round(height_level(2 * DIGIT_PX)))
    return PageMaps(core, digit, line, empty, empty, height)


def claimed(maps):
    core = np.asarray(maps.core >= 128, np.uint8)
    return claim_upright_strokes(maps, core, np.ones(core.shape, np.int32))


@pytest.mark.parametrize(("top", "bottom"), [(40, 60), (42, 58), (38, 62)])
def test_what_is_as_high_as_a_digit_is_a_stroke(top, bottom):
    maps = claimed(maps_with_line(top, bottom))
    assert (maps.digit[top:bottom, 60:62] == 255).all()
    assert not maps.line.any()


@pytest.mark.parametrize(
    ("top", "bottom", "width"), [(0, 100, 2), (20, 60, 2), (55, 60, 2), (50, 52, 40), (40, 60, 15)]
)
def test_what_is_longer_lower_or_wider_stays_a_line(top, bottom, width):
    maps = maps_with_line(top, bottom, left=55, width=width)
    after = claimed(maps)
    assert (after.line == maps.line).all()
    assert (after.digit == maps.digit).all()


def test_a_page_without_numbers_has_no_strokes():
    maps = maps_with_line(40, 60)
    core = np.zeros((100, 100), np.uint8)
    assert (claim_upright_strokes(maps, core, np.zeros(core.shape, np.int32)).line == maps.line).all()
