"""Cells that hold a printed label and leave an area for the answer."""

from collections.abc import Sequence

import numpy as np

from digitocr.forms.detection.cells import crop_inside
from digitocr.forms.detection.lines import BORDER_INSET_MM, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Box

EMPTY_INK_MAX = 0.004  # the share of an empty cell that stains may darken
NEIGHBOUR_GAP_MAX_MM = 1.2  # boxes further distance have borders of their own
LABEL_INDENT_MAX_MM = 4.0  # a label begins no further from the left border
RIGHT_AREA_MIN, RIGHT_AREA_MIN_MM = 0.35, 12.0  # of the cell's width: an answer area at the right
BELOW_AREA_MIN, BELOW_AREA_MIN_MM = 0.45, 4.0  # of the cell's height: an answer area below
# A colon: the size of its dots, their horizontal offset, and their distance.
COLON_DOT_MAX_MM, COLON_SLANT_MAX_MM, COLON_DISTANCE_MM = 1.0, 0.7, (0.5, 3.0)
NUMBERING_WIDTH_MAX_MM = 13.0  # of a cell that numbers the next
SHADE_CONTRAST_MIN = 10  # gray levels by which a shaded cell is darker than the paper


def is_empty(cell: Box, layers: PrintLayers) -> bool:
    """Whether nothing is printed in a cell."""
    inside = crop_inside(cell, layers.ink, round(BORDER_INSET_MM * layers.mm))
    return int(np.count_nonzero(inside)) <= EMPTY_INK_MAX * inside.size


def answer_area(cell: Box, cells: Sequence[Box], layers: PrintLayers) -> Box | None:
    """The part of a labelled cell that is for the answer; None where the label is a heading of other `cells`.

    It is all at the right of a label that ends with a colon, or that a cell before it numbers, and all below
    a label in the upper left corner.
    """
    mm, inset = layers.mm, round(BORDER_INSET_MM * layers.mm)
    inside = crop_inside(cell, layers.ink, inset)
    columns, rows = (np.flatnonzero(inside.any(axis=axis)) for axis in (0, 1))
    before, after = int(columns[0]), inside.shape[1] - int(columns[-1])
    right = Box(cell.left + 2 * inset + int(columns[-1]), cell.top, cell.right, cell.bottom)
    below = Box(cell.left, cell.top + 2 * inset + int(rows[-1]), cell.right, cell.bottom)
    wide = right.width >= max(RIGHT_AREA_MIN * cell.width, RIGHT_AREA_MIN_MM * mm)
    if _is_heading(cell, cells, layers):
        return None
    if wide and _ends_with_colon(cell, layers):
        return right
    if before > min(LABEL_INDENT_MAX_MM * mm, after):
        return None
    if below.height >= max(BELOW_AREA_MIN * cell.height, BELOW_AREA_MIN_MM * mm):
        return below
    return right if wide and _is_numbered(cell, cells, layers) else None


def _ends_with_colon(cell: Box, layers: PrintLayers) -> bool:
    mm = layers.mm
    inside = np.ascontiguousarray(crop_inside(cell, layers.ink, round(BORDER_INSET_MM * mm)))
    stats = opencv.component_stats(inside)
    left, top, width, height = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    ends = left + width
    dots = np.flatnonzero(
        (ends >= ends.max() - COLON_SLANT_MAX_MM * mm) & (np.maximum(width, height) <= COLON_DOT_MAX_MM * mm)
    )
    if len(dots) != 2 or width[dots].sum() < 4:
        return False
    slant, distance = (abs(int(at[dots[0]] - at[dots[1]])) for at in (left, top))
    return (
        slant <= COLON_SLANT_MAX_MM * mm
        and COLON_DISTANCE_MM[0] * mm <= distance <= COLON_DISTANCE_MM[1] * mm
    )


def _is_heading(cell: Box, cells: Sequence[Box], layers: PrintLayers) -> bool:
    """Whether a cell is shaded, or has an empty one right below or at its right."""
    tone = int(np.median(layers.gray[cell.top : cell.bottom, cell.left : cell.right]))
    near = NEIGHBOUR_GAP_MAX_MM * layers.mm
    return layers.paper - tone > SHADE_CONTRAST_MIN or any(
        (_share_columns(other, cell) and 0 <= other.top - cell.bottom < near)
        or (_share_rows(other, cell) and 0 <= other.left - cell.right < near)
        for other in cells
        if is_empty(other, layers)
    )


def _is_numbered(cell: Box, cells: Sequence[Box], layers: PrintLayers) -> bool:
    """Whether a narrow cell that is not empty stands right before a cell."""
    mm = layers.mm
    return any(
        _share_rows(other, cell)
        and 0 <= cell.left - other.right < NEIGHBOUR_GAP_MAX_MM * mm
        and other.width <= NUMBERING_WIDTH_MAX_MM * mm
        and not is_empty(other, layers)
        for other in cells
    )


def _share_columns(other: Box, cell: Box) -> bool:
    return 2 * (min(other.right, cell.right) - max(other.left, cell.left)) > cell.width


def _share_rows(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) > max(a.top, b.top)
