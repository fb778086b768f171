"""Rows of boxes printed for one digit each, found under the writing that touches and crosses them.

The upright sides of such a row are alike: as high as each other, at one height, never far apart. So a row is
found though strokes hide much of its boxes, and what is straight inside of it is known to be writing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.ruled_lines import THICKNESS_MAX_PX, TILT_PX
from digitocr.records import Box, Gray
from digitocr.segmentation.spans import spans

SIDE_PX = 26  # the least height of a box
SIDE_MAX_PX = 160
LEVEL_PX = 4  # by which the ends of two sides differ at most
STRAIGHT = 0.04  # of its height: a side leans so much at most
WIDTH_MIN, WIDTH_MAX = 0.4, 1.4  # of the height of a box
APART_MAX = 0.7  # of its height: boxes further apart belong to different numbers
APART_MIN_PX = 4  # a wider gap without lines above and below parts two boxes
BOXES_MIN = 3
LINE_MIN = 0.5  # of a side: so much of each of its rows is ink,
PLAY_PX = 1  # and its soft edge is so wide
CROSSING_PX = 2  # what goes on for so long beyond a line is a stroke that crosses or touches it
CORNER_PX, CORNERS_MIN = 2, 0.7  # lines meet so near to a corner, and at so many of them
WRITTEN_MIN = 0.3  # of its height: what is written in a box is at least so high
WIDTH_ALIKE = 0.15  # of the usual width: by so much a box of the row is wider or narrower


@dataclass(frozen=True, slots=True, eq=False)
class BoxRow:
    """A row of boxes from the left, each with its lines."""

    boxes: tuple[Box, ...]

    @property
    def around(self) -> Box:
        first, last = self.boxes[0], self.boxes[-1]
        return Box(first.left, min(b.top for b in self.boxes), last.right, max(b.bottom for b in self.boxes))

    def written(self, ink: Gray) -> int:
        """How many boxes are written in; `ink`, (H, W) uint8, is the page's without its lines."""
        inset = THICKNESS_MAX_PX + PLAY_PX
        count = 0
        for box in self.boxes:
            inside = ink[box.top + inset : box.bottom - inset, box.left + inset : box.right - inset]
            rows = np.flatnonzero(inside.any(axis=1))
            count += bool(len(rows) and rows[-1] + 1 - rows[0] >= WRITTEN_MIN * box.height)
        return count


def find_box_rows(mask: Gray) -> list[BoxRow]:
    """The rows of at least `BOXES_MIN` boxes that stand apart from each other.

    `mask` is (H, W) uint8, 255 on print and writing.
    """
    upright, level = _runs(mask.T).T, _runs(mask)
    rows = [_between(sides, level) for sides in _alike(_sides(np.ascontiguousarray(upright)))]
    cornered = [(_cornered(row, mask), row) for row in rows if row]
    kept: list[BoxRow] = []
    # A stroke along the sides makes of them others, higher or lower: these have no corners there.
    for share, row in sorted(cornered, key=lambda one: -one[0]):
        if share > CORNERS_MIN and not any(_overlap(row.around, other.around) for other in kept):
            kept.append(row)
    return kept


def _overlap(box: Box, other: Box) -> bool:
    across = min(box.right, other.right) > max(box.left, other.left)
    return across and min(box.bottom, other.bottom) > max(box.top, other.top)


def _cornered(row: BoxRow, mask: Gray) -> float:
    """The share of corners of the boxes where there is ink in a mask (H, W): a row of zeros has little."""
    inked = [
        mask[max(0, y - CORNER_PX) : y + CORNER_PX, max(0, x - CORNER_PX) : x + CORNER_PX].any()
        for box in row.boxes
        for x in (box.left, box.right)
        for y in (box.top, box.bottom)
    ]
    return float(np.mean(inked))


def _runs(mask: Gray) -> Gray:
    """What of a mask lies in level runs of `SIDE_PX` or more, that may leave their row by `TILT_PX`."""
    if mask.shape[1] < SIDE_PX:
        return np.zeros_like(mask)
    tolerant = cv2.dilate(mask, np.ones((1 + 2 * TILT_PX, 1), np.uint8))
    long = cv2.morphologyEx(tolerant, cv2.MORPH_OPEN, np.ones((1, SIDE_PX), np.uint8))
    return np.asarray(cv2.bitwise_and(long, mask), np.uint8)


def _sides(upright: Gray) -> NDArray[np.int64]:
    """Upright straight thin lines: (N, 4) left, top, right, bottom, sorted by left."""
    contours, _ = cv2.findContours(upright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = np.array([cv2.boundingRect(contour) for contour in contours], np.int64).reshape(-1, 4)
    width, height = found[:, 2], found[:, 3]
    thin = width <= THICKNESS_MAX_PX + STRAIGHT * height
    sides = found[thin & (height >= SIDE_PX) & (height <= SIDE_MAX_PX)]
    sides[:, 2:] += sides[:, :2]
    return sides[np.argsort(sides[:, 0], kind="stable")]


def _alike(sides: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Sides (N, 4) of one height at one level, each near the next, together."""
    left = list(range(len(sides)))
    while left:
        row = [left.pop(0)]
        for n in left:
            height = sides[row[-1], 3] - sides[row[-1], 1]
            near = sides[n, 0] - sides[row[-1], 2] <= 2 * WIDTH_MAX * height
            if near and np.abs(sides[n, 1::2] - sides[row[-1], 1::2]).max() <= LEVEL_PX:
                row.append(n)
        if len(row) > BOXES_MIN:
            left = [n for n in left if n not in row]
            yield sides[row]


def _between(sides: NDArray[np.int64], level: Gray) -> BoxRow | None:
    """The boxes whose sides (N, 4) are, told by the lines above and below; None for no row of boxes."""
    height = float(np.median(sides[:, 3] - sides[:, 1]))
    middles = (sides[:, 0] + sides[:, 2]) / 2
    reach = WIDTH_MAX * height
    first, last = max(0, int(sides[0, 0] - reach)), min(level.shape[1], int(sides[-1, 2] + reach))
    across = np.arange(first, last)
    top = np.interp(across, middles, sides[:, 1]).round().astype(int)
    bottom = np.interp(across, middles, sides[:, 3]).round().astype(int)
    seen = np.maximum(_near(level, across, top), _near(level, across, bottom))
    filled = cv2.morphologyEx(seen[None], cv2.MORPH_CLOSE, np.ones((1, APART_MIN_PX + 1), np.uint8))[0]
    runs = [(first + int(a), first + int(b)) for a, b in spans(filled > 0) if b - a >= WIDTH_MIN * height]
    boxes = [Box(a, int(top[a - first]), b, int(bottom[b - 1 - first])) for a, b in runs if b - a <= reach]
    usual = float(np.median([box.width for box in boxes])) if boxes else 0.0
    alike = [box for box in boxes if abs(box.width - usual) <= WIDTH_ALIKE * usual]
    near = [b.left - a.right <= APART_MAX * height for a, b in pairwise(alike)]
    if len(alike) < BOXES_MIN or not all(near):
        return None
    return BoxRow(tuple(alike))


def _near(lines: Gray, across: NDArray[np.int64], down: NDArray[np.int64]) -> Gray:
    """(N,) uint8, 1 where a line is at most `LEVEL_PX` above or below a point of (N,) across and down."""
    reach = np.arange(-LEVEL_PX, LEVEL_PX + 1)
    rows = np.clip(down + reach[:, None], 0, len(lines) - 1)
    return np.asarray((lines[rows, across] > 0).any(axis=0), np.uint8)


def box_lines(mask: Gray, row: BoxRow) -> Gray:
    """The lines of a row of boxes without the strokes that cross and touch them: (H, W) uint8, 255 on them.

    `mask` is (H, W) uint8, 255 on print and writing.
    """
    lines = np.zeros_like(mask)
    for box in row.boxes:
        place = np.s_[
            max(0, box.top - PLAY_PX) : box.bottom + PLAY_PX, max(0, box.left - PLAY_PX) : box.right + PLAY_PX
        ]
        ink = mask[place] > 0
        level, upright = _line_rows(ink), _line_rows(ink.T)
        near_level, near_upright = _widened(level), _widened(upright)
        sides = near_level[:, None] & ~_going_on(ink, near_level)
        sides |= (near_upright[:, None] & ~_going_on(ink.T, near_upright)).T
        # At a corner each line goes on beyond the other.
        sides |= near_level[:, None] & near_upright
        lines[place] |= np.where(sides & ink, np.uint8(255), np.uint8(0))
    return lines


def _line_rows(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(h,) the rows of a box (h, w) that are its upper or lower line."""
    reach = THICKNESS_MAX_PX + LEVEL_PX
    share = ink.mean(axis=1)
    rows = np.zeros(len(ink), np.bool_)
    for part in (np.s_[:reach], np.s_[-reach:]):
        rows[part] = share[part] >= LINE_MIN
    return rows


def _widened(rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    play = np.ones(1 + 2 * PLAY_PX, np.bool_)
    return np.convolve(rows, play, "same") > 0


def _going_on(ink: NDArray[np.bool_], rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(h, w) where a run of ink down a column leaves the line that `rows` (h,) are by `CROSSING_PX`."""
    beyond = ink & ~rows[:, None]
    away = np.zeros_like(ink)
    for n in np.flatnonzero(np.diff(rows.astype(np.int8))):
        # The line's last row and the first beyond, whichever way it goes.
        inside, step = (n, 1) if rows[n] else (n + 1, -1)
        out = [inside + step * (k + 1) for k in range(CROSSING_PX)]
        if min(out) < 0 or max(out) >= len(rows):
            continue
        leaves = beyond[out].all(axis=0)
        line = inside
        while 0 <= line < len(rows) and rows[line]:
            away[line] |= leaves
            line -= step
    return away
