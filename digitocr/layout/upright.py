"""A plain 1 beside a ruled line: what is as short as a digit is a stroke, however straight."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.maps import LIKELY, PageMaps, digit_heights_px

# Of the height of the digits near it: a 1 is so high and so narrow; sides of boxes and rules are longer, as
# they hang together with those that they meet. Drawn pages of half a dozen hands have 1s of 0.6 to 1.3.
HEIGHT_RANGE = (0.55, 1.4)
STROKE_WIDTH_MAX = 0.45  # of the digits' height: a 1 is no wider, as drawn pages show


def claim_upright_strokes(maps: PageMaps, core: NDArray[np.uint8], owner: NDArray[np.int32]) -> PageMaps:
    """Count ink that the maps call a ruled line as digit ink where it is as high as a digit, and narrow.

    Args:
        maps: of a look, (h, w) each.
        core: (h, w) uint8, 1 in the cores of numbers.
        owner: (h, w) int32, the number of the core nearest to each pixel.
    """
    ink = np.asarray(np.maximum(maps.line, maps.digit) >= LIKELY, np.uint8)
    line = np.asarray((maps.line >= LIKELY) & (maps.line > maps.digit), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line, connectivity=8)
    _, ink_labels, ink_stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = _heights(maps, core, owner)
    digit, line_ink = maps.digit.copy(), maps.line.copy()
    for label in range(1, count):
        left, top, width, height = (int(value) for value in stats[label, :4])
        window = np.s_[top : top + height, left : left + width]
        member = labels[window] == label
        nearest = int(owner[top + height // 2, left + width // 2])
        digit_px = heights.get(nearest, 0.0)
        low, high = (share * digit_px for share in HEIGHT_RANGE)
        # The rest of the stroke may have been seen as a digit already, and may touch the next one.
        stroke = int(ink_stats[ink_labels[window][member][0], cv2.CC_STAT_HEIGHT])
        if not low <= stroke <= high or width > min(height, max(2.0, STROKE_WIDTH_MAX * digit_px)):
            continue
        digit[window][member] = np.maximum(digit[window], line_ink[window])[member]
        line_ink[window][member] = 0
    return replace(maps, digit=digit, line=line_ink)


def _heights(maps: PageMaps, core: NDArray[np.uint8], owner: NDArray[np.int32]) -> dict[int, float]:
    """How high the digits of each number are, in map pixels: the mean of the map over its core."""
    inside = core > 0
    members, levels = owner[inside], maps.height[inside]
    if not len(members):
        return {}
    count = np.bincount(members)
    means = np.asarray(np.bincount(members, weights=levels) / np.maximum(count, 1), np.uint8)
    heights = digit_heights_px(means) * maps.scale
    return {label: float(heights[label]) for label in np.flatnonzero(count).tolist()}
