"""Rows of digit boxes among the cells of a form, joined or apart."""

from collections.abc import Iterator, Sequence

import numpy as np

from digitocr.forms.cells import digit_sized
from digitocr.records import Box

WIDTH_ALIKE, HEIGHT_ALIKE = 0.7, 0.8  # the smaller by the larger, of boxes of one number
GAP_MAX = 0.7  # of the width: boxes further apart belong to different numbers,
GAP_MORE = 0.2  # as do those that stand further apart, by so much of the width, than the others
EDGE_PX = 5  # cells of a column end within this
GRID_ROWS, GRID_COLUMNS = 4, 6  # a grid of so many small cells is for tally marks
GRID_CELL_MM = 13.0


def rows_of_cells(cells: Sequence[Box]) -> list[tuple[Box, ...]]:
    """All cells, those of one size that stand side by side in one row, from the left."""
    follower = _followers(cells)
    rows = []
    for first in sorted(set(range(len(cells))) - set(follower.values())):
        row = [first]
        while row[-1] in follower:
            row.append(follower[row[-1]])
        rows += _parted([cells[n] for n in row])
    return rows


def _followers(cells: Sequence[Box]) -> dict[int, int]:
    """For each cell that has one, the next of its row, by their numbers."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in cells]).reshape(-1, 4)
    width, height = array[:, 2] - array[:, 0], array[:, 3] - array[:, 1]
    follower: dict[int, int] = {}
    for n, (_, top, right, bottom) in enumerate(array):
        gap = array[:, 0] - right
        overlap = np.minimum(array[:, 3], bottom) - np.maximum(array[:, 1], top)
        alike = (
            (np.minimum(width, width[n]) >= WIDTH_ALIKE * np.maximum(width, width[n]))
            & (np.minimum(height, height[n]) >= HEIGHT_ALIKE * np.maximum(height, height[n]))
            & (overlap >= HEIGHT_ALIKE * np.minimum(height, height[n]))
        )
        near = np.flatnonzero(alike & (gap >= 0) & (gap <= GAP_MAX * width[n]))
        if len(near):
            follower[n] = int(near[np.argmin(gap[near])])
    return follower


def _parted(row: Sequence[Box]) -> Iterator[tuple[Box, ...]]:
    """A row cut where its boxes stand further apart than they usually do."""
    gaps = np.array([b.left - a.right for a, b in zip(row[:-1], row[1:], strict=True)])
    if not len(gaps):
        yield tuple(row)
        return
    usual = np.percentile(gaps, 30)
    cuts = np.flatnonzero(gaps > usual + max(EDGE_PX, GAP_MORE * row[0].width)) + 1
    for part in np.split(np.arange(len(row)), cuts):
        yield tuple(row[n] for n in part)


def without_grids(rows: Sequence[tuple[Box, ...]], mm: float) -> list[tuple[Box, ...]]:
    """The rows that are no part of a fine grid: many rows of many small cells, right upon each other."""
    upper: dict[int, int] = {}
    for n, row in enumerate(rows):
        for m, other in enumerate(rows):
            if _is_upon(other, row):
                upper[n] = m
    depth: dict[int, int] = {}
    for n in range(len(rows)):
        top = n
        while top in upper:
            top = upper[top]
        depth[n] = top
    heights = {top: sum(1 for t in depth.values() if t == top) for top in depth.values()}
    return [
        row
        for n, row in enumerate(rows)
        if heights[depth[n]] < GRID_ROWS
        or len(row) < GRID_COLUMNS
        or max(row[0].width, row[0].height) > GRID_CELL_MM * mm
    ]


def _is_upon(upper: Sequence[Box], lower: Sequence[Box]) -> bool:
    """Whether two rows share a line and their columns."""
    gap = lower[0].top - upper[0].bottom
    return (
        len(upper) == len(lower)
        and 0 <= gap <= max(EDGE_PX, 0.3 * lower[0].height)
        and abs(upper[0].left - lower[0].left) <= EDGE_PX
        and abs(upper[-1].right - lower[-1].right) <= EDGE_PX
    )


def is_number(row: Sequence[Box], labels: Sequence[Box], mm: float) -> bool:
    """Whether the boxes of a row hold the digits of one number, and not a number each.

    They do where each is as large as a digit, unless the columns have heads: most of them one of `labels`,
    cells with text, in line above.
    """
    if not all(digit_sized(box, mm) for box in row):
        return False
    headed = sum(any(_heads(label, box) for label in labels) for box in row)
    return headed <= len(row) / 2


def _heads(label: Box, box: Box) -> bool:
    return (
        label.bottom <= box.top
        and abs(label.left - box.left) <= EDGE_PX
        and abs(label.right - box.right) <= EDGE_PX
    )
