"""Ones that look like printed lines: straight upright strokes beside characters of their own height."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

RUN_PX = 15  # what is upright, or level, for so long is a stroke or a line
HEIGHT_MAX_PX = 160  # of a character
WIDTH_MAX = 0.4  # of its height: a one may lean so much
ALIKE_MAX = 0.25  # of its height: the top and the bottom of a character beside it are so near its own,
GAP_MAX = 0.75  # and so near is the character
CHARACTER_MIN = 0.25  # of its height: a character is at least so wide, and no piece of a line
MEET_PX = 6  # what comes so near to an end of the stroke meets it: the side of a box meets lines at both


def ones_among(lines: Gray, mask: Gray, boxes: NDArray[np.int64]) -> Gray:
    """Which pixels of `lines`, (H, W) uint8 over 0 on printed lines, are ones: 255 there.

    Args:
        lines: what was taken for lines by its straightness alone.
        mask: (H, W) uint8, 255 where ink is.
        boxes: (N, 4) left, top, right, bottom of the components that are no lines.
    """
    ones = np.zeros_like(lines)
    upright = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((RUN_PX, 1), np.uint8))
    level = np.asarray(cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, RUN_PX), np.uint8)), np.uint8)
    contours, _ = cv2.findContours(upright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        left, top, width, height = cv2.boundingRect(contour)
        if height > HEIGHT_MAX_PX or width > WIDTH_MAX * height:
            continue
        beside = np.maximum(boxes[:, 0] - (left + width), left - boxes[:, 2])
        off = np.maximum(np.abs(boxes[:, 1] - top), np.abs(boxes[:, 3] - (top + height)))
        wide = boxes[:, 2] - boxes[:, 0] >= CHARACTER_MIN * height
        if not ((off <= ALIKE_MAX * height) & (beside <= GAP_MAX * height) & wide).any():
            continue
        columns = slice(max(0, left - MEET_PX), left + width + MEET_PX)
        # From each end inwards: rows of the stroke and, before them, rows beyond it.
        from_top, from_bottom = top, len(lines) - (top + height)
        at_top = _meets(level[:, columns], mask[:, columns], from_top)
        at_bottom = _meets(level[::-1, columns], mask[::-1, columns], from_bottom)
        if not (at_top and at_bottom):
            cv2.drawContours(ones, [contour], -1, 255, cv2.FILLED)
    return np.asarray(cv2.bitwise_and(ones, cv2.bitwise_and(upright, cv2.bitwise_not(level))), np.uint8)


def _meets(level: Gray, mask: Gray, end: int) -> bool:
    """Whether a stroke that begins in row `end` and goes down meets a level line there, or ink beyond."""
    line = level[max(0, end - MEET_PX) : end + MEET_PX]
    beyond = mask[max(0, end - MEET_PX) : max(0, end - 1)]
    return bool(line.any() or beyond.any())
