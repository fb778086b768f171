"""Digit boxes that are no holes in the print, as the ink in them meets their sides: crossed out, mostly."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from digitocr.forms.detection.cells import CORNER_PX, SAME_PX, SIDE_MIN_MM, digit_sized, walls_of
from digitocr.forms.detection.lines import FAINT, Print
from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.segmentation.spans import spans

WALLED, HIDDEN = 0.75, 0.5  # of each side of such a box has a line, of one so much at least
SIDE, ALIKE = 0.7, 0.12  # of its height a side has a line; by so much of its width it may differ
AROUND_PX, SOLID_MAX = 8, 0.25  # of what is above and below a box: with more dark it is part of a letter
ROUNDS = 8  # a box that was found tells of the next
NEAR = 2.5  # times its size: so far away boxes tell where another may be


def find_crossed(cells: Sequence[Box], print_: Print) -> list[Box]:
    """Boxes besides `cells`, where a frame stands alone or the rows and columns of cells have a gap."""
    boxes = [c for c in cells if digit_sized(c, print_.mm)]
    height, width = print_.ink.shape
    page, taken = Box(0, 0, width, height), np.zeros((height, width), np.uint8)
    for cell in cells:
        taken[cell.region] = 1
    found: list[Box] = []
    sure = list(_frames(print_))
    for _ in range(ROUNDS):
        known = len(found)
        sure += sorted(set(_by_columns(boxes)), key=_place)
        next_ = sorted({*_by_sides(boxes, print_), *_by_pitch(boxes)}, key=_place)
        for box, least in [*((box, WALLED) for box in sure), *((box, HIDDEN) for box in next_)]:
            here = taken[box.region]
            if page.contains(box) and not here.any() and _is_box(box, print_, least):
                found.append(box)
                here[:] = 1
        if len(found) == known:
            break
        boxes, sure = [*boxes, *found[known:]], []
    return found


def _is_box(box: Box, print_: Print, least: float) -> bool:
    """Whether a guess has lines on its sides; where ink runs along one, that has `least` to be seen."""
    worst, *others = sorted(walls_of(box, print_))
    if worst < least or min(others) < WALLED:
        return False
    columns = slice(max(0, box.left - AROUND_PX), box.right + AROUND_PX)
    above, below = max(0, box.top - AROUND_PX), box.bottom + AROUND_PX
    rim = np.vstack([print_.solid[above : box.top, columns], print_.solid[box.bottom : below, columns]])
    return float(np.mean(rim > 0)) <= SOLID_MAX


def _place(box: Box) -> tuple[int, int, int, int]:
    return box.top, box.left, box.bottom, box.right


def _frames(print_: Print) -> Iterator[Box]:
    """Lines that hang together and are as large as a digit's box, by what they hold."""
    across, down = (
        opencv.dilate(print_.long.across, 1, CORNER_PX),
        opencv.dilate(print_.long.down, CORNER_PX, 1),
    )
    stats = opencv.component_stats(opencv.union(across, down))
    for left, top, width, height in stats[:, :4].tolist():
        inset = CORNER_PX // 2 + 2  # the corners' reach, and the line
        box = Box(left, top, left + width, top + height).inset(inset)
        if min(box.width, box.height) >= SIDE_MIN_MM * print_.mm and digit_sized(box, print_.mm):
            yield box


def _by_sides(boxes: Sequence[Box], print_: Print) -> Iterator[Box]:
    """Between upright lines that go from the top to the bottom of boxes, where such a box would fit."""
    for top, bottom in sorted({(box.top, box.bottom) for box in boxes}):
        row = [box for box in boxes if (box.top, box.bottom) == (top, bottom)]
        sides = spans((print_.down[top:bottom] > FAINT).mean(axis=0) >= SIDE)
        starts, ends = sides[:, 0], sides[:, 1]
        for box in row:
            reach = 2 * NEAR * box.width
            near = np.flatnonzero((ends > box.left - reach) & (starts < box.right + reach))
            for left, right in pairwise(near):
                width = int(starts[right] - ends[left])
                if abs(width - box.width) <= ALIKE * box.width:
                    yield Box(int(ends[left]), top, int(starts[right]), bottom)


def _by_columns(boxes: Sequence[Box]) -> Iterator[Box]:
    """Where a row of boxes crosses a column of boxes of the same size."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)
    width, height = array[:, 2] - array[:, 0], array[:, 3] - array[:, 1]
    for box in boxes:
        alike = (abs(width - box.width) <= SAME_PX) & (abs(height - box.height) <= SAME_PX)
        aside = abs(array[:, 0] - box.left)
        near = alike & (aside > box.width) & (aside < 2 * NEAR * box.width)
        near &= abs(array[:, 1] - box.top) < NEAR * box.height
        yield from (Box(int(left), box.top, int(right), box.bottom) for left, _, right, _ in array[near])


def _by_pitch(boxes: Sequence[Box]) -> Iterator[Box]:
    """Where a row goes on at the pitch of two of its boxes, and the middle between them."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)
    for box in boxes:
        pitch = array[:, 0] - box.left
        level = (abs(array[:, 1] - box.top) <= SAME_PX) & (abs(array[:, 3] - box.bottom) <= SAME_PX)
        near = level & (abs(array[:, 2] - box.right - pitch) <= SAME_PX)
        near &= (pitch > box.width) & (pitch < NEAR * box.width)
        for step in pitch[near].tolist():
            for aside in (-step, 2 * step, step // 2):
                yield box.shifted(aside, 0)
