"""What was crossed out: an X over a box that is not needed, a line through a number that is wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

SIZE_MIN = 0.35  # of the box's height: an X is as large in both directions
ROUNDS = 5
NEAR = 0.07  # of its bounding box's diagonal: so near to one of two lines lies the ink of an X,
ON_LINES = 0.88  # this share of it,
LENGTH_MIN = 0.6  # along both of them, in bounding boxes' diagonals,
STEEP_MIN, STEEP_MAX = 0.3, 3.0  # one rising and one falling,
MIDDLE = 0.2, 0.8  # and they meet in the middle of both
GAP_MAX = 0.2  # of a line's length: what is missing at most
STRIKE_MIN = 1.25  # of a box's height: no straight stroke of a digit is as long as a line that strikes it out
STRIKE_STEEP_MAX = 1.0  # as much up as along
THROUGH = 0.15, 0.85  # of the writing's height: lower it underlines, higher it is another's


def is_struck(ink: Gray, box_px: float) -> bool:
    """Whether a long straight line was drawn through a number; `ink` (h, w) uint8 is 0 for none."""
    left, top, width, height = cv2.boundingRect(ink)
    least = STRIKE_MIN * box_px
    if width < least:
        return False
    mask = np.where(ink[top : top + height, left : left + width] > 0, np.uint8(255), np.uint8(0))
    thin = cv2.erode(mask, np.ones((2, 2), np.uint8))
    lines = cv2.HoughLinesP(thin, 1, np.pi / 90, int(0.6 * least), None, least, 0.08 * box_px)
    for x0, y0, x1, y1 in np.asarray(lines if lines is not None else [], np.float64).reshape(-1, 4):
        along, up = abs(x1 - x0), abs(y1 - y0)
        middle = (y0 + y1) / 2 / height
        if up <= STRIKE_STEEP_MAX * along and THROUGH[0] < middle < THROUGH[1]:
            return True
    return False


def is_crossed(ink: Gray, box_px: float) -> bool:
    """Whether the ink in a box, (h, w) uint8, 0 for none, is an X: two straight lines that cross, and no more.

    `box_px` is the height of the box. Two lines are fitted to the ink as two means are to points (P. Bradley,
    O. Mangasarian, "k-plane clustering", 2000), from the diagonals on. No digit is two crossing lines.
    """
    left, top, width, height = cv2.boundingRect(ink)
    if min(width, height) < SIZE_MIN * box_px:
        return False
    rows, columns = np.nonzero(ink[top : top + height, left : left + width])
    points = np.stack([columns, rows], axis=1) / float(np.hypot(width, height))
    corner = np.array([width, height]) / float(np.hypot(width, height))
    lines = [_Line(corner / 2, _unit(corner)), _Line(corner / 2, _unit(corner * [1, -1]))]
    for _ in range(ROUNDS):
        away = np.stack([line.away(points) for line in lines])
        nearest = away.argmin(axis=0)
        if min(np.bincount(nearest, minlength=2)) < 3:
            return False
        lines = [_fitted(points[nearest == n]) for n in range(2)]
    away = np.stack([line.away(points) for line in lines])
    if np.mean(away.min(axis=0) < NEAR) < ON_LINES:
        return False
    slopes = [line.direction[1] / (line.direction[0] or 1e-9) for line in lines]
    if slopes[0] * slopes[1] > 0 or not all(STEEP_MIN < abs(slope) < STEEP_MAX for slope in slopes):
        return False
    meet = _meeting(*lines)
    return all(_spans(line, points[near < NEAR], meet) for line, near in zip(lines, away, strict=True))


class _Line:
    """A line by a point of it and its direction, a unit vector."""

    def __init__(self, middle: NDArray[np.float64], direction: NDArray[np.float64]) -> None:
        self.middle = middle
        self.direction = direction

    def away(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) how far points (N, 2) are from the line."""
        x, y = (points - self.middle).T
        return np.abs(x * self.direction[1] - y * self.direction[0])

    def along(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) where on the line the feet of points (N, 2) are."""
        return np.asarray((points - self.middle) @ self.direction)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / np.linalg.norm(vector)


def _fitted(points: NDArray[np.float64]) -> _Line:
    """The line of least squared distances from points (N, 2)."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    angle = 0.5 * np.arctan2(2 * np.mean(x * y), np.mean(x * x) - np.mean(y * y))
    return _Line(middle, np.array([np.cos(angle), np.sin(angle)]))


def _meeting(one: _Line, other: _Line) -> NDArray[np.float64]:
    """Where two lines that are not parallel cross."""
    steps = np.linalg.solve(np.stack([one.direction, -other.direction], axis=1), other.middle - one.middle)
    return one.middle + steps[0] * one.direction


def _spans(line: _Line, points: NDArray[np.float64], meet: NDArray[np.float64]) -> bool:
    """Whether points near a line cover it, long enough, and the other line crosses it in the middle."""
    feet = np.sort(line.along(points))
    length = feet[-1] - feet[0]
    at = (line.along(meet[None])[0] - feet[0]) / max(length, 1e-9)
    gap = float(np.diff(feet).max()) / max(length, 1e-9)
    return bool(length > LENGTH_MIN and MIDDLE[0] < at < MIDDLE[1] and gap < GAP_MAX)
