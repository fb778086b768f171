"""Runs of slices as candidates."""

import cv2
import numpy as np
from drawing import number, paper, write

from digitocr.imaging.binarisation import find_ink
from digitocr.imaging.normaliser import normalise
from digitocr.segmentation.candidates import (
    CANDIDATE_WIDTH_MAX,
    GEOMETRY,
    SLICES_MAX,
    candidates,
    single_candidate,
)
from digitocr.segmentation.segment import segment_ink


def found_in(text):
    page, lefts = number(text)
    ink = find_ink(page, 21)
    segments = segment_ink(ink, 27)
    return candidates(segments), segments, lefts


def test_every_digit_is_a_candidate_of_its_own():
    found, _, lefts = found_in("30517")
    for left in lefts:
        whole = [
            n
            for n, (a, top, b, bottom) in enumerate(found.boxes)
            if left - 2 <= a and b <= left + 32 and b - a >= 8 and bottom - top >= 22
        ]
        assert whole


def test_candidates_are_runs_of_neighbouring_slices():
    found, segments, _ = found_in("30517")
    assert (found.first < found.last).all()
    assert (found.last - found.first <= SLICES_MAX).all()
    assert {(n, n + 1) for n in range(len(segments))} <= set(zip(found.first, found.last, strict=True))
    for first, last, box in zip(found.first, found.last, found.boxes, strict=True):
        parts = segments.boxes[first:last]
        assert tuple(box) == (*parts[:, :2].min(axis=0), *parts[:, 2:].max(axis=0))
        if last - first > 1:
            assert box[2] - box[0] <= CANDIDATE_WIDTH_MAX * segments.height


def test_a_cross_wider_than_digits_is_one_candidate():
    page = paper(90, 260)
    cv2.line(page, (20, 20), (70, 70), 30, 3)
    cv2.line(page, (70, 20), (20, 70), 30, 3)
    write(page, "7", 150, 58)
    segments = segment_ink(find_ink(page, 21), 27)
    widths = candidates(segments).boxes[:, 2] - candidates(segments).boxes[:, 0]
    assert widths.max() >= 48 > CANDIDATE_WIDTH_MAX * segments.height


def test_a_candidate_holds_the_ink_of_its_slices_only():
    found, segments, _ = found_in("88")
    for n in range(len(found.first)):
        inside = (segments.label >= found.first[n]) & (segments.label < found.last[n])
        expected = normalise((segments.soft * inside).astype(np.uint8), 0.3 * segments.height)
        # Soft ink off the mask may lie outside the box.
        assert np.abs(found.crops[n].astype(int) - expected).mean() < 12


def test_geometry_is_in_row_heights():
    found, segments, _ = found_in("30517")
    assert found.geometry.shape == (len(found.first), len(GEOMETRY))
    named = dict(zip(GEOMETRY, found.geometry.T, strict=True))
    heights = (found.boxes[:, 3] - found.boxes[:, 1]) / segments.height
    assert np.allclose(named["height"], heights)
    assert np.allclose(named["bottom"] - named["top"], heights, atol=1e-5)
    assert (named["area"] > 0).all()
    first = found.first == 0
    assert (named["cut_left"][first] == 0).all()
    assert np.isfinite(found.geometry).all()


def test_an_image_may_be_one_candidate():
    ink = find_ink(write(paper(60, 50), "5", 12, 48), 61)
    found = single_candidate(ink)
    assert found is not None
    assert (found.first.tolist(), found.last.tolist()) == ([0], [1])
    assert found.crops.shape == (1, 28, 28)
    left, top, right, bottom = found.boxes[0]
    assert ink.mask[top:bottom, left:right].sum() == ink.mask.sum()


def test_no_ink_is_no_candidate():
    assert single_candidate(find_ink(paper(60, 50), 61)) is None
