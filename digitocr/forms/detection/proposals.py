"""What a place on a form asks for, told from its shape and from the print in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.forms.detection.cells import digit_sized, inked
from digitocr.forms.detection.digit_boxes import is_number, rows_of_cells, without_grids
from digitocr.forms.detection.labelled_cells import APART_MM, INSET_MM, beside_label, is_empty
from digitocr.forms.detection.lines import Print
from digitocr.imaging import opencv
from digitocr.records import Box

WORD_MARKS = 3  # pieces of ink in a digit's box: with so many it is a word, or part of one
MARK_MM = 0.5  # the side of the smallest piece
HEIGHT_MM, WIDTH_MM = (3.4, 24.0), (3.8, 260.0)  # of a cell to write a number in
TALL_MAX = 2.0  # a cell higher than so many times its width is a margin
SQUARE = 1.15  # a lone box up to so many times as wide as high is for one digit


@dataclass(frozen=True, slots=True)
class Place:
    """One place to write a number, in pixels of the page that was searched.

    `cells` are the boxes of its digits; without any, `line` tells a blank above a line from a cell.
    """

    box: Box
    cells: tuple[Box, ...] = ()
    line: bool = False


def places_in(cells: Sequence[Box], print_: Print) -> list[Place]:
    """The places to write numbers in among the innermost cells of a page."""
    mm = print_.mm
    cells = without_grids(cells, mm)
    rows = rows_of_cells(cells, print_.long.down)
    labels = [cell for row in rows for cell in row if not is_empty(cell, print_)]
    words = {cell for cell in labels if not digit_sized(cell, mm) or _is_word(cell, print_)}
    found: list[Place] = []
    for row in rows:
        if len(row) > 1 and is_number(row, cells, list(words), mm):
            apart = row[1].left - row[0].right > APART_MM * mm  # as no heads of columns are
            if apart or not all(cell in words for cell in row):
                found.append(Place(Box.around(row), tuple(row)))
        else:
            found += _single_places(row, cells, print_)
    return found


def _single_places(row: Sequence[Box], cells: Sequence[Box], print_: Print) -> Iterator[Place]:
    mm = print_.mm
    for cell in row:
        if not (HEIGHT_MM[0] * mm <= cell.height <= HEIGHT_MM[1] * mm):
            continue
        if not (WIDTH_MM[0] * mm <= cell.width <= WIDTH_MM[1] * mm) or cell.height > TALL_MAX * cell.width:
            continue
        if is_empty(cell, print_):
            alone = len(row) == 1 and cell.width <= SQUARE * cell.height
            yield Place(cell, (cell,) if alone else ())
        elif rest := beside_label(cell, cells, print_):
            yield Place(rest)


def _is_word(cell: Box, print_: Print) -> bool:
    inside = np.ascontiguousarray(inked(cell, print_.ink, round(INSET_MM * print_.mm)))
    stats = opencv.component_stats(inside)
    return int(np.count_nonzero(stats[:, cv2.CC_STAT_HEIGHT] >= MARK_MM * print_.mm)) >= WORD_MARKS
