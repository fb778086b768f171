"""A canvas that knows what it draws: darkness for the eye, and for each map what is there."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.maps import CORE_END, CORE_MARGIN, MAP_NAMES, height_level
from digitocr.records import Box, Gray
from digitocr.synthesis.pages.writers import Letter, Writer

Floats = NDArray[np.float32]
Point = tuple[float, float]

CORE_END_NARROW = 0.3  # of a narrow digit's width: what the core leaves free at both ends
LINKED_GAP = 0.55  # of a digit's height: what is wider apart has a link, not a core, between
SUBPIXEL_BITS = 4
_UNIT = 1 << SUBPIXEL_BITS


class Canvas:
    """A picture (H, W) and its maps at the same size."""

    def __init__(self, rows: int, columns: int, margin_px: int | None = None) -> None:
        """Make an empty one; with a margin, numbers that reach into it or lie on another are left out."""
        self.shape = (rows, columns)
        self.numbers: list[tuple[str, Box]] = []  # what was written, and where
        self.letters: list[Letter] = []  # the characters of all numbers
        self._margin = margin_px
        self.dark: Floats = np.zeros(self.shape, np.float32)  # how much of the ground the ink covers, 0..1
        self.ground: Floats = np.zeros(self.shape, np.float32)  # how dark the paper is printed, 0..1
        self.maps = {name: np.zeros(self.shape, np.uint8) for name in MAP_NAMES}

    def put(self, ink: Gray, left: float, top: float, strength: float, kind: str | None) -> None:
        """Lay ink (h, w) uint8, 255 = ink, with its corner at (left, top), and in the map `kind`, if any."""
        x, y = round(left), round(top)
        rows, columns = self.shape
        x0, y0, x1, y1 = max(0, x), max(0, y), min(columns, x + ink.shape[1]), min(rows, y + ink.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        part = ink[y0 - y : y1 - y, x0 - x : x1 - x]
        window = self.dark[y0:y1, x0:x1]
        np.maximum(window, part * np.float32(strength / 255), out=window)
        if kind:
            window_map = self.maps[kind][y0:y1, x0:x1]
            np.maximum(window_map, part, out=window_map)

    def stroke(
        self,
        points: Sequence[Point],
        thick_px: float,
        strength: float,
        kind: str | None,
        *,
        closed: bool = False,
    ) -> None:
        """Draw a line through points (x, y); one thinner than a pixel is fainter instead."""
        xy = np.asarray(points, float)
        low = np.maximum(np.floor(xy.min(0) - thick_px - 2), 0).astype(int)
        high = np.minimum(np.ceil(xy.max(0) + thick_px + 2), (self.shape[1], self.shape[0])).astype(int)
        if (high <= low).any():
            return
        ink = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        fixed = np.round((xy - low) * _UNIT).astype(np.int32)
        cv2.polylines(ink, [fixed], closed, 255, max(1, round(thick_px)), cv2.LINE_AA, SUBPIXEL_BITS)
        self.put(ink, int(low[0]), int(low[1]), strength * min(1.0, thick_px), kind)

    def line(self, start: Point, end: Point, thick_px: float, strength: float) -> None:
        """Rule a line."""
        self.stroke((start, end), thick_px, strength, "line")

    def box(self, sides: tuple[float, float, float, float], thick_px: float, strength: float) -> None:
        """Rule the four sides of a box."""
        left, top, right, bottom = sides
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.stroke(corners, thick_px, strength, "line", closed=True)

    def shade(self, left: float, top: float, right: float, bottom: float, darkness: float) -> None:
        """Print a ground: where it is dark, ink that is laid on it is light."""
        x0, y0, x1, y1 = (max(0, round(v)) for v in (left, top, right, bottom))
        self.ground[y0:y1, x0:x1] = darkness

    def cover(self, outline: Sequence[Point], darkness: float) -> None:
        """Lay something over the page, of which nothing shows then: a desk, a thumb, a scanner's black."""
        area = np.zeros(self.shape, np.uint8)
        points = np.round(np.asarray(outline) * _UNIT).astype(np.int32)
        cv2.fillPoly(area, [points], 1, cv2.LINE_8, SUBPIXEL_BITS)
        hidden = area > 0
        self.dark[hidden] = 0
        self.ground[hidden] = darkness
        for layer in self.maps.values():
            layer[hidden] = 0

    def number(
        self, writer: Writer, text: str, at: Point, size_px: float, strength: float, *, align: str = "l"
    ) -> list[Letter]:
        """Write a number and mark its core, its links and its height.

        Args:
            writer: who writes it.
            text: digits, with signs and separators.
            at: x of the left end, the right end or the middle, by `align`, and y of the writing line.
            size_px: the height of a full digit.
            strength: how dark the pen is, 0..1.
            align: "l", "r" or "c".

        Returns:
            Its characters, where they stand.
        """
        ink, (x, base) = writer.number(text, size_px), at
        width = ink.picture.shape[1]
        left = round(x if align == "l" else x - width if align == "r" else x - width / 2)
        top = round(base - ink.base)
        box = Box(left, top, left + width, top + ink.picture.shape[0])
        if self._margin is not None and not self._is_free(box, round(0.45 * size_px)):
            return []
        self.numbers.append((text, box))
        self.put(ink.picture, left, top, strength, "digit")
        letters = [letter.shifted(left, top) for letter in ink.letters]
        self.mark_number(letters, size_px)
        return letters

    def mark_number(self, letters: Sequence[Letter], size_px: float, *, joined: bool = False) -> None:
        """Mark the core, the links and the height of a number whose ink is laid; letters are in pixels here.

        With `joined` there are no links: the core goes on however far its digits are apart.
        """
        self.letters += letters
        digits = [n for n, letter in enumerate(letters) if letter.text.isdigit()]
        if not digits:
            return
        # A sign before the first digit or after the last is ink of the number, but no part of its core.
        inside = letters[digits[0] : digits[-1] + 1]
        bands = [_band(letter) for letter in inside if letter.text.isdigit()]
        level = max(1, round(height_level(size_px)))  # 0 says that there is no number
        top, bottom = min(a.top for a in inside), max(a.bottom for a in inside)
        cv2.rectangle(self.maps["height"], (inside[0].left, top), (inside[-1].right, bottom), level, -1)
        for n, (left, right, above, below) in enumerate(bands):
            first, last = n == 0, n == len(bands) - 1
            narrow = CORE_END_NARROW * (right - left)
            start = left + min(CORE_END * size_px, narrow) if first else left
            end = right - min(CORE_END * size_px, narrow) if last else right
            self._fill("core", (start, above), (end, above), (end, below), (start, below))
        apart = _gaps(inside)
        for n, ((_, right, above, below), (left, _, above2, below2)) in enumerate(pairwise(bands)):
            gap = ((right, above), (left, above2), (left, below2), (right, below))
            linked = apart[n] > LINKED_GAP * size_px and not joined
            self._fill("link" if linked else "core", *gap)

    def link(self, letters: Sequence[Letter], size_px: float) -> None:
        """Mark digits, each marked as a number by itself, as one number, as in digit boxes."""
        bands = [_band(letter) for letter in letters]
        for (left1, right, above, below), (left, right2, above2, below2) in pairwise(bands):
            inset1, inset2 = (
                min(CORE_END * size_px, CORE_END_NARROW * w) for w in (right - left1, right2 - left)
            )
            ends = (
                (right - inset1, above),
                (left + inset2, above2),
                (left + inset2, below2),
                (right - inset1, below),
            )
            self._fill("link", *ends)

    def word(
        self, writer: Writer, text: str, at: Point, size_px: float, strength: float, *, align: str = "l"
    ) -> float:
        """Write a word, which is other ink; returns its width."""
        ink, (x, base) = writer.word(text, size_px), at
        width = ink.picture.shape[1]
        left = x if align == "l" else x - width if align == "r" else x - width / 2
        self.put(ink.picture, left, base - ink.base, strength, "other")
        return float(width)

    def _is_free(self, box: Box, apart_px: int) -> bool:
        """Whether a number may stand in a box: inside the margin, with no ink in it or beside it."""
        rows, columns = self.shape
        margin = self._margin or 0
        inside = Box(0, 0, columns, rows).inset(margin).contains(box)
        window = (
            slice(max(0, box.top), box.bottom),
            slice(max(0, box.left - apart_px), box.right + apart_px),
        )
        return inside and not any(self.maps[name][window].any() for name in ("digit", "other"))

    def _fill(self, kind: str, *corners: Point) -> None:
        points = np.round(np.asarray(corners) * _UNIT).astype(np.int32)
        cv2.fillConvexPoly(self.maps[kind], points, 255, cv2.LINE_8, SUBPIXEL_BITS)


def _band(letter: Letter) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a digit's core."""
    margin = CORE_MARGIN * (letter.bottom - letter.top)
    return letter.left, letter.right, letter.top + margin, letter.bottom - margin


def _gaps(letters: Sequence[Letter]) -> list[float]:
    """For each digit but the last, the widest gap between characters up to the next digit."""
    gaps: list[float] = []
    for letter, following in pairwise(letters):
        clear = float(following.left - letter.right)
        if letter.text.isdigit():
            gaps.append(clear)
        else:
            gaps[-1] = max(gaps[-1], clear)
    return gaps
