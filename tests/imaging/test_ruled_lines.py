"""Printed lines off, strokes kept."""

import numpy as np
import pytest

from digitocr.imaging.binarisation import Ink
from digitocr.imaging.ruled_lines import remove_rules, rule_mask


def ink(mask):
    return Ink(mask, mask, mask, 100.0)


def ruled(thickness=2):
    """A line across the page, and an upright stroke that crosses it."""
    mask = np.zeros((60, 200), np.uint8)
    mask[40 : 40 + thickness] = 255
    mask[15:55, 100:104] = 255
    return mask


@pytest.mark.parametrize("thickness", [1, 2, 4])
def test_the_line_goes_and_the_stroke_that_crosses_it_stays(thickness):
    left = remove_rules(ink(ruled(thickness)), 60).mask
    assert (left[15:55, 100:104] == 255).all()
    left[15:55, 98:106] = 0
    assert not left.any()


def test_upright_lines_go_too():
    left = remove_rules(ink(ruled().T.copy()), 60).mask
    assert (left[100:104, 15:55] == 255).all()
    assert np.count_nonzero(left) <= 8 * 40


def test_a_line_a_little_askew_goes():
    mask = np.zeros((60, 300), np.uint8)
    for x in range(300):
        y = 30 + x // 60
        mask[y : y + 2, x] = 255
    assert np.count_nonzero(remove_rules(ink(mask), 60).mask) < 0.1 * np.count_nonzero(mask)


def test_short_strokes_are_no_lines():
    mask = np.zeros((60, 200), np.uint8)
    mask[30:33, 80:120] = 255
    assert remove_rules(ink(mask), 60).mask is mask


def test_a_page_lower_than_a_line_is_long_holds_none():
    assert not rule_mask(np.full((20, 30), 255, np.uint8), 40, vertical=True).any()


def test_a_box_goes_and_its_digit_stays():
    mask = np.zeros((120, 120), np.uint8)
    mask[10:13, 10:110] = mask[107:110, 10:110] = 255
    mask[10:110, 10:13] = mask[10:110, 107:110] = 255
    mask[40:80, 55:61] = 255
    left = remove_rules(ink(mask), 70).mask
    assert (left[40:80, 55:61] == 255).all()
    assert np.count_nonzero(left) <= 40 * 6 + 4 * 9  # at its corners, lines cross each other


def test_the_given_ink_is_not_written_into():
    mask = ruled()
    remove_rules(ink(mask), 60)
    assert np.array_equal(mask, ruled())
