"""Word-like groups on a page: components of ink that stand in a row, close to each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.clean import find_ink
from digitocr.imaging.rules import THICKNESS_MAX_PX, box_mask, line_mask
from digitocr.records import Box, Gray

REACH_PX = 41
RULE_PX = 70
BOX_SIDE_PX = 26
HEIGHT_MIN_PX = 7
HEIGHT_MAX_PX = 160
WIDTH_MAX = 12  # of its height: what is longer is a line or a stain
GAP_MAX = 0.75  # of the lower one's height: components further apart belong to different numbers
BOXED_GAP_MAX = 1.15  # the same for digits that each stand in a box of their own
CELL_MARGIN, LINE_MIN = 0.1, 0.93  # of the height: the side of a cell is higher than what stands in it
LEAN_PX = 3  # how far a line may lean aside
GRID_LINE_MIN = 6.0  # of the height: a line so long passes at least four rows
OVERLAP_MIN = 0.4  # of the lower one's height
BREAK_MIN = 0.38  # of the height: a blank this wide parts two numbers where it is also
BREAK = 2.5  # times as wide as the blanks of its group are, most of them,
BREAK_CHARACTERS = 5  # and there are so many characters to tell
COLUMN_REACH = 16.0  # times the height: how far above and below a column is looked for,
COLUMN_ROWS, AGREED = 4, 0.67  # in so many gaps, of which this share agree
STEP_MAX = 0.35  # of the contrast: where one side is little lighter than the ink, the ink is the sheet's edge


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups of a page in reading order, and its printed lines and boxes: (H, W) uint8, 255 on them.

    Of each of `boxes`, `phrases` has the number of the run of groups that it was parted from at wide blanks.
    """

    boxes: tuple[Box, ...]
    phrases: tuple[int, ...]
    lines: Gray


def find_groups(gray: Gray) -> Groups:
    """Find the groups of a page, (H, W) uint8, dark on light."""
    ink = find_ink(gray, REACH_PX)
    # Lines are often printed fainter than what they surround.
    faint = np.asarray(cv2.threshold(ink.soft, 0, 255, cv2.THRESH_BINARY)[1], np.uint8)
    rules = cv2.bitwise_and(line_mask(faint, RULE_PX), cv2.bitwise_not(_characters(ink.mask)))
    frames = cv2.bitwise_or(box_mask(faint, BOX_SIDE_PX), box_mask(ink.mask, BOX_SIDE_PX))
    lines = np.asarray(cv2.bitwise_or(rules, frames), np.uint8)
    # One pixel of closing joins what scanning broke.
    mask = cv2.morphologyEx(
        cv2.bitwise_and(ink.mask, cv2.bitwise_not(lines)), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)
    )
    boxes = _components(np.asarray(mask, np.uint8))
    unlined = np.asarray(cv2.bitwise_and(faint, cv2.bitwise_not(lines)), np.uint8)
    rows = [boxes[members] for members in _merge(boxes, lines)]
    phrase_of = {
        _around(part): phrase
        for phrase, (row, cuts) in enumerate(
            zip(rows, _agreed(rows, [_cuts(r, unlined) for r in rows]), strict=True)
        )
        for part in np.split(row, np.flatnonzero(cuts) + 1)
    }
    ordered = in_reading_order([box for box in phrase_of if _on_paper(gray, box)])
    return Groups(tuple(ordered), tuple(phrase_of[box] for box in ordered), lines)


def _around(boxes: NDArray[np.int64]) -> Box:
    """The box around boxes (N, 4)."""
    return Box(*(int(side) for side in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))


def _characters(mask: Gray) -> Gray:
    """Fill what is as large as a large character and no line: its strokes may be as long as a rule."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sizes = [cv2.boundingRect(contour)[2:] for contour in contours]
    alike = [
        contour
        for contour, size in zip(contours, sizes, strict=True)
        if RULE_PX <= max(size) <= HEIGHT_MAX_PX and min(size) > 2 * THICKNESS_MAX_PX
    ]
    return np.asarray(cv2.drawContours(np.zeros_like(mask), alike, -1, 255, cv2.FILLED), np.uint8)


def _on_paper(gray: Gray, box: Box) -> bool:
    """Whether there is lighter paper on both sides of the ink in `box`."""
    rows = gray[box.top : box.bottom]
    reach = max(4, box.height // 4)
    sides = (rows[:, max(0, box.left - reach) : box.left], rows[:, box.right : box.right + reach])
    ink = float(np.percentile(rows[:, box.left : box.right], 10))
    left, right = (float(np.percentile(side, 80)) if side.size else 255.0 for side in sides)
    return min(left, right) - ink > STEP_MAX * (max(left, right) - ink)


def _components(mask: Gray) -> NDArray[np.int64]:
    """Boxes (N, 4), sorted by left, of the components that could be characters or short words.

    Outer contours are ten times as fast to find as labelled components.
    """
    contours, levels = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return np.empty((0, 4), np.int64)
    outer = levels[0, :, 3] < 0
    boxes = np.array([cv2.boundingRect(c) for c, o in zip(contours, outer, strict=True) if o], np.int64)
    width, height = boxes[:, 2], boxes[:, 3]
    fit = (height >= HEIGHT_MIN_PX) & (height <= HEIGHT_MAX_PX) & (width <= WIDTH_MAX * height)
    boxes = boxes[fit]
    boxes[:, 2:] += boxes[:, :2]
    return boxes[np.argsort(boxes[:, 0], kind="stable")]


def _merge(boxes: NDArray[np.int64], lines: Gray) -> list[list[int]]:
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


def _cuts(row: NDArray[np.int64], mask: Gray) -> NDArray[np.bool_]:
    """Where to part a row at the blanks that are much wider than its others: the columns of a table.

    Boxes (N, 4) are sorted by left; a point between two of them belongs to no box, but is no blank.

    Returns:
        For each of the N - 1 gaps, whether it parts.
    """
    height = float(np.median(row[:, 3] - row[:, 1]))
    touching = np.maximum((row[:, 2] - row[:, 0]) / height - 0.5, 0).astype(int)
    if len(row) + touching.sum() < BREAK_CHARACTERS:
        return np.zeros(len(row) - 1, np.bool_)
    rights = np.maximum.accumulate(row[:, 2])
    blanks = np.array(
        [
            _blank(mask[min(a[1], b[1]) : max(a[3], b[3]), right : b[0]])
            for a, b, right in zip(row[:-1], row[1:], rights[:-1], strict=True)
        ]
    )
    usual = float(np.median(np.concatenate([blanks, np.zeros(touching.sum())])))
    return np.asarray(blanks > max(BREAK_MIN * height, BREAK * usual), np.bool_)


def _agreed(rows: list[NDArray[np.int64]], cuts: list[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
    """`cuts`, but as most gaps above and below one are, so is it: the columns of a table go on."""
    parts = [
        _around(part)
        for row, cut in zip(rows, cuts, strict=True)
        for part in np.split(row, np.flatnonzero(cut) + 1)
    ]
    inner = [
        (right, after[0], float(np.mean(row[:, 1::2])), float(np.median(row[:, 3] - row[:, 1])))
        for row in rows
        for after, right in zip(row[1:], np.maximum.accumulate(row[:-1, 2]), strict=True)
    ]
    if not inner:
        return cuts
    gaps = np.array(inner, np.float64)
    parted = np.concatenate(cuts)
    between = _between(np.array([(p.left, p.top, p.right, p.bottom) for p in parts], np.float64))
    seen = np.concatenate([gaps[~parted & (gaps[:, 1] > gaps[:, 0])], between])
    parts_there = np.arange(len(seen)) >= len(seen) - len(between)
    for n, (left, right, middle, height) in enumerate(gaps):
        beside = (
            (np.minimum(seen[:, 1], right) > np.maximum(seen[:, 0], left))
            & (np.abs(seen[:, 2] - middle) < COLUMN_REACH * height)
            & (np.abs(seen[:, 2] - middle) > 0.5 * height)
            & (np.abs(seen[:, 3] - height) < 0.5 * height)
        )
        share = parts_there[beside].mean() if beside.sum() >= COLUMN_ROWS else 0.5
        if share >= AGREED or share <= 1 - AGREED:
            parted[n] = share >= AGREED
    return np.split(parted, np.cumsum([len(cut) for cut in cuts])[:-1])


def _between(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each of boxes (N, 4) to the next at its right, if near: (M, 4) left, right, middle, height."""
    found = []
    for _, top, right, bottom in parts:
        height = bottom - top
        beside = (
            (parts[:, 0] >= right)
            & (parts[:, 0] < right + BOXED_GAP_MAX * height)
            & (np.minimum(parts[:, 3], bottom) - np.maximum(parts[:, 1], top) > OVERLAP_MIN * height)
        )
        if beside.any():
            found.append((right, parts[beside, 0].min(), (top + bottom) / 2, height))
    return np.array(found, np.float64).reshape(-1, 4)


def _blank(between: Gray) -> int:
    """The width in pixels of the widest run of columns without ink."""
    if between.size == 0:
        return 0
    inked = np.flatnonzero(between.any(axis=0))
    return int(np.diff(inked, prepend=-1, append=between.shape[1]).max()) - 1


def _neighbours(boxes: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Pairs of boxes (N, 4), sorted by left, that are near in a row; the gap is in heights of the lower."""
    heights = boxes[:, 3] - boxes[:, 1]
    for n in range(len(boxes)):
        reach = int(np.searchsorted(boxes[:, 0], boxes[n, 2] + BOXED_GAP_MAX * heights[n], side="right"))
        near = np.arange(n + 1, reach)
        lower = np.minimum(heights[near], heights[n])
        gap = (boxes[near, 0] - boxes[n, 2]) / lower
        overlap = np.minimum(boxes[near, 3], boxes[n, 3]) - np.maximum(boxes[near, 1], boxes[n, 1])
        alike = np.maximum(heights[near], heights[n]) <= 3.0 * lower
        close = (gap <= BOXED_GAP_MAX) & (overlap >= OVERLAP_MIN * lower) & alike
        yield from ((n, int(m), float(g)) for m, g in zip(near[close], gap[close], strict=True))


def _line_between(left: NDArray[np.int64], right: NDArray[np.int64], lines: Gray) -> int:
    """The height in pixels of the line between two boxes, 0 for none, wherever it may lead."""
    top, bottom = int(max(left[1], right[1])), int(min(left[3], right[3]))
    more = round(CELL_MARGIN * (bottom - top))
    between = lines[max(0, top - more) : bottom + more, left[2] : right[0]]
    if between.size == 0:
        return 0
    solid = cv2.reduce(between, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
    if solid.max() <= 255 * LINE_MIN:
        return 0
    across = int(left[2] + solid.argmax())
    column = lines[:, max(0, across - LEAN_PX) : across + LEAN_PX + 1].max(axis=1)
    ends = np.concatenate([[-1], np.flatnonzero(column == 0), [len(lines)]])
    below = int(np.searchsorted(ends, (top + bottom) // 2))
    return int(ends[below] - ends[below - 1]) - 1


def in_reading_order(boxes: list[Box]) -> list[Box]:
    """Rows from the top, each from the left; boxes whose middles lie within a box's height are its row."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: (b.top + b.bottom, b.left, b.top, b.right)):
        middle = (box.top + box.bottom) / 2
        if rows and rows[-1][0].top <= middle < rows[-1][0].bottom:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda b: (b.left, b.top, b.right))]
