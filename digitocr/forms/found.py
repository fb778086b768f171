"""What a place on a form asks for, told from its shape and from the print in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.forms.boxes import is_number, rows_of_cells, without_grids
from digitocr.forms.cells import digit_sized, inked
from digitocr.forms.lines import Print
from digitocr.records import Box

INSET_MM = 0.4  # the soft edges of a cell's lines
EMPTY_MAX = 0.004  # the share of a cell that stains may darken
WORD_MARKS = 3  # pieces of ink in a digit's box: with so many it is a word, or part of one
MARK_MM = 0.5  # the side of the smallest piece
HEIGHT_MM, WIDTH_MM = (3.4, 20.0), (3.8, 260.0)  # of a cell to write a number in
TALL_MAX = 2.0  # a cell higher than so many times its width is a margin
APART_MM = 1.2  # boxes so far apart have lines of their own
FREE_MIN, FREE_MM = 0.35, 12.0  # what a label leaves of its cell for the answer
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
    rows = rows_of_cells(cells)
    labels = [cell for row in rows for cell in row if not _is_empty(cell, print_)]
    words = {cell for cell in labels if not digit_sized(cell, mm) or _is_word(cell, print_)}
    found: list[Place] = []
    for row in rows:
        if len(row) > 1 and is_number(row, cells, list(words), mm):
            apart = row[1].left - row[0].right > APART_MM * mm  # as no heads of columns are
            if apart or not all(cell in words for cell in row):
                found.append(Place(around(row), tuple(row)))
        else:
            found += _single_places(row, print_)
    return found


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of `boxes`."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )


def _single_places(cells: Sequence[Box], print_: Print) -> Iterator[Place]:
    mm = print_.mm
    for cell in cells:
        if not (HEIGHT_MM[0] * mm <= cell.height <= HEIGHT_MM[1] * mm):
            continue
        if not (WIDTH_MM[0] * mm <= cell.width <= WIDTH_MM[1] * mm) or cell.height > TALL_MAX * cell.width:
            continue
        if _is_empty(cell, print_):
            alone = len(cells) == 1 and cell.width <= SQUARE * cell.height
            yield Place(cell, (cell,) if alone else ())
        elif rest := _after_colon(cell, print_):
            yield Place(rest)


def _is_empty(cell: Box, print_: Print) -> bool:
    inside = inked(cell, print_.ink, round(INSET_MM * print_.mm))
    return int(np.count_nonzero(inside)) <= EMPTY_MAX * inside.size


def _is_word(cell: Box, print_: Print) -> bool:
    inside = np.ascontiguousarray(inked(cell, print_.ink, round(INSET_MM * print_.mm)))
    stats = cv2.connectedComponentsWithStats(inside, connectivity=8)[2][1:]
    return int(np.count_nonzero(stats[:, cv2.CC_STAT_HEIGHT] >= MARK_MM * print_.mm)) >= WORD_MARKS


def _after_colon(cell: Box, print_: Print) -> Box | None:
    """The rest of a cell behind a label that ends with a colon, None where there is no such label."""
    inset = round(INSET_MM * print_.mm)
    inside = np.ascontiguousarray(inked(cell, print_.ink, inset))
    stats = cv2.connectedComponentsWithStats(inside, connectivity=8)[2][1:]
    left, top, width, height = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    right = int((left + width).max())
    dots = np.flatnonzero((left + width >= right - 2) & (np.maximum(width, height) <= print_.mm))
    if len(dots) != 2 or abs(int(left[dots[0]] - left[dots[1]])) > 2 or width[dots].sum() < 4:
        return None
    apart = abs(int(top[dots[0]] - top[dots[1]]))
    free = Box(cell.left + inset + right + inset, cell.top, cell.right, cell.bottom)
    wide = free.width >= max(FREE_MIN * cell.width, FREE_MM * print_.mm)
    return free if wide and print_.mm * 0.5 <= apart <= print_.mm * 3 else None
