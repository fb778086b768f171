"""A whole number written by one hand: spacing, a drifting baseline, and where every character stands."""

import re
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Box, Gray
from digitocr.synthesis.glyphs import Glyph, Hand

JOINING = 0.25  # the share of writers who join digits
TAILING = 0.22  # the share who write the zeros at the end, or what follows a mark, smaller and raised
JOINED_GAP_MAX = 0.45  # of a digit's height: nobody joins across more
TAIL = re.compile(r"(00+|(?<=[.,])\d\d?)\D*$")
UNDERCUT = 0.25  # of the writing's height: how far above and below a stroke its neighbour keeps clear of it


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a writer sets characters in a row. All are shares of the height of a digit.

    `gap` is the clear space between neighbours, measured along the rows that both touch: 0 makes them touch,
    less makes them overlap. `gap_spread` and `wobble` are deviations, from character to character, of the gap
    and of the baseline; `slope` is the baseline's drop per step to the right; `space` is that of a blank.
    `tail` is the size of the last zeros and of what follows the last mark, and `lift` how far, of what they
    lack, they are raised: 1 sets them level with the tops of the others.
    """

    gap: float = 0.14
    gap_spread: float = 0.04
    slope: float = 0.0
    wobble: float = 0.02
    size_spread: float = 0.03
    space: float = 0.4
    joined: float = 0.0
    tail: float = 1.0
    lift: float = 0.0


def random_spacing(rng: np.random.Generator) -> Spacing:
    """The spacing of some writer: most keep just apart, some let characters touch, some set them wide."""
    gap = rng.normal(0.12, 0.11) if rng.random() < 0.8 else rng.uniform(0.3, 1.0)
    return Spacing(
        gap=max(gap, -0.15),
        gap_spread=abs(rng.normal(0, 0.07)),
        slope=rng.normal(0, 0.04),
        wobble=abs(rng.normal(0, 0.05)),
        size_spread=abs(rng.normal(0, 0.05)),
        space=rng.uniform(0.25, 0.8),
        joined=rng.uniform(0.2, 0.9) if rng.random() < JOINING else 0.0,
        tail=rng.uniform(0.36, 0.9) if rng.random() < TAILING else 1.0,
        lift=rng.uniform(0, 1.1),
    )


def printed_spacing(rng: np.random.Generator) -> Spacing:
    """The spacing of some printer: even, and hardly ever touching."""
    gap = rng.normal(0.13, 0.05) if rng.random() < 0.8 else rng.uniform(0.25, 0.8)
    return Spacing(gap=max(gap, 0.0), gap_spread=0, wobble=0, size_spread=0, space=rng.uniform(0.25, 0.8))


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One character where it was written: `ink` (h, w) uint8 fills `box`, in pixels of the number's layer."""

    text: str
    box: Box
    ink: Gray


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A number as ink: (H, W) uint8, 255 where the pen was. `base` is the row of the baseline at the left.

    Characters stand in `placed` in the order of writing; blanks leave no entry.
    """

    text: str
    ink: Gray
    base: float
    placed: tuple[Placed, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(p.box for p in self.placed)


def write_number(
    rng: np.random.Generator,
    hand: Hand,
    text: str,
    size_px: float,
    spacing: Spacing | None = None,
    *,
    margin_px: int = 0,
) -> Written:
    """Write `text` in one hand.

    Args:
        rng: The source of every choice.
        hand: Draws the characters, at any size; they are brought to `size_px`.
        text: Digits, separators and blanks; every character but the blank must be known to the hand.
        size_px: The height of a full digit in pixels.
        spacing: How characters are set; evenly and just apart by default.
        margin_px: Empty pixels on every side; with 0 the layer is cut tight.

    Returns:
        The layer and what stands where in it.

    Raises:
        ValueError: There is nothing to write.
        KeyError: The hand has not learned a character.
    """
    if not text.strip():
        raise ValueError("nothing to write: the text is blank")
    spacing = spacing or Spacing()
    origin: list[tuple[str, int, int, Gray]] = []  # character, left, top, ink; the baseline starts at (0, 0)
    pen, before = 0.0, None
    tail = TAIL.search(text)
    for n, character in enumerate(text):
        if character == " ":
            pen += spacing.space * size_px
            before = None
            continue
        glyph = hand.draw(character)
        size = size_px * (spacing.tail if tail and n >= tail.start() else 1)
        scale = size / glyph.size * max(0.5, 1 + spacing.size_spread * rng.normal())
        ink = _scaled(glyph, scale)
        base = spacing.slope * pen + spacing.wobble * size_px * rng.normal() - spacing.lift * (size_px - size)
        top = round(base - glyph.base * scale)
        gap = size_px * rng.normal(spacing.gap, spacing.gap_spread)
        if before is not None:
            clear = _clearance(before, (top, ink), round(UNDERCUT * size_px))
            # However close the ink may come, each character starts to the right of the middle of the last.
            pen = max(pen + gap - clear, pen - 0.5 * before[1].shape[1])
        left = round(pen)
        origin.append((character, left, top, ink))
        pen, before = left + ink.shape[1], (top, ink)
    written = _assembled(text, origin, margin_px)
    for previous, following in pairwise(written.placed):
        if (previous.text + following.text).isdigit() and rng.random() < spacing.joined:
            _join(rng, written.ink, previous, following, size_px)
    return written


def _join(rng: np.random.Generator, layer: Gray, before: Placed, after: Placed, size_px: float) -> None:
    """Draw into `layer` what a pen leaves that goes from one digit to the next without being lifted.

    It leaves at the top, from a 2 at the foot, and comes to the upper part of the next digit.
    """
    level = 0.92 if before.text == "2" else rng.uniform(0.05, 0.3)
    x0, y0 = _outermost(before, level, -1)
    x1, y1 = _outermost(after, rng.uniform(0.1, 0.45), 0)
    if not 0 < x1 - x0 < JOINED_GAP_MAX * size_px:
        return
    thick = float(cv2.distanceTransform(np.pad(before.ink, 1), cv2.DIST_L2, 3).max())
    sag = rng.normal(0, 0.06) * size_px
    steps = np.linspace(0, 1, 8)
    bow = 4 * sag * steps * (1 - steps)
    points = np.stack([x0 + (x1 - x0) * steps, y0 + (y1 - y0) * steps + bow], axis=1)
    pen = max(1, round(2 * thick * rng.uniform(0.5, 0.9)))
    cv2.polylines(layer, [np.round(points).astype(np.int32)], False, 255, pen, cv2.LINE_AA)


def _outermost(placed: Placed, level: float, end: int) -> tuple[int, int]:
    """The (x, y) of the first (0) or last (-1) ink of the row nearest to `level` (0..1 from the top)."""
    solid = placed.ink > placed.ink.max() // 2
    rows = np.flatnonzero(solid.any(axis=1))
    row = int(rows[np.argmin(np.abs(rows - level * len(solid)))])
    return placed.box.left + int(np.flatnonzero(solid[row])[end]), placed.box.top + row


def _scaled(glyph: Glyph, scale: float) -> Gray:
    """The glyph's ink at `scale` times its size."""
    if abs(scale - 1) < 0.02:
        return glyph.ink
    rows, columns = glyph.ink.shape
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return opencv.resize(glyph.ink, size, smooth)


def _clearance(before: tuple[int, Gray], after: tuple[int, Gray], reach: int) -> int:
    """The fewest clear pixels between two inks on any row, boxes side by side (0 if no row has both)."""
    top = min(before[0], after[0])
    bottom = max(before[0] + before[1].shape[0], after[0] + after[1].shape[0])
    ends = np.full((2, bottom - top), np.inf)
    for n, (start, ink) in enumerate((before, after)):
        solid = np.asarray(ink[:, ::-1] if n == 0 else ink) > 127
        inked = solid.any(axis=1)
        rows = np.flatnonzero(inked)
        ends[n, rows + start - top] = solid[rows].argmax(axis=1)
    widened = _lowest_nearby(ends[0], reach)
    fewest = float(np.min(widened + ends[1]))
    return int(fewest) if np.isfinite(fewest) else 0


def _lowest_nearby(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """For each of `values` (N,), the least within `reach` places."""
    padded = np.pad(values, reach, constant_values=np.inf)
    low: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    return low


def _assembled(text: str, origin: list[tuple[str, int, int, Gray]], margin_px: int) -> Written:
    """Put the characters into one layer, the darker ink winning where two meet."""
    left = min(x for _, x, _, _ in origin) - margin_px
    top = min(y for _, _, y, _ in origin) - margin_px
    right = max(x + ink.shape[1] for _, x, _, ink in origin) + margin_px
    bottom = max(y + ink.shape[0] for _, _, y, ink in origin) + margin_px
    layer = np.zeros((bottom - top, right - left), np.uint8)
    placed = []
    for character, x, y, ink in origin:
        box = Box(x - left, y - top, x - left + ink.shape[1], y - top + ink.shape[0])
        window = layer[box.top : box.bottom, box.left : box.right]
        np.maximum(window, ink, out=window)
        placed.append(Placed(character, box, ink))
    return Written(text, layer, float(-top), tuple(placed))
