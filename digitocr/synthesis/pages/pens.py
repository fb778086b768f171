"""The pens and fonts of a run: whose digits and letters pages are written with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.collected import CollectedHand
from digitocr.synthesis.glyphs import Glyph, Hand
from digitocr.synthesis.pages.writers import FontWriter, PenWriter, Writer
from digitocr.synthesis.print import installed_fonts
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import random_spacing

# Parts of the names of installed fonts that look like handwriting.
HANDWRITTEN = ("breip", "dkg", "ecolier", "humor", "isabella", "rufscript")
PEN_WIDTHS = (0.035, 0.13)  # of a digit's height, from a pencil to a felt pen
SCRIBBLING = 0.4  # of the pens whose words are scribbles; the others' come from a handwriting font
# Shares of pens from collected digits and from UNIPEN; the rest is drawn.
PAGE_COLLECTED_SHARE, STROKES = 0.35, 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """Digits of real pens: `crops` (N, 28, 28) uint8, light on dark, and for each digit the crops of it."""

    crops: Gray
    by_label: dict[str, NDArray[np.intp]]


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Digits as lines of the pen: for each digit its strokes (P, 2) int16, its label and its writer."""

    strokes: list[list[NDArray[np.int16]]]
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]


@dataclass(frozen=True)
class Pens:
    """What a run draws with: digits of real pens, installed fonts, and fonts like handwriting."""

    collected: Sequence[Collected] = ()
    strokes: Strokes | None = None
    fonts: tuple[Path, ...] = field(default_factory=installed_fonts)
    hands: tuple[Path, ...] = ()

    @cached_property
    def handwriting(self) -> tuple[Path, ...]:
        installed = (f for f in self.fonts if any(part in f.name.lower() for part in HANDWRITTEN))
        return (*installed, *self.hands)

    @cached_property
    def print(self) -> tuple[Path, ...]:
        handwriting = set(self.handwriting)
        return tuple(f for f in self.fonts if f not in handwriting)

    def printer(self, rng: np.random.Generator) -> FontWriter:
        """Some font, most set as it is meant to be.

        Raises:
            ValueError: no font is installed.
        """
        fonts = self.print
        if not fonts:
            raise ValueError("no fonts are installed; install some, such as Debian's fonts-dejavu")
        tracking = float(rng.uniform(0.05, 0.5)) if rng.random() < 0.12 else 0.0
        return FontWriter(fonts[int(rng.integers(len(fonts)))], tracking)

    def pen(self, rng: np.random.Generator, size_px: float) -> Writer:
        """Some hand with some pen, whose digits keep together."""
        spacing = random_spacing(rng)
        if spacing.gap > 0.3:
            spacing = random_spacing(rng)
        width = float(np.exp(rng.uniform(*np.log(PEN_WIDTHS))))
        fonts = self.handwriting
        font = None
        if fonts and rng.random() > SCRIBBLING:
            font = FontWriter(fonts[int(rng.integers(len(fonts)))])
        return PenWriter(rng, self._hand(rng, size_px, width), spacing, width, font)

    def _hand(self, rng: np.random.Generator, size_px: float, width: float) -> Hand:
        draw, drawn = rng.random(), StrokeHand(rng, size_px)
        if draw < PAGE_COLLECTED_SHARE and self.collected:
            pens = self.collected[int(rng.integers(len(self.collected)))]
            return CollectedHand(rng, size_px, pens.crops, pens.by_label, marks=drawn)
        if draw < PAGE_COLLECTED_SHARE + STROKES and self.strokes:
            return _StrokesHand(rng, size_px, width, self.strokes, drawn)
        return drawn


class _StrokesHand:
    """One UNIPEN writer's digits with some pen; another hand for what the writer lacks."""

    def __init__(
        self, rng: np.random.Generator, size_px: float, width: float, strokes: Strokes, marks: Hand
    ) -> None:
        self._rng, self._size, self._width, self._strokes, self._marks = rng, size_px, width, strokes, marks
        writers = strokes.writers
        self._own = np.flatnonzero(writers == writers[int(rng.integers(len(writers)))])

    def draw(self, text: str) -> Glyph:
        if not text.isdigit():
            return self._marks.draw(text)
        own = self._own[self._strokes.labels[self._own] == int(text)]
        if not len(own):
            return self._marks.draw(text)
        strokes = self._strokes.strokes[int(self._rng.choice(own))]
        points = np.concatenate(strokes).astype(float)
        low, tall = points.min(0), max(1.0, float(np.ptp(points[:, 1])))
        pen = max(1.0, 2 * self._width * self._size)
        scale = max(4.0, 2 * self._size - pen) / tall
        wide = float(np.ptp(points[:, 0])) * scale
        ink = np.zeros((int(tall * scale + pen) + 3, int(wide + pen) + 3), np.uint8)
        for stroke in strokes:
            xy = np.round(((stroke - low) * scale + pen / 2 + 1) * 16).astype(np.int32)
            cv2.polylines(ink, [xy], False, 255, max(1, round(pen)), cv2.LINE_AA, 4)
        small = (max(1, round(ink.shape[1] / 2)), max(1, round(ink.shape[0] / 2)))
        ink = opencv.resize(ink, small)
        return Glyph(text, ink, self._size, float(ink.shape[0]))
