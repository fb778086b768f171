"""Cells that hold a printed label and leave room for the answer."""

from collections.abc import Sequence

import numpy as np

from digitocr.forms.detection.cells import inked
from digitocr.forms.detection.lines import Print
from digitocr.imaging import opencv
from digitocr.records import Box

INSET_MM = 0.4  # the soft edges of a cell's lines
EMPTY_MAX = 0.004  # the share of a cell that stains may darken
APART_MM = 1.2  # boxes so far apart have lines of their own
LABEL_MM = 4.0  # a label begins no further from the left side,
RIGHT_MIN, RIGHT_MM = 0.35, 12.0  # and leaves so much of its cell at the right,
BELOW_MIN, BELOW_MM = 0.45, 4.0  # or below
DOT_MM, LEAN_MM, DOTS_MM = 1.0, 0.7, (0.5, 3.0)  # of a colon: size, lean, and from dot to dot
NUMBER_MM = 13.0  # the width of a cell that numbers the next
SHADED = 10  # gray levels by which a cell is darker than the paper


def is_empty(cell: Box, print_: Print) -> bool:
    """Whether nothing is printed in a cell."""
    inside = inked(cell, print_.ink, round(INSET_MM * print_.mm))
    return int(np.count_nonzero(inside)) <= EMPTY_MAX * inside.size


def beside_label(cell: Box, cells: Sequence[Box], print_: Print) -> Box | None:
    """What a label leaves of its cell for the answer; None where it is the head of others of `cells`.

    That is all at its right where it ends with a colon or is numbered by a cell before it, and all below
    where it stands in the upper left corner.
    """
    mm, inset = print_.mm, round(INSET_MM * print_.mm)
    inside = inked(cell, print_.ink, inset)
    columns, rows = (np.flatnonzero(inside.any(axis=axis)) for axis in (0, 1))
    before, after = int(columns[0]), inside.shape[1] - int(columns[-1])
    right = Box(cell.left + 2 * inset + int(columns[-1]), cell.top, cell.right, cell.bottom)
    below = Box(cell.left, cell.top + 2 * inset + int(rows[-1]), cell.right, cell.bottom)
    wide = right.width >= max(RIGHT_MIN * cell.width, RIGHT_MM * mm)
    if _is_head(cell, cells, print_):
        return None
    if wide and _ends_with_colon(cell, print_):
        return right
    if before > min(LABEL_MM * mm, after):
        return None
    if below.height >= max(BELOW_MIN * cell.height, BELOW_MM * mm):
        return below
    return right if wide and _is_numbered(cell, cells, print_) else None


def _ends_with_colon(cell: Box, print_: Print) -> bool:
    mm = print_.mm
    inside = np.ascontiguousarray(inked(cell, print_.ink, round(INSET_MM * mm)))
    stats = opencv.component_stats(inside)
    left, top, width, height = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    ends = left + width
    dots = np.flatnonzero((ends >= ends.max() - LEAN_MM * mm) & (np.maximum(width, height) <= DOT_MM * mm))
    if len(dots) != 2 or width[dots].sum() < 4:
        return False
    aside, apart = (abs(int(at[dots[0]] - at[dots[1]])) for at in (left, top))
    return aside <= LEAN_MM * mm and DOTS_MM[0] * mm <= apart <= DOTS_MM[1] * mm


def _is_head(cell: Box, cells: Sequence[Box], print_: Print) -> bool:
    """Whether a cell is shaded, or has an empty one right below or at its right."""
    tone = int(np.median(print_.gray[cell.top : cell.bottom, cell.left : cell.right]))
    near = APART_MM * print_.mm
    return print_.paper - tone > SHADED or any(
        (_share_columns(other, cell) and 0 <= other.top - cell.bottom < near)
        or (_share_rows(other, cell) and 0 <= other.left - cell.right < near)
        for other in cells
        if is_empty(other, print_)
    )


def _is_numbered(cell: Box, cells: Sequence[Box], print_: Print) -> bool:
    """Whether a narrow cell with something in it stands before another."""
    mm = print_.mm
    return any(
        _share_rows(other, cell)
        and 0 <= cell.left - other.right < APART_MM * mm
        and other.width <= NUMBER_MM * mm
        and not is_empty(other, print_)
        for other in cells
    )


def _share_columns(other: Box, cell: Box) -> bool:
    return 2 * (min(other.right, cell.right) - max(other.left, cell.left)) > cell.width


def _share_rows(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) > max(a.top, b.top)
