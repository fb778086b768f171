"""Ones that look like printed lines: straight upright strokes beside characters of their own height."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

RUN_PX = 15  # what is upright, or level, for so long is a stroke or a line
HEIGHT_MAX_PX = 160
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
    level = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, RUN_PX), np.uint8))
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
        across = slice(max(0, left - MEET_PX), left + width + MEET_PX)
        ends = (
            (slice(max(0, top - MEET_PX), max(0, top - 1)), slice(max(0, top - MEET_PX), top + MEET_PX)),
            (
                slice(top + height + 1, top + height + MEET_PX),
                slice(top + height - MEET_PX, top + height + MEET_PX),
            ),
        )
        if not all(mask[beyond, across].any() or level[near, across].any() for beyond, near in ends):
            cv2.drawContours(ones, [contour], -1, 255, cv2.FILLED)
    return np.asarray(cv2.bitwise_and(ones, cv2.bitwise_and(upright, cv2.bitwise_not(level))), np.uint8)
