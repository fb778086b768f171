"""A line as pieces that stand apart, and cut paths in those that hold several digits."""

import cv2
import numpy as np
from drawing import number, paper

from digitocr.imaging.binarisation import find_ink
from digitocr.segmentation.candidates import candidates, no_candidates
from digitocr.segmentation.pieces import COMPONENTS_MAX, OF_NO_PIECE, pieces_of
from digitocr.segmentation.segment import segment_ink

WRITING_PX = 27


def ink_of(text):
    return find_ink(number(text)[0], 21)


def joined():
    """The ink of a 305 whose first two digits a stroke joins."""
    page, lefts = number("305")
    middle = page.shape[0] // 2
    cv2.line(page, (lefts[0] + 8, middle), (lefts[1] + 8, middle), 30, 2)
    return find_ink(page, 21)


def test_digits_that_stand_apart_are_a_piece_each():
    ink = ink_of("30517")
    segments = pieces_of(ink, WRITING_PX).segments
    assert len(segments) == 5
    assert (segments.boxes[1:, 0] > segments.boxes[:-1, 0]).all()
    assert segments.area.sum() == cv2.countNonZero(ink.mask)
    for piece, (left, top, right, bottom) in enumerate(segments.boxes):
        owned = np.argwhere((segments.label == piece) & (ink.mask > 0))
        assert (owned.min(axis=0) == (top, left)).all()
        assert (owned.max(axis=0) + 1 == (bottom, right)).all()


def test_what_stands_above_another_is_of_the_same_piece():
    page = paper(90, 120)
    cv2.line(page, (40, 25), (60, 25), 30, 3)
    cv2.line(page, (42, 36), (58, 60), 30, 3)
    cv2.line(page, (80, 25), (80, 60), 30, 3)
    assert len(pieces_of(find_ink(page, 21), WRITING_PX).segments) == 2


def test_the_soft_edges_of_a_piece_are_its_own():
    ink = ink_of("305")
    label = pieces_of(ink, WRITING_PX).segments.label
    near = cv2.dilate(ink.mask, np.ones((3, 3), np.uint8)) > 0
    assert ((label != OF_NO_PIECE) == near).all()


def test_only_chosen_pieces_are_cut():
    pieces = pieces_of(joined(), WRITING_PX)
    assert len(pieces.segments) == 2
    assert pieces.cut([]) is pieces.segments
    cut = pieces.cut([0])
    assert len(cut) > 2
    assert (cut.boxes[-1] == pieces.segments.boxes[1]).all()
    assert cut.area.sum() == pieces.segments.area.sum()
    assert (cut.cuts[:-1] > 0).any()
    assert cut.cuts[-1] == 0
    assert set(np.unique(cut.label)) == {*range(len(cut)), OF_NO_PIECE}


def test_cut_everywhere_each_digit_is_a_candidate_as_with_cut_paths_through_the_whole_line():
    ink = joined()
    pieces = pieces_of(ink, WRITING_PX)
    of_pieces = candidates(pieces.cut(range(len(pieces.segments))))
    of_line = candidates(segment_ink(ink, WRITING_PX))
    for left, _, right, _ in (pieces.segments.boxes[1], *of_line.boxes[of_line.last == 1]):
        assert (np.abs(of_pieces.boxes[:, [0, 2]] - (left, right)).max(axis=1) <= 2).any()


def test_no_ink_and_too_many_components_have_no_pieces():
    assert pieces_of(find_ink(paper(60, 60), 21), WRITING_PX) is None
    page = paper(60, 20 * COMPONENTS_MAX)
    for n in range(COMPONENTS_MAX + 1):
        cv2.circle(page, (10 + 18 * n, 30), 4, 30, -1)
    assert pieces_of(find_ink(page, 21), WRITING_PX) is None


def test_before_it_is_cut_a_line_has_no_candidates():
    none = no_candidates(pieces_of(ink_of("305"), WRITING_PX).segments)
    assert len(none.first) == len(none.boxes) == len(none.geometry) == 0
