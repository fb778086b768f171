"""Rows of digit boxes among the cells of a form, joined or apart."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from digitocr.forms.detection.cells import DIGIT_BOX_ASPECT_MAX, has_digit_size
from digitocr.records import Box, Gray

WIDTH_RATIO_MIN, HEIGHT_RATIO_MIN = 0.7, 0.8  # the smaller by the larger, of two boxes of one number
BOX_GAP_MAX = 0.7  # of the width: boxes further apart belong to different numbers
GAP_EXCESS_MAX = 0.2  # of the width: a gap wider than is usual in the row by more parts two numbers
DIVIDER_COVERAGE_MIN = 0.9  # of the height between two boxes: a line that covers it parts two numbers
ALIGNMENT_PX = 5  # edges of cells in one column differ by this much
GRID_CELL_MAX_MM = 13.0  # a grid of cells no larger is for tally marks,
GRID_CELLS_MIN, GRID_ROWS_MIN, GRID_COLUMNS_MIN = 24, 4, 3  # if it has this many cells, rows and columns
# Boxes may be this much wider than high where they stand alone or are this many.
WIDE_ASPECT_MAX, LONG_ROW_MIN = 2.9, 5


def group_into_rows(cells: Sequence[Box], vertical_lines: Gray) -> list[tuple[Box, ...]]:
    """All cells, grouped into rows: cells of one size that stand side by side, from the left.

    Args:
        cells: The cells of a page.
        vertical_lines: The mask (H, W) uint8 of vertical lines; a line between two boxes parts the row.
    """
    successor = _successors(cells)
    rows: list[tuple[Box, ...]] = []
    for first in sorted(set(range(len(cells))) - set(successor.values())):
        row = [first]
        while row[-1] in successor:
            row.append(successor[row[-1]])
        rows += _split_at_gaps([cells[n] for n in row], vertical_lines)
    return rows


def _successors(cells: Sequence[Box]) -> dict[int, int]:
    """The index of the next cell of its row, for each cell that has one."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in cells]).reshape(-1, 4)
    width, height = array[:, 2] - array[:, 0], array[:, 3] - array[:, 1]
    successor: dict[int, int] = {}
    for n, (_, top, right, bottom) in enumerate(array):
        gap = array[:, 0] - right
        overlap = np.minimum(array[:, 3], bottom) - np.maximum(array[:, 1], top)
        compatible = (
            (np.minimum(width, width[n]) >= WIDTH_RATIO_MIN * np.maximum(width, width[n]))
            & (np.minimum(height, height[n]) >= HEIGHT_RATIO_MIN * np.maximum(height, height[n]))
            & (overlap >= HEIGHT_RATIO_MIN * np.minimum(height, height[n]))
        )
        near = np.flatnonzero(compatible & (gap >= 0) & (gap <= BOX_GAP_MAX * width[n]))
        if len(near):
            successor[n] = int(near[np.argmin(gap[near])])
    return successor


def _split_at_gaps(row: Sequence[Box], vertical_lines: Gray) -> Iterator[tuple[Box, ...]]:
    """The parts of a row between gaps that are wider than is usual in it."""
    gaps = np.array([b.left - a.right for a, b in pairwise(row)])
    if not len(gaps):
        yield tuple(row)
        return
    usual = np.percentile(gaps, 30)
    ruled = np.array([_line_between(a, b, vertical_lines) for a, b in pairwise(row)])
    cuts = np.flatnonzero(ruled | (gaps > usual + max(ALIGNMENT_PX, GAP_EXCESS_MAX * row[0].width))) + 1
    for part in np.split(np.arange(len(row)), cuts):
        yield tuple(row[n] for n in part)


def _line_between(a: Box, b: Box, vertical_lines: Gray) -> bool:
    """Whether a further line stands between two boxes that have borders of their own."""
    gap = b.left - a.right
    if gap < 3 * ALIGNMENT_PX:
        return False
    middle = vertical_lines[
        max(a.top, b.top) : min(a.bottom, b.bottom), a.right + gap // 3 : b.left - gap // 3
    ]
    return float((middle > 0).any(axis=1).mean()) > DIVIDER_COVERAGE_MIN


def drop_fine_grids(cells: Sequence[Box], mm: float) -> list[Box]:
    """The cells that do not belong to a fine grid of many small cells.

    Some cells of a filled grid may be missing, so its cells are found as connected neighbours.
    """
    small = [c for c in cells if max(c.width, c.height) <= GRID_CELL_MAX_MM * mm]
    array = np.array([(c.left, c.top, c.right, c.bottom) for c in small]).reshape(-1, 4)
    group = np.arange(len(small))
    for n, (left, top, right, bottom) in enumerate(array):
        level = (abs(array[:, 1] - top) <= ALIGNMENT_PX) & (abs(array[:, 3] - bottom) <= ALIGNMENT_PX)
        above = (abs(array[:, 0] - left) <= ALIGNMENT_PX) & (abs(array[:, 2] - right) <= ALIGNMENT_PX)
        beside = level & (abs(array[:, 0] - right) <= ALIGNMENT_PX)
        below = above & (abs(array[:, 1] - bottom) <= ALIGNMENT_PX)
        for m in np.flatnonzero(beside | below):
            group[group == group[m]] = group[n]
    grids: set[Box] = set()
    for name in np.unique(group):
        members = [small[n] for n in np.flatnonzero(group == name)]
        tops = np.sort([c.top for c in members])
        rows = np.split(tops, np.flatnonzero(np.diff(tops) > members[0].height / 2) + 1)
        if (
            len(members) >= GRID_CELLS_MIN
            and sum(len(row) >= GRID_COLUMNS_MIN for row in rows) >= GRID_ROWS_MIN
        ):
            grids.update(members)
    return [cell for cell in cells if cell not in grids]


def is_one_number(row: Sequence[Box], cells: Sequence[Box], labels: Sequence[Box], mm: float) -> bool:
    """Whether the boxes of a row are for the digits of one number, and not for a number each.

    They are if each has the size of a digit box, unless most columns have a heading: one of `labels`, which
    are cells with text, aligned above. Boxes may be wider where there are many of them, or none of `cells`
    is near, as there would be in a table.
    """
    wide = len(row) >= LONG_ROW_MIN or not any(_is_near(cell, row) for cell in cells)
    if not all(has_digit_size(box, mm, WIDE_ASPECT_MAX if wide else DIGIT_BOX_ASPECT_MAX) for box in row):
        return False
    headed = sum(any(_heads(label, box) for label in labels) for box in row)
    return headed <= len(row) / 2


def _is_near(cell: Box, row: Sequence[Box]) -> bool:
    """Whether a cell outside a row is right above, below or beside it."""
    across = min(cell.right, row[-1].right) - max(cell.left, row[0].left)
    vertical_lines = min(cell.bottom, row[0].bottom) - max(cell.top, row[0].top)
    return cell not in row and across >= -ALIGNMENT_PX and vertical_lines >= -ALIGNMENT_PX


def _heads(label: Box, box: Box) -> bool:
    return (
        label.bottom <= box.top
        and abs(label.left - box.left) <= ALIGNMENT_PX
        and abs(label.right - box.right) <= ALIGNMENT_PX
    )
