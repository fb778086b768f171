"""Lines of a form that end on others, as the sides of boxes do: strokes of a pen seldom do at both ends."""

import cv2
import numpy as np

from digitocr.forms.detection.lines import FAINT, SHORT_MM, Lines, Print
from digitocr.imaging import opencv
from digitocr.records import Gray

CALM_PX = 1.2  # across a line, so that it has one middle
BRIDGED_MM = 2.5  # writing that crosses a line hides no more of it
BESIDE_MM = 2.0  # ink pulls the middle of a line beside it
SIDE_MM = 2.6  # the shortest side of a box for a digit
NEAR_MM = 0.7  # a line ends so near another at a corner
HALF_PX = 4  # of the thickness of a line
LONG_MM = 16.0  # as no stroke of a digit is
ROUNDS = 3  # what ended on a stroke that was dropped is dropped in the next


def anchored_lines(print_: Print) -> Lines:
    """The lines of a page that begin and end on another, with what writing hides of them put back."""
    ink = np.ascontiguousarray(print_.ink.T)
    across = _straight(print_.across, print_.ink, print_.mm)
    down = _straight(np.ascontiguousarray(print_.down.T), ink, print_.mm)
    reach, long = max(2, round(NEAR_MM * print_.mm)), LONG_MM * print_.mm
    for _ in range(ROUNDS):
        kept = _ending_on(down.T, across, reach, long), _ending_on(across.T, down, reach, long)
        across, down = kept
    upright = np.ascontiguousarray(print_.short.down.T)
    return Lines(_thick(across, print_.short.across), np.ascontiguousarray(_thick(down, upright).T))


def _thick(middles: Gray, lines: Gray) -> Gray:
    """The `lines` (H, W) about level `middles` (H, W), and these."""
    near = opencv.dilate(middles, 2 * HALF_PX + 1, 1)
    return opencv.union(middles, opencv.intersection(near, lines))


def _straight(hat: Gray, ink: Gray, mm: float) -> Gray:
    """The middles of level lines, (H, W) uint8 and 3 pixels thick.

    `hat` (H, W) uint8 tells how much darker a pixel is than what is above and below it. Slanted strokes soon
    leave a corridor so narrow; gaps of a line are closed where `ink` (H, W) is in or beside them.
    """
    calm = np.asarray(cv2.GaussianBlur(hat, (1, 5), CALM_PX), np.uint8)
    top = opencv.dilate(calm, 5, 1)
    ridge = np.where((calm >= top) & (calm > FAINT), 255, 0).astype(np.uint8)
    corridor = opencv.dilate(ridge, 3, 1)
    corridor = opencv.closing(corridor, 1, 5)
    pieces = opencv.opening(corridor, 1, max(9, round(SHORT_MM * mm)))
    closed = opencv.closing(pieces, 1, round(BRIDGED_MM * mm) | 1)
    beside = opencv.dilate(ink, 3, round(BESIDE_MM * mm) | 1)
    whole = opencv.union(pieces, opencv.intersection(closed, beside))
    return opencv.opening(whole, 1, round(SIDE_MM * mm))


def _ending_on(walls: Gray, across: Gray, reach: int, long: float) -> Gray:
    """The pieces of `across` (H, W) that are `long`, or end within `reach` pixels of `walls` at both ends.

    Ink may hide the end of a line, and lines are longer than strokes.
    """
    near = opencv.dilate(np.ascontiguousarray(walls), 2 * reach + 1, 2 * reach + 1) > 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    left, right = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] - 1
    rows, columns = np.nonzero(near & (across > 0))
    piece = labels[rows, columns]
    held = np.zeros((2, count), np.bool_)
    held[0, piece[columns - left[piece] <= reach]] = True
    held[1, piece[right[piece] - columns <= reach]] = True
    kept = held.all(axis=0) | (right - left >= long)
    keep = np.where(kept, 255, 0).astype(np.uint8)
    keep[0] = 0
    return np.asarray(keep[labels], np.uint8)
