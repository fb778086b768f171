"""Digit boxes with an occluded border, which therefore are not closed rectangles in the print.

Mostly these are boxes that somebody crossed out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from digitocr.forms.detection.cells import (
    CORNER_GAP_PX,
    DUPLICATE_PX,
    SIDE_MIN_MM,
    border_coverage,
    has_digit_size,
)
from digitocr.forms.detection.lines import LINE_CONTRAST_MIN, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.segmentation.true_runs import true_runs

SIDE_COVERAGE_MIN, OCCLUDED_COVERAGE_MIN = (
    0.75,
    0.5,
)  # a line covers this share of each side; of one, where ink is
SIDE_LINE_MIN = 0.7  # a vertical line covers this share of a box's height
WIDTH_TOLERANCE = 0.12  # the widths of two boxes differ by this share
SURROUNDING_PX, SOLID_MAX = 8, 0.25  # with more dark area above and below, a rectangle is part of a letter
SEARCH_ROUNDS = 8  # a box that was occluded proposes its neighbours in the next round
NEIGHBOUR_DISTANCE_MAX = 2.5  # a box proposes others up to this many of its sizes away


def find_occluded_boxes(cells: Sequence[Box], layers: PrintLayers) -> list[Box]:
    """Boxes that are not among `cells`: frames that stand alone, and gaps in rows and columns of cells."""
    boxes = [c for c in cells if has_digit_size(c, layers.mm)]
    height, width = layers.ink.shape
    page, taken = Box(0, 0, width, height), np.zeros((height, width), np.uint8)
    for cell in cells:
        taken[cell.region] = 1
    occluded: list[Box] = []
    sure = list(_isolated_frames(layers))
    for _ in range(SEARCH_ROUNDS):
        known_count = len(occluded)
        sure += sorted(set(_at_grid_crossings(boxes)), key=_sort_key)
        guessed = sorted({*_between_side_lines(boxes, layers), *_at_pitch(boxes)}, key=_sort_key)
        for box, coverage_min in [
            *((box, SIDE_COVERAGE_MIN) for box in sure),
            *((box, OCCLUDED_COVERAGE_MIN) for box in guessed),
        ]:
            covered = taken[box.region]
            if page.contains(box) and not covered.any() and _is_box(box, layers, coverage_min):
                occluded.append(box)
                covered[:] = 1
        if len(occluded) == known_count:
            break
        boxes, sure = [*boxes, *occluded[known_count:]], []
    return occluded


def _is_box(box: Box, layers: PrintLayers, coverage_min: float) -> bool:
    """Whether a proposed box has lines on its sides; the most occluded one is covered by `coverage_min`."""
    worst, *others = sorted(border_coverage(box, layers))
    if worst < coverage_min or min(others) < SIDE_COVERAGE_MIN:
        return False
    columns = slice(max(0, box.left - SURROUNDING_PX), box.right + SURROUNDING_PX)
    above, below = max(0, box.top - SURROUNDING_PX), box.bottom + SURROUNDING_PX
    rim = np.vstack([layers.solid[above : box.top, columns], layers.solid[box.bottom : below, columns]])
    return float(np.mean(rim > 0)) <= SOLID_MAX


def _sort_key(box: Box) -> tuple[int, int, int, int]:
    return box.top, box.left, box.bottom, box.right


def _isolated_frames(layers: PrintLayers) -> Iterator[Box]:
    """The inside of connected lines that are as large as a digit box."""
    across, down = (
        opencv.dilate(layers.long.horizontal, 1, CORNER_GAP_PX),
        opencv.dilate(layers.long.vertical, CORNER_GAP_PX, 1),
    )
    stats = opencv.component_stats(opencv.union(across, down))
    for left, top, width, height in stats[:, :4].tolist():
        inset = CORNER_GAP_PX // 2 + 2  # the corners' reach, and the line
        box = Box(left, top, left + width, top + height).inset(inset)
        if min(box.width, box.height) >= SIDE_MIN_MM * layers.mm and has_digit_size(box, layers.mm):
            yield box


def _between_side_lines(boxes: Sequence[Box], layers: PrintLayers) -> Iterator[Box]:
    """Boxes that fit between two vertical lines as high as the boxes of a row."""
    for top, bottom in sorted({(box.top, box.bottom) for box in boxes}):
        row = [box for box in boxes if (box.top, box.bottom) == (top, bottom)]
        sides = true_runs(
            (layers.vertical_response[top:bottom] > LINE_CONTRAST_MIN).mean(axis=0) >= SIDE_LINE_MIN
        )
        starts, ends = sides[:, 0], sides[:, 1]
        for box in row:
            reach = 2 * NEIGHBOUR_DISTANCE_MAX * box.width
            near = np.flatnonzero((ends > box.left - reach) & (starts < box.right + reach))
            for left, right in pairwise(near):
                width = int(starts[right] - ends[left])
                if abs(width - box.width) <= WIDTH_TOLERANCE * box.width:
                    yield Box(int(ends[left]), top, int(starts[right]), bottom)


def _at_grid_crossings(boxes: Sequence[Box]) -> Iterator[Box]:
    """Boxes where a row crosses a column of boxes of the same size."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)
    width, height = array[:, 2] - array[:, 0], array[:, 3] - array[:, 1]
    for box in boxes:
        same_size = (abs(width - box.width) <= DUPLICATE_PX) & (abs(height - box.height) <= DUPLICATE_PX)
        dx = abs(array[:, 0] - box.left)
        near = same_size & (dx > box.width) & (dx < 2 * NEIGHBOUR_DISTANCE_MAX * box.width)
        near &= abs(array[:, 1] - box.top) < NEIGHBOUR_DISTANCE_MAX * box.height
        yield from (Box(int(left), box.top, int(right), box.bottom) for left, _, right, _ in array[near])


def _at_pitch(boxes: Sequence[Box]) -> Iterator[Box]:
    """Boxes that continue a row at the pitch of two of its boxes, or stand halfway between these."""
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)
    for box in boxes:
        pitch = array[:, 0] - box.left
        level = (abs(array[:, 1] - box.top) <= DUPLICATE_PX) & (abs(array[:, 3] - box.bottom) <= DUPLICATE_PX)
        near = level & (abs(array[:, 2] - box.right - pitch) <= DUPLICATE_PX)
        near &= (pitch > box.width) & (pitch < NEIGHBOUR_DISTANCE_MAX * box.width)
        for step in pitch[near].tolist():
            for dx in (-step, 2 * step, step // 2):
                yield box.shifted(dx, 0)
