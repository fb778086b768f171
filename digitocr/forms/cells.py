"""Cells of a form: upright rectangles with a line on each side."""

from collections.abc import Sequence

import cv2
import numpy as np

from digitocr.forms.lines import Lines, Print
from digitocr.records import Box, Gray

SIDE_MIN_MM = 2.3
SAME_PX = 4  # by which the sides of one hole differ between two masks
CORNER_PX = 5  # two lines that leave so little between them meet
RECTANGULAR = 0.86  # of its bounding box: so much a cell covers at least
DIGIT_MAX_MM = 26.0
DIGIT_ASPECT = (0.3, 1.7)  # width by height of a digit's box
GUIDE_MAX, OFF_CENTRE = 0.5, 0.16  # a guide covers less of its box, and stands in its middle


def find_cells(print_: Print) -> list[Box]:
    """The innermost cells of a page, their lines not included; printed guides in boxes are no cells."""
    holes = [*_holes(print_.short, print_), *_holes(print_.long, print_)]
    return _innermost(_unlike(holes), print_.mm)


def digit_sized(box: Box, mm: float) -> bool:
    """Whether one digit would be written in such a box."""
    low, high = DIGIT_ASPECT
    return low <= box.width / box.height <= high and max(box.width, box.height) <= DIGIT_MAX_MM * mm


def _holes(lines: Lines, print_: Print) -> list[Box]:
    """Rectangular patches of paper between lines."""
    reach = np.ones((1, CORNER_PX), np.uint8)
    across, down = cv2.dilate(lines.across, reach), cv2.dilate(lines.down, reach.T)
    walls = cv2.bitwise_or(cv2.bitwise_or(across, down), print_.solid)
    paper = cv2.bitwise_not(walls)
    side, (height, width) = SIDE_MIN_MM * print_.mm, paper.shape
    contours, levels = cv2.findContours(paper, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = []
    for contour, level in zip(contours, levels[0] if levels is not None else (), strict=True):
        left, top, wide, high = cv2.boundingRect(contour)
        if level[3] >= 0 or min(wide, high) < side:
            continue
        if left == 0 or top == 0 or left + wide == width or top + high == height:
            continue
        if cv2.contourArea(contour) >= RECTANGULAR * (wide - 1) * (high - 1):
            holes.append(Box(left, top, left + wide, top + high))
    return holes


def _unlike(holes: Sequence[Box]) -> list[Box]:
    """The holes without those that are nearly the same as one before them."""
    kept: list[Box] = []
    seen: set[tuple[int, int]] = set()
    for box in holes:
        middle = (box.left + box.right) // (2 * SAME_PX), (box.top + box.bottom) // (2 * SAME_PX)
        around = {(middle[0] + x, middle[1] + y) for x in (-1, 0, 1) for y in (-1, 0, 1)}
        near = [k for k in kept if _alike(k, box)] if around & seen else []
        if not near:
            kept.append(box)
            seen.add(middle)
    return kept


def _alike(a: Box, b: Box) -> bool:
    return max(
        abs(a.left - b.left), abs(a.top - b.top), abs(a.right - b.right), abs(a.bottom - b.bottom)
    ) <= SAME_PX


def _innermost(holes: Sequence[Box], mm: float) -> list[Box]:
    """Holes that hold no others; of a box with a guide in it, or a double border, one hole is kept."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in holes]).reshape(-1, 4)
    areas = (array[:, 2] - array[:, 0]) * (array[:, 3] - array[:, 1])
    dropped: set[int] = set()
    for n in np.argsort(areas):  # small ones first: what they hold is settled
        left, top, right, bottom = array[n]
        within = np.flatnonzero(
            (array[:, 0] > left) & (array[:, 1] > top) & (array[:, 2] < right) & (array[:, 3] < bottom)
        )
        inner = [int(m) for m in within if int(m) not in dropped]
        if not inner:
            continue
        if digit_sized(holes[n], mm) and _is_guide(holes[n], [holes[m] for m in inner]):
            dropped.update(inner)
        else:
            dropped.add(int(n))
    return [hole for n, hole in enumerate(holes) if n not in dropped]


def _is_guide(box: Box, inner: Sequence[Box]) -> bool:
    """Whether what stands in a digit's box is a digit to write over: a nought, or an eight of two holes."""
    left, right = min(b.left for b in inner), max(b.right for b in inner)
    top, bottom = min(b.top for b in inner), max(b.bottom for b in inner)
    aside = abs(left + right - box.left - box.right) / 2
    above = abs(top + bottom - box.top - box.bottom) / 2
    share = (right - left) * (bottom - top) / (box.width * box.height)
    central = aside <= OFF_CENTRE * box.width and above <= OFF_CENTRE * box.height
    column = all(abs(b.width - (right - left)) <= 0.3 * (right - left) for b in inner)
    return central and column and (share < GUIDE_MAX or len(inner) == 2)


def inked(box: Box, ink: Gray, inset_px: int) -> Gray:
    """What `ink`, (H, W) uint8, has within a box, but for `inset_px` along its sides."""
    return ink[box.top + inset_px : box.bottom - inset_px, box.left + inset_px : box.right - inset_px]
