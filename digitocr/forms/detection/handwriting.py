"""Handwriting and print told apart in the cells of a form.

Handwriting is larger than printed letters, and its characters do not share a baseline and a height.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.lines import BORDER_INSET_MM, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Box, Gray

PRINT_HEIGHT_MM = (1.0, 5.0)  # the heights of printed letters
ALIGNED_MIN = 2  # print has this many other components of its height on its baseline
HEIGHT_PERCENTILE, PRINT_HEIGHT_MIN_MM = 85.0, 1.6  # of the letters' heights; the least that is assumed
HEIGHT_RATIO = 1.3  # handwritten digits are this many times as high as letters
COMPONENTS_MIN = 4  # a filled sheet has this many handwritten components; a blank may have a large letter
STROKE_DISTANCE_MAX = 0.5  # of its height: smaller strokes this near to handwriting belong to it


def handwriting_mask(cells: Sequence[Box], layers: PrintLayers) -> Gray:
    """The mask (H, W) uint8 of the handwriting in cells; empty where the sheet seems to be a blank."""
    inset = round(BORDER_INSET_MM * layers.mm)
    inside = np.zeros_like(layers.ink)
    cell_map = np.zeros(inside.shape, np.int32)
    for n, cell in enumerate(cells, 1):
        region = cell.inset(inset).region
        inside[region] = layers.ink[region]
        cell_map[region] = n
    labels, stats = opencv.connected_components(inside)
    components = stats[:, :4].astype(np.int64)
    cell_of = cell_map[components[:, 1], components[:, 0]]
    cell_of[0] = 0
    aligned = on_baselines(components)
    tall = (components[:, 3] >= HEIGHT_RATIO * letter_height(layers)) & (cell_of > 0)
    handwritten = tall & ~aligned
    if np.count_nonzero(handwritten) < COMPONENTS_MIN:
        return np.zeros_like(inside)
    handwritten |= tall & np.isin(cell_of, cell_of[handwritten])  # some digits share a baseline by chance
    handwritten |= ~aligned & (cell_of > 0) & _touching_borders(components, cell_of, cells, inset)
    handwritten |= ~aligned & (cell_of > 0) & _near_handwriting(components, cell_of, handwritten)
    return np.asarray(np.where(handwritten, 255, 0).astype(np.uint8)[labels], np.uint8)


def letter_height(layers: PrintLayers) -> float:
    """The height in pixels of the printed letters of a page: of components that share baselines."""
    stats = opencv.component_stats(layers.ink)
    components = stats[:, :4].astype(np.int64)
    low, high = (length * layers.mm for length in PRINT_HEIGHT_MM)
    letters = (
        on_baselines(components)
        & (components[:, 3] >= low)
        & (components[:, 3] <= high)
        & (components[:, 2] <= high)
    )
    least = PRINT_HEIGHT_MIN_MM * layers.mm
    return (
        max(least, float(np.percentile(components[letters, 3], HEIGHT_PERCENTILE)))
        if letters.any()
        else least
    )


def on_baselines(components: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which components, (N, 4) left, top, width, height, share their height and baseline with others."""
    base, height = components[:, 1] + components[:, 3], components[:, 3]
    count = Counter(zip(base.tolist(), height.tolist(), strict=True))
    near = [
        sum(count[b + i, h + j] for i in (-1, 0, 1) for j in (-1, 0, 1))
        for b, h in zip(base.tolist(), height.tolist(), strict=True)
    ]
    return np.array(near) > ALIGNED_MIN


def _touching_borders(
    components: NDArray[np.int64], cell_of: NDArray[np.int32], cells: Sequence[Box], inset: int
) -> NDArray[np.bool_]:
    """Which components are cut off by the borders of their cells, as print never is."""
    sides = np.array([(0, 0, 0, 0), *((c.left, c.top, c.right, c.bottom) for c in cells)])[cell_of]
    left, top, right, bottom = sides.T
    x, y, width, height = components.T
    cut = (x <= left + inset) | (y <= top + inset)
    cut |= (x + width >= right - inset) | (y + height >= bottom - inset)
    return np.asarray(cut, np.bool_)


def _near_handwriting(
    components: NDArray[np.int64], cell_of: NDArray[np.int32], handwritten: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which components are near to handwriting in the same cell."""
    near = np.zeros(len(components), np.bool_)
    for n in np.flatnonzero(handwritten):
        left, top, width, height = components[n]
        reach = STROKE_DISTANCE_MAX * height
        x, y = components[:, 0] + components[:, 2] / 2, components[:, 1] + components[:, 3] / 2
        across = (x >= left - reach) & (x <= left + width + reach)
        near |= (cell_of == cell_of[n]) & across & (y >= top - reach) & (y <= top + height + reach)
    return near
