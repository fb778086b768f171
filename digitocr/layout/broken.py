"""Characters that fell apart: a bar or a dot as low as dirt, close above or below what it broke off."""

import numpy as np
from numpy.typing import NDArray

GAP_PX = 3  # between the two in height: rows of close print are farther apart
ASIDE_PX = 2  # by which a part may stand out at either side of its piece
TYPICAL = 1.15  # times the median height of characters: what would be higher is of two rows


def mended(parts: NDArray[np.int64], pieces: NDArray[np.int64]) -> NDArray[np.int64]:
    """The boxes of `parts`, each widened by those of `pieces` that broke off it.

    A piece is hardly narrower than its part, and over or under all of it, as the bar of a 7 over its stem.

    Args:
        parts: (N, 4) left, top, right, bottom of what is high enough for a character.
        pieces: (M, 4) of what is too low for one.
    """
    if len(parts) == 0:
        return parts
    highest = TYPICAL * float(np.median(parts[:, 3] - parts[:, 1]))
    whole = parts.copy()
    for left, top, right, bottom in pieces:
        apart = np.maximum(parts[:, 1] - bottom, top - parts[:, 3])
        inside = (parts[:, 0] >= left - ASIDE_PX) & (parts[:, 2] <= right + ASIDE_PX)
        higher = np.maximum(parts[:, 3], bottom) - np.minimum(parts[:, 1], top)
        near = inside & (apart <= GAP_PX) & (higher <= highest)
        whole[near, :2] = np.minimum(whole[near, :2], (left, top))
        whole[near, 2:] = np.maximum(whole[near, 2:], (right, bottom))
    return whole
