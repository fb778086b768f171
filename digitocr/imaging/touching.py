"""Rows of writing that touch: components as high as several rows, parted where least ink joins them."""

import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

ROWS_MIN = 1.6  # times the writing's height: what is so high is more than a tall character
AROUND = 0.25  # of a row's height: how far the narrowest place may be from where the rows divide evenly
INK_MAX = 0.1  # of the component's width: rows touch at a point or two, the strokes of a character at more
CUT_PX = 1  # above and below that place: what is closer is joined again


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
