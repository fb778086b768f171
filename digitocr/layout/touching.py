"""Components as high as several rows: rows of writing that touch, and pieces of rules that hang on a row."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.ruled_lines import THICKNESS_MAX_PX
from digitocr.records import Gray

ROWS_MIN = 1.6  # times the writing's height: what is so high is more than a tall character
AROUND = 0.25  # of a row's height: how far the narrowest place may be from where the rows divide evenly
INK_MAX = 0.1  # of the component's width: rows touch at a point or two, the strokes of a character at more
CUT_PX = 1  # above and below that place: what is closer is joined again
ROW_MAX = 1.4  # times the writing's height: what is no higher is writing of one row


def between_rows(mask: Gray, boxes: NDArray[np.int64], writing_px: float) -> Gray:
    """Mark where components are to be parted: (H, W) uint8, 255 there.

    Args:
        mask: (H, W) uint8, 255 on ink, without printed lines.
        boxes: (N, 4) left, top, right, bottom of its components.
        writing_px: the height of one row of writing.
    """
    parted = np.zeros_like(mask)
    for left, top, right, bottom in boxes[boxes[:, 3] - boxes[:, 1] > ROWS_MIN * writing_px]:
        ink = np.count_nonzero(mask[top:bottom, left:right], axis=1)
        rows = max(2, round((bottom - top) / writing_px))
        pitch = (bottom - top) / rows
        for row in range(1, rows):
            first, last = round((row - AROUND) * pitch), round((row + AROUND) * pitch) + 1
            thin = first + int(ink[first:last].argmin())
            if ink[thin] <= INK_MAX * (right - left):
                cut = np.s_[max(0, top + thin - CUT_PX) : top + thin + CUT_PX + 1, left:right]
                parted[cut] = mask[cut]
    return parted


def hanging_rules(mask: Gray, boxes: NDArray[np.int64], writing_px: float) -> Gray:
    """Mark pieces of upright rules that hang on writing and reach into another row: (H, W) uint8, 255 there.

    The pieces are too short to be told from strokes by themselves. They are taken off only where nothing as
    high as two rows is left without them; the arguments are those of `between_rows`.
    """
    hanging = np.zeros_like(mask)
    for left, top, right, bottom in boxes[boxes[:, 3] - boxes[:, 1] > ROWS_MIN * writing_px]:
        window = np.s_[top:bottom, left:right]
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask[window], connectivity=8)
        high = np.flatnonzero(stats[1:, cv2.CC_STAT_HEIGHT] > ROWS_MIN * writing_px) + 1
        joined = np.isin(labels, high)
        for side in (joined, joined[:, ::-1]):  # views: what is found at the right is marked there
            piece = _outermost(side, writing_px)
            if piece is not None:
                there = hanging[window] if side is joined else hanging[window][:, ::-1]
                there[:, : piece.shape[1]][piece] = 255
                break
    return hanging


def _outermost(joined: NDArray[np.bool_], writing_px: float) -> NDArray[np.bool_] | None:
    """The fewest columns at the left, (H, n) of ink, without which it is all of one row's height, if any."""
    for columns in range(1, min(THICKNESS_MAX_PX, joined.shape[1] - 1) + 1):
        rest = joined[:, columns:].astype(np.uint8)
        stats = cv2.connectedComponentsWithStats(rest, connectivity=8)[2][1:]
        if len(stats) and stats[:, cv2.CC_STAT_HEIGHT].max() <= ROW_MAX * writing_px:
            return joined[:, :columns]
    return None
