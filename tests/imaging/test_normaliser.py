"""The one normaliser."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitocr.imaging.normaliser import CROP_SIZE, INNER_SIZE, normalise, tight_box

SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))
INK = arrays(np.uint8, SIZES, elements=st.sampled_from([0, 0, 0, 90, 255]))


def digit(text="7", height=90, thickness=8):
    page = np.zeros((height, height), np.uint8)
    cv2.putText(
        page, text, (12, height - 12), cv2.FONT_HERSHEY_SIMPLEX, height / 35, 255, thickness, cv2.LINE_AA
    )
    return page


def centre_of(crop):
    rows, columns = np.indices(crop.shape)
    return (rows * crop).sum() / crop.sum(), (columns * crop).sum() / crop.sum()


@pytest.mark.parametrize("text", list("0123456789"))
def test_a_crop_comes_back_unchanged(text):
    crop = normalise(digit(text))
    again = normalise(crop)
    assert np.abs(crop.astype(int) - again).max() <= 2


@pytest.mark.parametrize("text", list("0123456789"))
def test_the_centre_of_mass_lands_just_past_the_middle(text):
    """As in MNIST, whose crops have it in pixel 14 of 0..27."""
    down, across = centre_of(normalise(digit(text)))
    assert 13.4 <= down <= 14.6
    assert 13.4 <= across <= 14.6


def test_the_aspect_is_kept():
    tall = np.full((80, 20), 255, np.uint8)
    left, top, right, bottom = tight_box(normalise(tall))
    assert (right - left, bottom - top) == (5, INNER_SIZE)


def test_a_dot_stays_small():
    left, top, right, bottom = tight_box(normalise(np.full((2, 2), 255, np.uint8)))
    assert (right - left, bottom - top) == (4, 4)  # of 10, at least, to 20
    left, top, right, bottom = tight_box(normalise(np.full((2, 2), 255, np.uint8), min_side_px=40))
    assert (right - left, bottom - top) == (1, 1)


def test_size_and_place_do_not_matter():
    small, large = digit(height=90, thickness=8), digit(height=270, thickness=24)
    moved = cv2.copyMakeBorder(small, 40, 0, 0, 25, cv2.BORDER_CONSTANT)
    assert np.array_equal(normalise(small), normalise(moved))
    assert np.abs(normalise(small).astype(int) - normalise(large)).mean() < 6


def test_faint_ink_is_brought_to_full():
    assert np.abs(normalise(digit() // 3).astype(int) - normalise(digit())).max() <= 4


def test_what_is_given_is_not_written_into():
    ink = digit()
    before = ink.copy()
    normalise(ink)
    assert np.array_equal(ink, before)


@given(ink=INK)
def test_any_ink_gives_a_crop_within_its_frame(ink):
    crop = normalise(ink)
    assert crop.shape == (CROP_SIZE, CROP_SIZE)
    assert crop.dtype == np.uint8
    assert bool(crop.any()) <= bool(ink.any())
    left, top, right, bottom = tight_box(crop)
    assert max(right - left, bottom - top) <= INNER_SIZE
    if crop.any():
        assert crop.max() >= 254


def test_no_ink_gives_an_empty_crop():
    assert not normalise(np.zeros((9, 9), np.uint8)).any()
