"""Boxes that were crossed out: an X over a box that is not needed."""

import cv2
import numpy as np

from digitocr.records import Gray

SIZE_MIN = 0.45  # of the box's height: an X is as large in both directions
STROKE = 0.11  # of the diagonal: ink lies so near to the lines of an X
ON_LINES = 0.75  # of the ink of an X
COVERED = 0.7  # of each of the two lines
STEPS = 24


def is_crossed(ink: Gray, box_px: float) -> bool:
    """Whether the ink in a box, (h, w) uint8, 0 for none, is an X: two straight lines from corner to corner.

    `box_px` is the height of the box. No digit has ink along both of its diagonals and nowhere else.
    """
    left, top, width, height = cv2.boundingRect(ink)
    if min(width, height) < SIZE_MIN * box_px:
        return False
    rows, columns = np.nonzero(ink[top : top + height, left : left + width])
    x, y = columns / max(width - 1, 1), rows / max(height - 1, 1)
    down, up = np.abs(x - y) / np.sqrt(2), np.abs(x + y - 1) / np.sqrt(2)
    on_lines = float(np.mean(np.minimum(down, up) < STROKE))
    bins = np.minimum((x * STEPS).astype(int), STEPS - 1)
    covered = [len(np.unique(bins[away < STROKE])) / STEPS for away in (down, up)]
    return on_lines > ON_LINES and min(covered) > COVERED
