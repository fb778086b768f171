"""Writing lines that are printed as dots or dashes."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.lines import PrintLayers
from digitocr.records import Box

MARK_HEIGHT_MAX_MM, MARK_WIDTH_MAX_MM = 0.7, 6.0  # the size of a dot or a dash
GAP_MAX_MM = 3.6  # between neighbouring marks
CENTRE_TOLERANCE_PX, HEIGHT_TOLERANCE_PX = 1.0, 1  # the marks of a line differ in vertical centre and height
DOT_PITCH_TOLERANCE, DOT_PITCH_TOLERANCE_PX = (
    0.2,
    2.0,
)  # of widths and gaps
MARKS_MIN, LENGTH_MIN_MM = 6, 8.0  # an ellipsis after a word is shorter


def dotted_lines(layers: PrintLayers) -> Iterator[Box]:
    """Rows of equal marks at equal distances, from the top of the page."""
    mm = layers.mm
    stats = cv2.connectedComponentsWithStats(layers.ink, connectivity=8)[2][1:, :4].astype(np.int64)
    marks = stats[(stats[:, 3] <= MARK_HEIGHT_MAX_MM * mm) & (stats[:, 2] <= MARK_WIDTH_MAX_MM * mm)]
    marks = marks[np.lexsort((marks[:, 0], marks[:, 1]))]
    unused = np.ones(len(marks), np.bool_)
    for first in range(len(marks)):
        if not unused[first]:
            continue
        row = _line_through(marks, first, unused, GAP_MAX_MM * mm)
        box = marks[row]
        right = int((box[:, 0] + box[:, 2]).max())
        start, top = int(box[:, 0].min()), int(box[:, 1].min())
        if len(row) >= MARKS_MIN and right - start >= LENGTH_MIN_MM * mm:
            unused[row] = False
            yield Box(start, top, right, int((box[:, 1] + box[:, 3]).max()))


def _line_through(
    marks: NDArray[np.int64], first: int, unused: NDArray[np.bool_], gap_max: float
) -> list[int]:
    """The indices of the marks in line with one, from the left; marks are (N, 4) left, top, width, height."""
    row = _neighbours(marks, first, unused, gap_max, 1)
    return [*reversed(_neighbours(marks, first, unused, gap_max, -1)[1:]), *row]


def _neighbours(
    marks: NDArray[np.int64], first: int, unused: NDArray[np.bool_], gap_max: float, direction: int
) -> list[int]:
    """The marks that follow one to its right (`direction` 1) or left (-1) at a constant pitch."""
    row, pitch = [first], 0.0
    middles = marks[:, 1] + marks[:, 3] / 2
    level = unused & (abs(middles - middles[first]) <= CENTRE_TOLERANCE_PX)
    level &= abs(marks[:, 2] - marks[first, 2]) <= np.maximum(
        DOT_PITCH_TOLERANCE_PX, DOT_PITCH_TOLERANCE * marks[first, 2]
    )
    level &= abs(marks[:, 3] - marks[first, 3]) <= HEIGHT_TOLERANCE_PX
    equal = np.flatnonzero(level)
    while True:
        distance = direction * (marks[equal, 0] - marks[row[-1], 0])
        ahead = equal[(distance > 0) & (distance - marks[first, 2] <= gap_max)]
        if not len(ahead):
            return row
        after = ahead[np.argmin(direction * marks[ahead, 0])]
        step = float(abs(marks[after, 0] - marks[row[-1], 0]))
        if pitch and abs(step - pitch) > max(DOT_PITCH_TOLERANCE_PX, DOT_PITCH_TOLERANCE * pitch):
            return row
        pitch = pitch or step
        row.append(int(after))
