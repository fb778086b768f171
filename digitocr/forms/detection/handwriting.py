"""Writing told from print in the cells of a form: it is larger than letters, and stands in no line."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.lines import Print
from digitocr.imaging import opencv
from digitocr.records import Box, Gray

INSET_MM = 0.4  # the soft edges of a cell's lines
LETTER_MM = (1.0, 5.0)  # the heights of print
ALIKE_MIN = 2  # others of its height on its base line: so print stands, and hands do not write
USUAL, PRINT_MM = 85.0, 1.6  # percentile of the heights of letters, and the least that is taken for it
TALLER = 1.3  # than letters are digits by hand
WRITTEN_MIN = 4  # pieces of writing on a sheet that is filled: on a blank there may be a large letter
NEAR = 0.5  # of its height: so near to writing its lesser strokes are


def writing_in(cells: Sequence[Box], print_: Print) -> Gray:
    """What is written in cells, (H, W) uint8, 255 there; nothing where the sheet seems to be a blank."""
    inset = round(INSET_MM * print_.mm)
    inside = np.zeros_like(print_.ink)
    cell_at = np.zeros(inside.shape, np.int32)
    for n, cell in enumerate(cells, 1):
        here = cell.inset(inset).region
        inside[here] = print_.ink[here]
        cell_at[here] = n
    labels, stats = opencv.connected_components(inside)
    pieces = stats[:, :4].astype(np.int64)
    owner = cell_at[pieces[:, 1], pieces[:, 0]]
    owner[0] = 0
    aligned = _aligned(pieces)
    tall = (pieces[:, 3] >= TALLER * _letter_px(print_)) & (owner > 0)
    written = tall & ~aligned
    if np.count_nonzero(written) < WRITTEN_MIN:
        return np.zeros_like(inside)
    written |= tall & np.isin(owner, owner[written])  # some digits stand level by chance
    written |= ~aligned & (owner > 0) & _at_edge(pieces, owner, cells, inset)
    written |= ~aligned & (owner > 0) & _beside(pieces, owner, written)
    return np.asarray(np.where(written, 255, 0).astype(np.uint8)[labels], np.uint8)


def _letter_px(print_: Print) -> float:
    """How high the letters of a page are, as most of what stands in lines."""
    stats = opencv.component_stats(print_.ink)
    pieces = stats[:, :4].astype(np.int64)
    low, high = (length * print_.mm for length in LETTER_MM)
    letters = _aligned(pieces) & (pieces[:, 3] >= low) & (pieces[:, 3] <= high) & (pieces[:, 2] <= high)
    least = PRINT_MM * print_.mm
    return max(least, float(np.percentile(pieces[letters, 3], USUAL))) if letters.any() else least


def _aligned(pieces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pieces of ink, (N, 4) left, top, width, height, stand as high as others on one base line."""
    base, height = pieces[:, 1] + pieces[:, 3], pieces[:, 3]
    count = Counter(zip(base.tolist(), height.tolist(), strict=True))
    near = [
        sum(count[b + i, h + j] for i in (-1, 0, 1) for j in (-1, 0, 1))
        for b, h in zip(base.tolist(), height.tolist(), strict=True)
    ]
    return np.array(near) > ALIKE_MIN


def _at_edge(
    pieces: NDArray[np.int64], owner: NDArray[np.int32], cells: Sequence[Box], inset: int
) -> NDArray[np.bool_]:
    """Which pieces are cut off by the sides of their cells: print keeps away from them."""
    sides = np.array([(0, 0, 0, 0), *((c.left, c.top, c.right, c.bottom) for c in cells)])[owner]
    left, top, right, bottom = sides.T
    x, y, width, height = pieces.T
    cut = (x <= left + inset) | (y <= top + inset)
    cut |= (x + width >= right - inset) | (y + height >= bottom - inset)
    return np.asarray(cut, np.bool_)


def _beside(
    pieces: NDArray[np.int64], owner: NDArray[np.int32], written: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which pieces are near to writing in their cell."""
    near = np.zeros(len(pieces), np.bool_)
    for n in np.flatnonzero(written):
        left, top, width, height = pieces[n]
        reach = NEAR * height
        x, y = pieces[:, 0] + pieces[:, 2] / 2, pieces[:, 1] + pieces[:, 3] / 2
        across = (x >= left - reach) & (x <= left + width + reach)
        near |= (owner == owner[n]) & across & (y >= top - reach) & (y <= top + height + reach)
    return near
