"""The fields that a form seems to ask for, proposed from the shapes of its cells and the print in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.forms.detection.cells import crop_inside, has_digit_size
from digitocr.forms.detection.digit_boxes import drop_fine_grids, group_into_rows, is_one_number
from digitocr.forms.detection.labelled_cells import NEIGHBOUR_GAP_MAX_MM, answer_area, is_empty
from digitocr.forms.detection.lines import BORDER_INSET_MM, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Box

WORD_MARKS_MIN = 3  # a digit box with this many components of print holds a word or a part of one
MARK_SIDE_MIN_MM = 0.5  # the height of the smallest of these components
CELL_HEIGHT_MM, CELL_WIDTH_MM = (3.4, 24.0), (3.8, 260.0)  # of a cell to write a number in
MARGIN_ASPECT_MAX = 2.0  # a cell higher than this many times its width is a margin
SQUARE_ASPECT_MAX = 1.15  # a single box up to this many times as wide as high is for one digit


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed field, in pixels of the page that was searched.

    `cells` are the boxes of its digits. A field without these is the area above a writing line if `line` is
    true, and else a cell.
    """

    box: Box
    cells: tuple[Box, ...] = ()
    line: bool = False


def propose_fields(cells: Sequence[Box], layers: PrintLayers) -> list[Proposal]:
    """The fields among the innermost cells of a page."""
    mm = layers.mm
    cells = drop_fine_grids(cells, mm)
    rows = group_into_rows(cells, layers.long.vertical)
    labels = [cell for row in rows for cell in row if not is_empty(cell, layers)]
    word_cells = {cell for cell in labels if not has_digit_size(cell, mm) or _is_word(cell, layers)}
    proposals: list[Proposal] = []
    for row in rows:
        if len(row) > 1 and is_one_number(row, cells, list(word_cells), mm):
            has_gaps = row[1].left - row[0].right > NEIGHBOUR_GAP_MAX_MM * mm  # as no heads of columns are
            if has_gaps or not all(cell in word_cells for cell in row):
                proposals.append(Proposal(Box.bounding(row), tuple(row)))
        else:
            proposals += _single_cells(row, cells, layers)
    return proposals


def _single_cells(row: Sequence[Box], cells: Sequence[Box], layers: PrintLayers) -> Iterator[Proposal]:
    mm = layers.mm
    for cell in row:
        if not (CELL_HEIGHT_MM[0] * mm <= cell.height <= CELL_HEIGHT_MM[1] * mm):
            continue
        if (
            not (CELL_WIDTH_MM[0] * mm <= cell.width <= CELL_WIDTH_MM[1] * mm)
            or cell.height > MARGIN_ASPECT_MAX * cell.width
        ):
            continue
        if is_empty(cell, layers):
            alone = len(row) == 1 and cell.width <= SQUARE_ASPECT_MAX * cell.height
            yield Proposal(cell, (cell,) if alone else ())
        elif area := answer_area(cell, cells, layers):
            yield Proposal(area)


def _is_word(cell: Box, layers: PrintLayers) -> bool:
    inside = np.ascontiguousarray(crop_inside(cell, layers.ink, round(BORDER_INSET_MM * layers.mm)))
    stats = opencv.component_stats(inside)
    return (
        int(np.count_nonzero(stats[:, cv2.CC_STAT_HEIGHT] >= MARK_SIDE_MIN_MM * layers.mm)) >= WORD_MARKS_MIN
    )
