"""Digit boxes that are no holes in the print, as the ink in them meets their sides: crossed out, mostly."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from digitocr.forms.cells import CORNER_PX, SAME_PX, SIDE_MIN_MM, digit_sized, is_walled
from digitocr.forms.lines import Print
from digitocr.records import Box

WALLED = 0.75  # of each side of such a box has a line
NEAR = 2.5  # times its size: so far away boxes tell where another may be


def find_crossed(cells: Sequence[Box], print_: Print) -> list[Box]:
    """Boxes besides `cells`, where a frame stands alone or the rows and columns of cells have a gap."""
    boxes = [c for c in cells if digit_sized(c, print_.mm)]
    height, width = print_.ink.shape
    taken = np.zeros((height, width), np.uint8)
    for cell in cells:
        taken[cell.top : cell.bottom, cell.left : cell.right] = 1
    found: list[Box] = []
    for box in [*_frames(print_), *sorted({*_by_columns(boxes), *_by_pitch(boxes)}, key=_place)]:
        inside = min(box.left, box.top) >= 0 and box.right <= width and box.bottom <= height
        here = taken[box.top : box.bottom, box.left : box.right]
        if inside and not here.any() and is_walled(box, print_, WALLED):
            found.append(box)
            here[:] = 1
    return found


def _place(box: Box) -> tuple[int, int, int, int]:
    return box.top, box.left, box.bottom, box.right


def _frames(print_: Print) -> Iterator[Box]:
    """Lines that hang together and are as large as a digit's box, by what they hold."""
    reach = np.ones((1, CORNER_PX), np.uint8)
    across, down = cv2.dilate(print_.long.across, reach), cv2.dilate(print_.long.down, reach.T)
    stats = cv2.connectedComponentsWithStats(cv2.bitwise_or(across, down), connectivity=8)[2][1:]
    for left, top, width, height in stats[:, :4].tolist():
        inset = CORNER_PX // 2 + 2  # the corners' reach, and the line
        box = Box(left + inset, top + inset, left + width - inset, top + height - inset)
        if min(box.width, box.height) >= SIDE_MIN_MM * print_.mm and digit_sized(box, print_.mm):
            yield box


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
                yield Box(box.left + aside, box.top, box.right + aside, box.bottom)
