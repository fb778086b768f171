"""Seams between digits."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from drawing import number, paper, write
from hypothesis import given, settings
from hypothesis import strategies as st

from digitocr.imaging.binarisation import find_ink
from digitocr.segmentation.segment import cut_paths, segment_ink, stroke_width


def slices_of(page, writing_px=27.0):
    return segment_ink(find_ink(page, 21), writing_px)


@pytest.mark.parametrize("text", ["12", "70", "4096", "888"])
def test_every_gap_has_a_seam_that_cuts_nothing(text):
    page, lefts = number(text)
    segments = slices_of(page)
    for before, after in pairwise(lefts):
        gap = (before + 24, after + 2)
        between = [
            n
            for n in range(1, len(segments))
            if segments.boxes[n, 0] >= gap[0] and segments.boxes[n - 1, 2] <= gap[1]
        ]
        assert any(segments.cuts[n - 1] < 0.5 for n in between)


@pytest.mark.parametrize("slant", [-0.6, 0.6])
def test_slanted_digits_without_a_straight_gap_are_parted(slant):
    page = paper(70, 200)
    for n in range(4):
        cv2.line(page, (60 + 20 * n, 55), (60 + 20 * n + int(slant * 40), 15), 30, 4, cv2.LINE_AA)
    columns = (page < 130).any(axis=0)
    assert columns[columns.argmax() : len(columns) - columns[::-1].argmax()].all()
    segments = slices_of(page, 40)
    assert np.count_nonzero(segments.cuts < 0.5) == 3


def test_touching_digits_are_cut_where_least_ink_is():
    page = paper(70, 120)
    cv2.circle(page, (40, 35), 15, 30, 3, cv2.LINE_AA)
    cv2.circle(page, (71, 35), 15, 30, 3, cv2.LINE_AA)
    segments = slices_of(page, 32)
    middle = [n for n in range(1, len(segments)) if abs(segments.boxes[n, 0] - 55) < 5]
    assert middle
    assert min(segments.cuts[n - 1] for n in middle) < 2.2 * segments.stroke


def test_pieces_share_out_the_ink_from_left_to_right():
    page, _ = number("30517")
    ink = find_ink(page, 21)
    segments = segment_ink(ink, 27)
    assert segments.area.sum() == np.count_nonzero(ink.mask)
    assert segments.label.max() == len(segments) - 1
    assert len(segments.cuts) == len(segments) - 1
    for n, (left, top, right, bottom) in enumerate(segments.boxes):
        rows, columns = np.nonzero((segments.label == n) & (ink.mask > 0))
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (left, top, right, bottom)


def test_no_ink_no_slices():
    assert slices_of(paper(40, 90)) is None


@pytest.mark.parametrize("pen", [3, 6, 9])
def test_stroke_width_is_about_the_pens(pen):
    mask = np.zeros((100, 100), np.uint8)
    mask[10:90, 40 : 40 + pen] = 255
    assert stroke_width(mask) == pytest.approx(pen, rel=0.35)
    assert stroke_width(np.zeros((5, 5), np.uint8)) == 1.0


@settings(max_examples=30, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 60)),
    density=st.sampled_from([0.0, 0.05, 0.4, 1.0]),
    seed=st.integers(0, 999),
)
def test_seams_are_connected_and_cost_what_they_cut(size, density, seed):
    rng = np.random.default_rng(seed)
    soft = (255 * (rng.random(size) < density)).astype(np.uint8)
    paths, costs = cut_paths(soft)
    assert paths.shape == (len(costs), size[0])
    assert paths.min() >= 0
    assert paths.max() < size[1]
    assert (np.abs(np.diff(paths, axis=1)) <= 1).all()
    cut = soft[np.arange(size[0]), paths].sum(axis=1) / 255
    assert (costs >= cut - 1e-3).all()


@settings(max_examples=40, deadline=None)
@given(
    size=st.tuples(st.integers(1, 50), st.integers(1, 90)),
    density=st.sampled_from([0.02, 0.2, 0.7]),
    seed=st.integers(0, 999),
)
def test_any_ink_is_sliced_without_loss(size, density, seed):
    rng = np.random.default_rng(seed)
    page = np.where(rng.random(size) < density, 30, 235).astype(np.uint8)
    ink = find_ink(page, 21)
    segments = segment_ink(ink, 27)
    if segments is not None:
        assert segments.area.sum() == np.count_nonzero(ink.mask)
        assert (segments.boxes[:, 2:] > segments.boxes[:, :2]).all()
        assert len(segments.cuts) == len(segments) - 1


def test_writing_is_only_read_from():
    page = write(paper(60, 90), "42", 10, 45)
    before = page.copy()
    slices_of(page)
    assert np.array_equal(page, before)
