"""Cells of a form: upright rectangles with a line on each side."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.anchored_lines import anchored_lines
from digitocr.forms.detection.lines import FAINT, Lines, Print
from digitocr.imaging import opencv
from digitocr.records import Box, Gray

SIDE_MIN_MM = 2.3
SAME_PX = 4  # by which the sides of one hole differ between two masks
WITHIN_PX, WITHIN = 3, 0.9  # by so much a hole may reach out of one that holds it, if its area is less
CORNER_PX = 5  # two lines that leave so little between them meet
RECTANGULAR = 0.86  # of its bounding box: so much a cell covers at least
WALLED, EVEN = 0.9, 0.4  # of each side of a cell is at least so dark, by what is usual there
WALLED_INKED = 0.75  # the same where ink may hide some of it
DIGIT_MAX_MM = 26.0
NARROW = 0.3  # width by height of the narrowest box for a digit,
BROAD = 1.7  # and of the widest
LOOPED_MM = 16.0  # boxes no larger hold loops of digits, but no boxes
TILED = 0.75  # of a box: cells that cover so much of it are parts of it
GUIDE_MAX, OFF_CENTRE = 0.5, 0.16  # a guide covers less of its box, and stands in its middle


def find_cells(print_: Print) -> list[Box]:
    """The innermost cells of a page, their lines not included; guides and writing in boxes are no cells."""
    whole = _holes(anchored_lines(print_), print_, WALLED_INKED)
    holes = _unlike([*_holes(print_.short, print_), *_holes(print_.long, print_), *whole])
    return _innermost(holes, [any(_alike(hole, one) for one in whole) for hole in holes], print_.mm)


def digit_sized(box: Box, mm: float, aspect_max: float = BROAD) -> bool:
    """Whether one digit would be written in such a box, up to `aspect_max` times as wide as high."""
    return NARROW <= box.width / box.height <= aspect_max and max(box.width, box.height) <= DIGIT_MAX_MM * mm


def _holes(lines: Lines, print_: Print, walled: float = WALLED) -> list[Box]:
    """Rectangular patches of paper between lines, which run along `walled` of each side."""
    across, down = opencv.dilate(lines.across, 1, CORNER_PX), opencv.dilate(lines.down, CORNER_PX, 1)
    walls = opencv.union(across, down, print_.solid)
    paper = opencv.complement(walls)
    side, (height, width) = SIDE_MIN_MM * print_.mm, paper.shape
    contours, levels = cv2.findContours(paper, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = []
    for contour, level in zip(contours, levels[0] if levels is not None else (), strict=True):
        left, top, wide, high = cv2.boundingRect(contour)
        if level[3] >= 0 or min(wide, high) < side:
            continue
        if left == 0 or top == 0 or left + wide == width or top + high == height:
            continue
        hole = Box(left, top, left + wide, top + high)
        upright = cv2.contourArea(contour) >= RECTANGULAR * (wide - 1) * (high - 1)
        if upright and min(walls_of(hole, print_)) >= walled:
            holes.append(hole)
    return holes


def walls_of(hole: Box, print_: Print) -> list[float]:
    """The share of each side of a hole, left, right, top and bottom, along which lines run."""
    lean = CORNER_PX + min(hole.width, hole.height) // 10
    rows, columns = slice(hole.top, hole.bottom), slice(hole.left, hole.right)
    left, right = (
        slice(max(0, hole.left - lean), hole.left + lean),
        slice(hole.right - lean, hole.right + lean),
    )
    top, bottom = (
        slice(max(0, hole.top - lean), hole.top + lean),
        slice(hole.bottom - lean, hole.bottom + lean),
    )
    across, down = (print_.across, print_.short.across), (print_.down, print_.short.down)
    return [
        _covered(np.maximum(opencv.intersection(hat[side], line[side]), print_.solid[side]).max(axis=axis))
        for (hat, line), side, axis in (
            (down, (rows, left), 1),
            (down, (rows, right), 1),
            (across, (top, columns), 0),
            (across, (bottom, columns), 0),
        )
    ]


def _covered(along: NDArray[np.uint8]) -> float:
    """The share of a side (N,) that is about as dark as most of it; between letters it is not."""
    if not len(along):
        return 0.0
    return float(np.mean(along >= max(FAINT / 2, EVEN * float(np.median(along)))))


def _unlike(holes: Sequence[Box]) -> list[Box]:
    """The holes without those that are nearly the same as one before them."""
    kept: dict[tuple[int, int], list[Box]] = {}
    for box in holes:
        x, y = (box.left + box.right) // (2 * SAME_PX), (box.top + box.bottom) // (2 * SAME_PX)
        near = (k for i in (-1, 0, 1) for j in (-1, 0, 1) for k in kept.get((x + i, y + j), ()))
        if not any(_alike(k, box) for k in near):
            kept.setdefault((x, y), []).append(box)
    return [box for boxes in kept.values() for box in boxes]


def _alike(a: Box, b: Box) -> bool:
    return (
        max(abs(a.left - b.left), abs(a.top - b.top), abs(a.right - b.right), abs(a.bottom - b.bottom))
        <= SAME_PX
    )


def _innermost(holes: Sequence[Box], whole: Sequence[bool], mm: float) -> list[Box]:
    """Holes that hold no others; of a box with a guide in it, or a double border, one hole is kept.

    What is in a small box that is `whole`, its lines anchored, are loops of writing.
    """
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in holes]).reshape(-1, 4)
    areas = (array[:, 2] - array[:, 0]) * (array[:, 3] - array[:, 1])
    dropped: set[int] = set()
    for n in np.argsort(areas):  # small ones first: what they hold is settled
        left, top, right, bottom = array[n]
        reach = np.array([left, top, -right, -bottom]) - WITHIN_PX
        held = (array * (1, 1, -1, -1) > reach).all(axis=1)
        within = np.flatnonzero(held & (areas < WITHIN * areas[n]))
        inner = [int(m) for m in within if int(m) not in dropped]
        if not inner:
            continue
        tiled = sum(areas[m] for m in inner) > TILED * areas[n]
        looped = whole[n] and max(holes[n].width, holes[n].height) <= LOOPED_MM * mm
        written = not tiled and (looped or _is_guide(holes[n], [holes[m] for m in inner]))
        if digit_sized(holes[n], mm) and written:
            dropped.update(inner)
        else:
            dropped.add(int(n))
    return [hole for n, hole in enumerate(holes) if n not in dropped]


def _is_guide(box: Box, inner: Sequence[Box]) -> bool:
    """Whether what stands in a digit's box is a digit to write over: a nought, or an eight of two holes."""
    whole = Box.around(inner)
    aside = abs(whole.left + whole.right - box.left - box.right) / 2
    above = abs(whole.top + whole.bottom - box.top - box.bottom) / 2
    share = whole.area / box.area
    central = aside <= OFF_CENTRE * box.width and above <= OFF_CENTRE * box.height
    column = all(abs(b.width - whole.width) <= 0.3 * whole.width for b in inner)
    return central and column and (share < GUIDE_MAX or len(inner) == 2)


def inked(box: Box, ink: Gray, inset_px: int) -> Gray:
    """What `ink`, (H, W) uint8, has within a box, but for `inset_px` along its sides."""
    return ink[box.inset(inset_px).region]
