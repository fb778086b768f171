"""Crossed-out ink: an X over a box that is not needed, a line through a number that is wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

# The values of this module stand on drawn crosses, pluses, digits and struck numbers in the tests.

# An X over a box.
CROSS_SIZE_MIN = 0.35  # of the box's height, in both directions
FIT_ROUNDS = 3  # limit: the fit has settled by then
POINTS_MAX = 200  # limit: pixels of ink that the two lines are fitted to
# Lengths and distances are by the diagonal of the bounding box.
LINE_DISTANCE_MAX = 0.07  # of the ink of an X from the nearer of its two lines,
ON_LINES_MIN = 0.88  # for this share of the ink; an 8 and a 4 have less
LINE_LENGTH_MIN = 0.6  # each of the two lines is at least so long
SLOPE_MIN = 0.3  # of the lines, one of which rises and one falls; no steeper than its inverse
CROSSING_MIN = 0.2  # of each line's length, from either end: where the other line crosses it
# Of the height of one line at least, above the crossing: of 1,946 ones, fours and sevens 6 are an X without it,
# ones whose strokes run together at the top, and one is with it; of 1,500 crosses 1,487 either way.
UPPER_ARM_MIN = 0.35
GAP_SHARE_MAX = 0.2  # of a line's length, without ink
# A line through a number.
STRIKE_LENGTH_MIN = 1.25  # of a box's height: longer than any straight stroke of a digit
STRIKE_EDGE = 0.15  # of the number's height: a line so near its top or bottom is not through it

DoubleFloats = NDArray[np.float64]
ComplexPoints = NDArray[np.complex128]  # x + iy
Line = tuple[complex, complex]  # a point, and a direction of length 1


def is_struck_through(ink: Gray, box_px: float) -> bool:
    """Whether a long straight line was drawn through a number.

    Args:
        ink: (h, w) uint8, 0 where there is none.
        box_px: The height in pixels of a box to write in.

    Lines are found by the probabilistic Hough transform.
    """
    left, top, width, height = cv2.boundingRect(ink)
    least = STRIKE_LENGTH_MIN * box_px
    if width < least:
        return False
    mask = np.where(ink[top : top + height, left : left + width] > 0, np.uint8(255), np.uint8(0))
    thin = opencv.erode(mask, 2, 2)
    lines = cv2.HoughLinesP(thin, 1, np.pi / 90, int(0.6 * least), None, least, 0.08 * box_px)
    for x0, y0, x1, y1 in np.asarray(lines if lines is not None else [], np.float64).reshape(-1, 4):
        along, up = abs(x1 - x0), abs(y1 - y0)
        middle = (y0 + y1) / 2 / height
        # Steeper lines than at 45 degrees are strokes of digits: a 1, a 7, a 4.
        if up <= along and STRIKE_EDGE < middle < 1 - STRIKE_EDGE:
            return True
    return False


def is_crossed_out(ink: Gray, box_px: float) -> bool:
    """Whether the ink in a box is an X: two straight lines that cross, which no digit is.

    Two lines are fitted to the ink by k-plane clustering (P. Bradley, O. Mangasarian, 2000), starting with
    the diagonals of its bounding box.

    Args:
        ink: (h, w) uint8, 0 where there is none.
        box_px: The height of the box in pixels.
    """
    left, top, width, height = cv2.boundingRect(ink)
    if min(width, height) < CROSS_SIZE_MIN * box_px:
        return False
    rows, columns = np.nonzero(ink[top : top + height, left : left + width])
    step = max(1, len(rows) // POINTS_MAX)
    size = complex(width, height)
    points: ComplexPoints = (columns[::step] + np.complex128(1j) * rows[::step]) / abs(size)
    corner = size / abs(size)
    lines = (corner / 2, corner), (corner / 2, corner.conjugate())
    distances = [_distances(line, points) for line in lines]
    for _ in range(FIT_ROUNDS):
        first = distances[0] < distances[1]
        if not 3 < np.count_nonzero(first) < len(points) - 3:
            return False
        lines = _fit_line(points[first]), _fit_line(points[~first])
        distances = [_distances(line, points) for line in lines]
    if np.count_nonzero(np.minimum(*distances) < LINE_DISTANCE_MAX) < ON_LINES_MIN * len(points):
        return False
    slopes = [direction.imag / (direction.real or 1e-9) for _, direction in lines]
    if slopes[0] * slopes[1] > 0 or not all(SLOPE_MIN < abs(slope) < 1 / SLOPE_MIN for slope in slopes):
        return False
    crossing = _crossing(*lines)
    near = [points[each < LINE_DISTANCE_MAX] for each in distances]
    if max(_upper_arm(each, crossing) for each in near) < UPPER_ARM_MIN:
        return False
    return all(_is_covered(*each, crossing) for each in zip(lines, near, strict=True))


def _distances(line: Line, points: ComplexPoints) -> DoubleFloats:
    """The distances (N,) of points from a line."""
    return np.abs(((points - line[0]) * line[1].conjugate()).imag)


def _fit_line(points: ComplexPoints) -> Line:
    """The line with the least sum of squared distances from points."""
    middle = complex(points.mean())
    spread = complex(((points - middle) ** 2).sum())  # its angle is twice that of the longest axis
    direction = complex(np.sqrt(spread))
    return middle, direction / abs(direction) if direction else 1 + 0j


def _crossing(first_line: Line, second_line: Line) -> complex:
    """The point where two lines that are not parallel cross."""
    across = (second_line[1] * first_line[1].conjugate()).imag
    step = ((second_line[0] - first_line[0]) * second_line[1].conjugate()).imag / -across
    return first_line[0] + step * first_line[1]


def _upper_arm(points: ComplexPoints, crossing: complex) -> float:
    """The share (0..1) of a line, by the heights of points near it, that is above the crossing."""
    top, bottom = float(points.imag.min()), float(points.imag.max())
    return (crossing.imag - top) / max(bottom - top, 1e-9)


def _is_covered(line: Line, points: ComplexPoints, crossing: complex) -> bool:
    """Whether points near a line cover it for long enough, and another line crosses its middle part."""
    feet = np.sort(((points - line[0]) * line[1].conjugate()).real)
    length = float(feet[-1] - feet[0])
    position = (((crossing - line[0]) * line[1].conjugate()).real - feet[0]) / max(length, 1e-9)
    gap = float(np.diff(feet).max()) / max(length, 1e-9)
    return bool(
        length > LINE_LENGTH_MIN and CROSSING_MIN < position < 1 - CROSSING_MIN and gap < GAP_SHARE_MAX
    )
