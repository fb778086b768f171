"""Word-like groups on a page: components of ink that stand in a row, close to each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.binarisation import find_ink
from digitocr.imaging.ruled_lines import THICKNESS_MAX_PX, box_mask, line_mask
from digitocr.layout.box_rows import BoxRow, box_lines, find_box_rows
from digitocr.layout.broken import mended
from digitocr.layout.columns import agreed, around, cuts_of
from digitocr.layout.merging import merge
from digitocr.layout.ones import ones_among
from digitocr.layout.touching import between_rows, hanging_rules
from digitocr.records import Box, Gray

REACH_PX = 41
RULE_PX = 70
BOX_SIDE_PX = 26
HEIGHT_MIN_PX = 7
HEIGHT_MAX_PX = 160
PIECE_MIN_PX = 5  # the width of what may have broken off a character
WIDTH_MAX = 12  # of its height: what is longer is a line or a stain
CHARACTER_MIN, CHARACTER_MAX = 0.3, 1.2  # of its height: the width of what looks like one character
ALIKE_MAX, ALIKE_COUNT = 1.5, 4  # times: so many heights so near the median are writing, fewer may be stains
STEP_MAX = 0.35  # of the contrast: where one side is little lighter than the ink, the ink is the sheet's edge


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups of a page in reading order, and its printed lines and boxes: (H, W) uint8, 255 on them.

    `strokes` (H, W) uint8 is 255 where ink among the lines of boxes is known to be writing.

    Of each of `boxes`, `phrases` has the number of the run of groups that it was parted from at wide blanks,
    and `digits` how many boxes for a digit each are written in, None where it stands in none.
    `writing_px` is the height of most of the writing, 0 where there is little.
    """

    boxes: tuple[Box, ...]
    phrases: tuple[int, ...]
    digits: tuple[int | None, ...]
    lines: Gray
    strokes: Gray
    writing_px: float


def find_groups(gray: Gray, writing_px: float | None = None) -> Groups:
    """Find the groups of a page.

    Args:
        gray: (H, W) uint8, dark on light.
        writing_px: the height of most of the writing where it is known: then rows that touch are parted.
    """
    ink = find_ink(gray, REACH_PX)
    # Lines are often printed fainter than what they surround.
    faint = np.asarray(cv2.threshold(ink.soft, 0, 255, cv2.THRESH_BINARY)[1], np.uint8)
    box_rows = find_box_rows(faint)
    lines, fields = _printed(ink.mask, faint, box_rows)
    lines, boxes = _parted(ink.mask, lines, fields, writing_px)
    unlined = np.asarray(cv2.bitwise_and(faint, cv2.bitwise_not(lines)), np.uint8)
    in_fields = [_inside(boxes, row) for row in box_rows]
    free = boxes[~np.any([np.zeros(len(boxes), np.bool_), *in_fields], axis=0)]
    rows = [free[members] for members in merge(free, lines)]
    phrase_of = {
        around(part): phrase
        for phrase, (row, cuts) in enumerate(
            zip(rows, agreed(rows, [cuts_of(r, unlined) for r in rows]), strict=True)
        )
        for part in np.split(row, np.flatnonzero(cuts) + 1)
    }
    digits_of = {
        around(boxes[inside]): row.written(unlined)
        for row, inside in zip(box_rows, in_fields, strict=True)
        if inside.any()
    }
    phrase_of |= {box: len(rows) + n for n, box in enumerate(digits_of)}
    ordered = in_reading_order([box for box in phrase_of if _on_paper(gray, box)])
    return Groups(
        tuple(ordered),
        tuple(phrase_of[box] for box in ordered),
        tuple(digits_of.get(box) for box in ordered),
        lines,
        np.asarray(cv2.bitwise_and(unlined, fields), np.uint8),
        _writing_height(boxes),
    )


def _printed(mask: Gray, faint: Gray, box_rows: Sequence[BoxRow]) -> tuple[Gray, Gray]:
    """The printed lines and boxes, and the places of rows of boxes: (H, W) uint8, 255 there.

    `mask` is 255 on ink, `faint` on faint ink too.
    """
    rules = cv2.bitwise_and(line_mask(faint, RULE_PX), cv2.bitwise_not(_characters(mask)))
    frames = cv2.bitwise_or(box_mask(faint, BOX_SIDE_PX), box_mask(mask, BOX_SIDE_PX))
    lines = np.asarray(cv2.bitwise_or(rules, frames), np.uint8)
    return lines, _fields(lines, faint, box_rows)


def _parted(
    mask: Gray, lines: Gray, fields: Gray, writing_px: float | None
) -> tuple[Gray, NDArray[np.int64]]:
    """The lines with what else parts writing, and without what is writing; and the components off them."""
    boxes = _components(mask, lines)
    ones = cv2.bitwise_and(ones_among(lines, mask, boxes), cv2.bitwise_not(fields))
    if ones.any():
        lines = np.asarray(cv2.bitwise_and(lines, cv2.bitwise_not(ones)), np.uint8)
        boxes = _components(mask, lines)
    height = writing_px or _writing_height(boxes)
    if height and (hanging := hanging_rules(_closed(mask, lines), boxes, height)).any():
        lines = np.asarray(cv2.bitwise_or(lines, hanging), np.uint8)
        boxes = _components(mask, lines)
    if writing_px:
        touching = between_rows(np.asarray(cv2.bitwise_and(mask, ~lines), np.uint8), boxes, writing_px)
        lines = np.asarray(cv2.bitwise_or(lines, touching), np.uint8)
        boxes = _components(mask, lines)
    return lines, boxes


def _fields(lines: Gray, mask: Gray, box_rows: Sequence[BoxRow]) -> Gray:
    """Make the lines (H, W) of rows of boxes those that they have and no more: (H, W), 255 in the rows."""
    fields = np.zeros_like(lines)
    for row in box_rows:
        box = row.around
        place = np.s_[box.top : box.bottom, box.left : box.right]
        fields[place] = 255
        lines[place] = box_lines(mask, row)[place]
    return fields


def _inside(boxes: NDArray[np.int64], row: BoxRow) -> NDArray[np.bool_]:
    """Which of boxes (N, 4) have their middle in a row of boxes."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    place = row.around
    return np.asarray((x > place.left) & (x < place.right) & (y > place.top) & (y < place.bottom), np.bool_)


def _writing_height(boxes: NDArray[np.int64]) -> float:
    """The height that those of boxes (N, 4) that look like one character have, half of them by their area."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    heights = np.sort(height[(width > CHARACTER_MIN * height) & (width < CHARACTER_MAX * height)])
    if len(heights) == 0:
        return 0.0
    area = np.cumsum(heights.astype(np.float64) ** 2)
    median = float(heights[np.searchsorted(area, 0.5 * area[-1])])
    alike = (heights > median / ALIKE_MAX) & (heights < median * ALIKE_MAX)
    return median if alike.sum() >= ALIKE_COUNT else 0.0


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


def _components(mask: Gray, lines: Gray) -> NDArray[np.int64]:
    """Boxes (N, 4), sorted by left, of the components off the lines that could be characters or short words.

    Outer contours are ten times as fast to find as labelled components.
    """
    contours, levels = cv2.findContours(_closed(mask, lines), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return np.empty((0, 4), np.int64)
    outer = levels[0, :, 3] < 0
    boxes = np.array([cv2.boundingRect(c) for c, o in zip(contours, outer, strict=True) if o], np.int64)
    width, height = boxes[:, 2], boxes[:, 3]
    fit = (height >= HEIGHT_MIN_PX) & (height <= HEIGHT_MAX_PX) & (width <= WIDTH_MAX * height)
    low = (height < HEIGHT_MIN_PX) & (width >= PIECE_MIN_PX) & (width <= HEIGHT_MAX_PX)
    boxes[:, 2:] += boxes[:, :2]
    boxes = mended(boxes[fit], boxes[low])
    return boxes[np.argsort(boxes[:, 0], kind="stable")]


def _closed(mask: Gray, lines: Gray) -> Gray:
    """The mask (H, W) without the lines; one pixel of closing joins what scanning broke."""
    unlined = cv2.bitwise_and(mask, cv2.bitwise_not(lines))
    return np.asarray(cv2.morphologyEx(unlined, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)


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
