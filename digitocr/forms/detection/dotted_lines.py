"""Lines to write on that are printed as dots or dashes, wide apart or few."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.lines import Print
from digitocr.records import Box

HIGH_MM, WIDE_MM = 0.7, 6.0  # a dot or a dash is no larger
GAP_MM = 3.6  # and no further from the next
LEVEL_PX, HEIGHT_PX = 1.0, 1  # their middles lie on one line, and they are as high
ALIKE, ALIKE_PX = 0.2, 2.0  # by so much, or so many pixels, they and their gaps differ
MARKS_MIN, LENGTH_MM = 6, 8.0  # so many, over such a length, are no three points after a word


def broken_lines(print_: Print) -> Iterator[Box]:
    """Rows of like marks at like distances, from the top of the page."""
    mm = print_.mm
    stats = cv2.connectedComponentsWithStats(print_.ink, connectivity=8)[2][1:, :4].astype(np.int64)
    marks = stats[(stats[:, 3] <= HIGH_MM * mm) & (stats[:, 2] <= WIDE_MM * mm)]
    marks = marks[np.lexsort((marks[:, 0], marks[:, 1]))]
    left = np.ones(len(marks), np.bool_)
    for first in range(len(marks)):
        if not left[first]:
            continue
        row = _row_from(marks, first, left, GAP_MM * mm)
        box = marks[row]
        right = int((box[:, 0] + box[:, 2]).max())
        start, top = int(box[:, 0].min()), int(box[:, 1].min())
        if len(row) >= MARKS_MIN and right - start >= LENGTH_MM * mm:
            left[row] = False
            yield Box(start, top, right, int((box[:, 1] + box[:, 3]).max()))


def _row_from(marks: NDArray[np.int64], first: int, left: NDArray[np.bool_], reach: float) -> list[int]:
    """The marks, (N, 4) left, top, width, height, that follow one to its right, and those to its left."""
    row = _followers(marks, first, left, reach, 1)
    return [*reversed(_followers(marks, first, left, reach, -1)[1:]), *row]


def _followers(
    marks: NDArray[np.int64], first: int, left: NDArray[np.bool_], reach: float, way: int
) -> list[int]:
    row, pitch = [first], 0.0
    middles = marks[:, 1] + marks[:, 3] / 2
    level = left & (abs(middles - middles[first]) <= LEVEL_PX)
    level &= abs(marks[:, 2] - marks[first, 2]) <= np.maximum(ALIKE_PX, ALIKE * marks[first, 2])
    level &= abs(marks[:, 3] - marks[first, 3]) <= HEIGHT_PX
    near = np.flatnonzero(level)
    while True:
        apart = way * (marks[near, 0] - marks[row[-1], 0])
        ahead = near[(apart > 0) & (apart - marks[first, 2] <= reach)]
        if not len(ahead):
            return row
        after = ahead[np.argmin(way * marks[ahead, 0])]
        step = float(abs(marks[after, 0] - marks[row[-1], 0]))
        if pitch and abs(step - pitch) > max(ALIKE_PX, ALIKE * pitch):
            return row
        pitch = pitch or step
        row.append(int(after))
