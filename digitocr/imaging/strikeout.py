"""What was crossed out: an X over a box that is not needed, a line through a number that is wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

SIZE_MIN = 0.35  # of the box's height: an X is as large in both directions
ROUNDS = 3
POINTS_MAX = 200  # of its ink: so many tell its shape
LIKELY = 0.5  # of its ink near the diagonals of its bounding box: with less it is no X at all
NEAR = 0.07  # of its bounding box's diagonal: so near to one of two lines lies the ink of an X,
ON_LINES = 0.88  # this share of it,
LENGTH_MIN = 0.6  # along both of them, in bounding boxes' diagonals,
STEEP_MIN, STEEP_MAX = 0.3, 3.0  # one rising and one falling,
MIDDLE = 0.2, 0.8  # and they meet in the middle of both
GAP_MAX = 0.2  # of a line's length: what is missing at most
STRIKE_MIN = 1.25  # of a box's height: no straight stroke of a digit is as long as a line that strikes it out
STRIKE_STEEP_MAX = 1.0  # as much up as along
THROUGH = 0.15, 0.85  # of the writing's height: lower it underlines, higher it is another's

Floats = NDArray[np.float64]
Points = NDArray[np.complex128]  # x + iy
Line = tuple[complex, complex]  # a point, and a direction of length 1


def is_struck_through(ink: Gray, box_px: float) -> bool:
    """Whether a long straight line was drawn through a number; `ink` (h, w) uint8 is 0 for none."""
    left, top, width, height = cv2.boundingRect(ink)
    least = STRIKE_MIN * box_px
    if width < least:
        return False
    mask = np.where(ink[top : top + height, left : left + width] > 0, np.uint8(255), np.uint8(0))
    thin = opencv.erode(mask, 2, 2)
    lines = cv2.HoughLinesP(thin, 1, np.pi / 90, int(0.6 * least), None, least, 0.08 * box_px)
    for x0, y0, x1, y1 in np.asarray(lines if lines is not None else [], np.float64).reshape(-1, 4):
        along, up = abs(x1 - x0), abs(y1 - y0)
        middle = (y0 + y1) / 2 / height
        if up <= STRIKE_STEEP_MAX * along and THROUGH[0] < middle < THROUGH[1]:
            return True
    return False


def is_crossed_out(ink: Gray, box_px: float) -> bool:
    """Whether the ink in a box is an X: two straight lines that cross, and no more.

    `ink` (h, w) uint8 is 0 for none, `box_px` is the height of the box. Two lines are fitted to the ink as
    two means are to points (P. Bradley, O. Mangasarian, "k-plane clustering", 2000), from the diagonals on.
    No digit is two crossing lines.
    """
    left, top, width, height = cv2.boundingRect(ink)
    if min(width, height) < SIZE_MIN * box_px:
        return False
    rows, columns = np.nonzero(ink[top : top + height, left : left + width])
    step = max(1, len(rows) // POINTS_MAX)
    size = complex(width, height)
    points: Points = (columns[::step] + np.complex128(1j) * rows[::step]) / abs(size)
    corner = size / abs(size)
    lines = (corner / 2, corner), (corner / 2, corner.conjugate())
    away = [_away(line, points) for line in lines]
    if np.count_nonzero(np.minimum(*away) < 2 * NEAR) < LIKELY * len(points):
        return False
    for _ in range(ROUNDS):
        first = away[0] < away[1]
        if not 3 < np.count_nonzero(first) < len(points) - 3:
            return False
        lines = _fitted(points[first]), _fitted(points[~first])
        away = [_away(line, points) for line in lines]
    if np.count_nonzero(np.minimum(*away) < NEAR) < ON_LINES * len(points):
        return False
    slopes = [direction.imag / (direction.real or 1e-9) for _, direction in lines]
    if slopes[0] * slopes[1] > 0 or not all(STEEP_MIN < abs(slope) < STEEP_MAX for slope in slopes):
        return False
    meet = _meeting(*lines)
    return all(_spans(line, points[near < NEAR], meet) for line, near in zip(lines, away, strict=True))


def _away(line: Line, points: Points) -> Floats:
    """(N,) how far points are from a line."""
    return np.abs(((points - line[0]) * line[1].conjugate()).imag)


def _fitted(points: Points) -> Line:
    """The line of least squared distances from points."""
    middle = complex(points.mean())
    spread = complex(((points - middle) ** 2).sum())  # its angle is twice that of the longest axis
    direction = complex(np.sqrt(spread))
    return middle, direction / abs(direction) if direction else 1 + 0j


def _meeting(one: Line, other: Line) -> complex:
    """Where two lines that are not parallel cross."""
    across = (other[1] * one[1].conjugate()).imag
    step = ((other[0] - one[0]) * other[1].conjugate()).imag / -across
    return one[0] + step * one[1]


def _spans(line: Line, points: Points, meet: complex) -> bool:
    """Whether points near a line cover it, long enough, and the other line crosses it in the middle."""
    feet = np.sort(((points - line[0]) * line[1].conjugate()).real)
    length = float(feet[-1] - feet[0])
    at = (((meet - line[0]) * line[1].conjugate()).real - feet[0]) / max(length, 1e-9)
    gap = float(np.diff(feet).max()) / max(length, 1e-9)
    return bool(length > LENGTH_MIN and MIDDLE[0] < at < MIDDLE[1] and gap < GAP_MAX)
