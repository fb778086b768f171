"""Empty circles in rows are no zeros; zeros, and circles that are few or of many sizes, are left."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from digitocr.layout.circles import are_circles
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.segment import Segments


@dataclass(frozen=True)
class Row:
    segments: Segments | None
    scale: float = 1.0


def ring(width, height, scale=1.0):
    picture = np.full((70, 70), 235, np.uint8)
    cv2.ellipse(picture, (35, 35), (width // 2, height // 2), 0, 0, 360, 30, 3, cv2.LINE_AA)
    return Row(segment_line(picture)[0], scale)


def test_many_circles_of_one_size_are_a_pattern():
    assert are_circles([ring(40, 40)] * 6) == [True] * 6


@pytest.mark.parametrize("rows", [[ring(40, 40)] * 3, [ring(26, 40)] * 9, [Row(None)] * 9, []])
def test_few_circles_and_narrow_zeros_are_none(rows):
    assert not any(are_circles(rows))


def test_a_larger_ring_among_them_is_kept():
    assert are_circles([ring(40, 40)] * 6 + [ring(40, 40, 1.4)]) == [True] * 6 + [False]


def test_rings_of_many_sizes_are_kept():
    assert not any(are_circles([ring(40, 40, 1 + 0.2 * n) for n in range(9)]))
