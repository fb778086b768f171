"""Which components of a page belong to one number: near in a row, and not parted by a line."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

GAP_MAX = 0.75  # of the lower one's height: components further apart belong to different numbers
BOXED_GAP_MAX = 1.15  # the same for digits that each stand in a box of their own
CELL_MARGIN, LINE_MIN = 0.1, 0.93  # of the height: the side of a cell is higher than what stands in it
LEAN_PX, STEP_PX = 3, 8  # how far a line may lean aside, in so many rows
STEP_MIN_PX = 5  # of these it is in so many: another line that crosses it may hide the rest
GRID_LINE_MIN = 6.0  # of the height: a line so long passes at least four rows
OVERLAP_MIN = 0.4  # of the lower one's height
HIGHER_MAX = 3.0  # times the lower one's height,
SLENDER, SLENDER_HIGHER_MAX = 0.2, 1.6  # and so many where the width of the higher is so little of its height


def merge(boxes: NDArray[np.int64], lines: Gray) -> list[list[int]]:
    """Union of neighbours: the numbers of the boxes, (N, 4) sorted by left, of each group.

    A vertical line between two of them parts two cells. They are one number where they are alone in their
    cells, as in a row of boxes for digits; two columns of a table or a grid where the line goes on past more
    rows, or where they are not alone.
    """
    parent = list(range(len(boxes)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    in_cells, alone = [], [True] * len(boxes)
    for n, m, gap in _neighbours(boxes):
        length = _line_between(boxes[n], boxes[m], lines)
        if length:
            if length < GRID_LINE_MIN * max(boxes[n, 3] - boxes[n, 1], boxes[m, 3] - boxes[m, 1]):
                in_cells.append((n, m, gap))
        elif gap <= GAP_MAX:
            alone[n] = alone[m] = False
            parent[root(m)] = root(n)
    for n, m, gap in in_cells:
        if (alone[n] and alone[m]) or ((alone[n] or alone[m]) and gap <= GAP_MAX):
            parent[root(m)] = root(n)
    groups: dict[int, list[int]] = {}
    for n in range(len(boxes)):
        groups.setdefault(root(n), []).append(n)
    return list(groups.values())


def _neighbours(boxes: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Pairs of boxes (N, 4), sorted by left, that are near in a row; the gap is in heights of the lower.

    What is far higher than its neighbour and thin as a line is a piece of one, and passes other rows too.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    slender = boxes[:, 2] - boxes[:, 0] < SLENDER * heights
    highest = np.where(slender, SLENDER_HIGHER_MAX, HIGHER_MAX)
    for n in range(len(boxes)):
        reach = int(np.searchsorted(boxes[:, 0], boxes[n, 2] + BOXED_GAP_MAX * heights[n], side="right"))
        near = np.arange(n + 1, reach)
        lower = np.minimum(heights[near], heights[n])
        gap = (boxes[near, 0] - boxes[n, 2]) / lower
        overlap = np.minimum(boxes[near, 3], boxes[n, 3]) - np.maximum(boxes[near, 1], boxes[n, 1])
        higher = np.where(heights[near] > heights[n], highest[near], highest[n])
        alike = np.maximum(heights[near], heights[n]) <= higher * lower
        close = (gap <= BOXED_GAP_MAX) & (overlap >= OVERLAP_MIN * lower) & alike
        yield from ((n, int(m), float(g)) for m, g in zip(near[close], gap[close], strict=True))


def _line_between(left: NDArray[np.int64], right: NDArray[np.int64], lines: Gray) -> int:
    """The height in pixels of the line between two boxes, 0 for none, wherever it may lead."""
    top, bottom = int(max(left[1], right[1])), int(min(left[3], right[3]))
    more = round(CELL_MARGIN * (bottom - top))
    between = lines[max(0, top - more) : bottom + more, left[2] : right[0]]
    if between.size == 0:
        return 0
    leaning = cv2.dilate(between, np.ones((1, 3), np.uint8))
    solid = cv2.reduce(leaning, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
    if solid.max() <= 255 * LINE_MIN:
        return 0
    across, middle = int(left[2] + solid.argmax()), (top + bottom) // 2
    return _follow(lines[:middle][::-1], across) + _follow(lines[middle:], across)


def _follow(lines: Gray, across: int) -> int:
    """How far down from the top a line goes on that begins near a column; it may lean, and lean on."""
    for top in range(0, len(lines), STEP_PX):
        first = max(0, across - LEAN_PX)
        step = lines[top : top + STEP_PX, first : across + LEAN_PX + 1]
        if step.any(axis=1).sum() < STEP_MIN_PX:
            return top
        there = np.flatnonzero(step[-STEP_MIN_PX:].any(axis=0))
        across = first + int(there[np.abs(first + there - across).argmin()])
    return len(lines)
