"""Rows of digit boxes among the cells of a form, joined or apart."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from digitocr.forms.detection.cells import BROAD, digit_sized
from digitocr.records import Box, Gray

WIDTH_ALIKE, HEIGHT_ALIKE = 0.7, 0.8  # the smaller by the larger, of boxes of one number
GAP_MAX = 0.7  # of the width: boxes further apart belong to different numbers,
GAP_MORE = 0.2  # as do those that stand further apart, by so much of the width, than the others
RULED = 0.9  # of the height between two boxes
EDGE_PX = 5  # cells of a column end within this
GRID_CELL_MM = 13.0  # a grid of cells no larger,
GRID_CELLS, GRID_ROWS, GRID_COLUMNS = 24, 4, 3  # and so many, in rows of so many, is for tally marks
BROADER, MANY = 2.9, 5  # width by height of digit boxes that stand alone, or are so many


def rows_of_cells(cells: Sequence[Box], down: Gray) -> list[tuple[Box, ...]]:
    """All cells, those of one size that stand side by side in one row, from the left.

    `down`, (H, W) uint8, is 255 on vertical lines; one that runs between two boxes parts them.
    """
    follower = _followers(cells)
    rows: list[tuple[Box, ...]] = []
    for first in sorted(set(range(len(cells))) - set(follower.values())):
        row = [first]
        while row[-1] in follower:
            row.append(follower[row[-1]])
        rows += _parted([cells[n] for n in row], down)
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


def _parted(row: Sequence[Box], down: Gray) -> Iterator[tuple[Box, ...]]:
    """A row cut where its boxes stand further apart than they usually do."""
    gaps = np.array([b.left - a.right for a, b in pairwise(row)])
    if not len(gaps):
        yield tuple(row)
        return
    usual = np.percentile(gaps, 30)
    ruled = np.array([_line_between(a, b, down) for a, b in pairwise(row)])
    cuts = np.flatnonzero(ruled | (gaps > usual + max(EDGE_PX, GAP_MORE * row[0].width))) + 1
    for part in np.split(np.arange(len(row)), cuts):
        yield tuple(row[n] for n in part)


def _line_between(a: Box, b: Box, down: Gray) -> bool:
    """Whether two boxes that have sides of their own are parted by one more line."""
    gap = b.left - a.right
    if gap < 3 * EDGE_PX:
        return False
    middle = down[max(a.top, b.top) : min(a.bottom, b.bottom), a.right + gap // 3 : b.left - gap // 3]
    return float((middle > 0).any(axis=1).mean()) > RULED


def without_grids(cells: Sequence[Box], mm: float) -> list[Box]:
    """The cells that are no part of a fine grid: many small cells, side by side and upon each other.

    In a filled grid some cells may be missing, so what is left of it is told by how it hangs together.
    """
    small = [c for c in cells if max(c.width, c.height) <= GRID_CELL_MM * mm]
    array = np.array([(c.left, c.top, c.right, c.bottom) for c in small]).reshape(-1, 4)
    group = np.arange(len(small))
    for n, (left, top, right, bottom) in enumerate(array):
        level = (abs(array[:, 1] - top) <= EDGE_PX) & (abs(array[:, 3] - bottom) <= EDGE_PX)
        above = (abs(array[:, 0] - left) <= EDGE_PX) & (abs(array[:, 2] - right) <= EDGE_PX)
        beside = level & (abs(array[:, 0] - right) <= EDGE_PX)
        below = above & (abs(array[:, 1] - bottom) <= EDGE_PX)
        for m in np.flatnonzero(beside | below):
            group[group == group[m]] = group[n]
    grids: set[Box] = set()
    for name in np.unique(group):
        members = [small[n] for n in np.flatnonzero(group == name)]
        tops = np.sort([c.top for c in members])
        rows = np.split(tops, np.flatnonzero(np.diff(tops) > members[0].height / 2) + 1)
        if len(members) >= GRID_CELLS and sum(len(row) >= GRID_COLUMNS for row in rows) >= GRID_ROWS:
            grids.update(members)
    return [cell for cell in cells if cell not in grids]


def is_number(row: Sequence[Box], cells: Sequence[Box], labels: Sequence[Box], mm: float) -> bool:
    """Whether the boxes of a row hold the digits of one number, and not a number each.

    They do where each is as large as a digit, unless the columns have heads: most of them one of `labels`,
    cells with text, in line above. Boxes may be wider where there are many, or no other of `cells` nearby,
    as in a table there would be.
    """
    wide = len(row) >= MANY or not any(_is_near(cell, row) for cell in cells)
    if not all(digit_sized(box, mm, BROADER if wide else BROAD) for box in row):
        return False
    headed = sum(any(_heads(label, box) for label in labels) for box in row)
    return headed <= len(row) / 2


def _is_near(cell: Box, row: Sequence[Box]) -> bool:
    """Whether a cell stands right above, below or beside a row that it is no part of."""
    across = min(cell.right, row[-1].right) - max(cell.left, row[0].left)
    down = min(cell.bottom, row[0].bottom) - max(cell.top, row[0].top)
    return cell not in row and across >= -EDGE_PX and down >= -EDGE_PX


def _heads(label: Box, box: Box) -> bool:
    return (
        label.bottom <= box.top
        and abs(label.left - box.left) <= EDGE_PX
        and abs(label.right - box.right) <= EDGE_PX
    )
