"""Who writes on a page: a pen that keeps its digits, or a font; each writes numbers and words."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.glyphs import Glyph, Hand
from digitocr.synthesis.pages.scribble import scribbled_word
from digitocr.synthesis.writing import Spacing, write_number

VARIANTS = 5  # of each character: a pen writes them anew so many times a page, then repeats them
WRITTEN_PX = 20.0  # pens write at least as high: a thin line would be lost in fewer pixels


@dataclass(frozen=True, slots=True)
class Letter:
    """One character and its box in pixels, `right` and `bottom` exclusive."""

    text: str
    left: int
    top: int
    right: int
    bottom: int

    def shifted(self, dx: int, dy: int) -> "Letter":
        return replace(
            self, left=self.left + dx, right=self.right + dx, top=self.top + dy, bottom=self.bottom + dy
        )


@dataclass(frozen=True, slots=True, eq=False)
class WrittenInk:
    """What was written: (h, w) uint8, 255 = ink, the row of its writing line, and its characters."""

    picture: Gray
    base: float
    letters: tuple[Letter, ...] = ()


class Writer(Protocol):
    """Writes numbers and words in one hand."""

    def number(self, text: str, size_px: float) -> WrittenInk:
        """A number, digits `size_px` high."""
        ...

    def word(self, text: str, size_px: float) -> WrittenInk:
        """A word, capitals about `size_px` high."""
        ...


class PenWriter:
    """A pen: numbers by a `Hand`, words by a handwriting font or as a scribble."""

    def __init__(
        self, rng: np.random.Generator, hand: Hand, spacing: Spacing, pen: float, font: "FontWriter | None"
    ) -> None:
        """Take `pen`, the line's width in digits' heights, and a font for words: None scribbles them."""
        self._rng, self._spacing, self._pen, self._font = rng, spacing, pen, font
        self._hand = _Repeating(rng, hand)

    def number(self, text: str, size_px: float) -> WrittenInk:
        drawn_px = max(size_px, WRITTEN_PX)
        written = write_number(self._rng, self._hand, text, drawn_px, self._spacing)
        boxes = ((p.text, p.box) for p in written.placed)
        letters = tuple(Letter(text, b.left, b.top, b.right, b.bottom) for text, b in boxes)
        return _smaller(WrittenInk(written.ink, written.base, letters), size_px / drawn_px)

    def word(self, text: str, size_px: float) -> WrittenInk:
        if self._font:
            return self._font.word(text, size_px)
        picture, base = scribbled_word(self._rng, len(text), size_px, max(1.0, self._pen * size_px))
        return WrittenInk(picture, base)

    def spaced(self, gap: float) -> "PenWriter":
        """The same pen with its digits `gap` of their height apart."""
        other = PenWriter(
            self._rng, self._hand, replace(self._spacing, gap=gap, joined=0.0), self._pen, self._font
        )
        other._hand = self._hand
        return other


class _Repeating:
    """A hand that repeats the characters it wrote before."""

    def __init__(self, rng: np.random.Generator, hand: Hand) -> None:
        self._rng, self._hand = rng, hand
        self._glyphs: dict[str, list[Glyph]] = {}

    def draw(self, text: str) -> Glyph:
        if text == ":":
            return _colon(self.draw("."))
        glyphs = self._glyphs.setdefault(text, [])
        if len(glyphs) < VARIANTS:
            glyph = self._hand.draw(text)
            if glyph.ink.size:  # a faint digit may leave nothing
                glyphs.append(glyph)
                return glyph
        return glyphs[int(self._rng.integers(len(glyphs)))] if glyphs else self.draw(text)


def _colon(dot: Glyph) -> Glyph:
    """Two dots, one over the other."""
    rows, columns = dot.ink.shape
    ink = np.zeros((rows + max(rows + 1, round(0.45 * dot.size)), columns), np.uint8)
    ink[:rows], ink[-rows:] = dot.ink, dot.ink
    return Glyph(":", ink, dot.size, dot.base + ink.shape[0] - rows)


class FontWriter:
    """A font, set as its makers meant it, `tracking` of a digit's height further apart."""

    def __init__(self, file: Path, tracking: float = 0.0) -> None:
        self.file, self._tracking = file, tracking

    def number(self, text: str, size_px: float) -> WrittenInk:
        font = _font(self.file, _half(size_px / _digit_height(self.file)))
        x, letters, gap = 0.0, [], self._tracking * size_px
        pen = []
        for character in text:
            pen.append(x)
            x += font.getlength(character) + gap
        picture, origin, base = _canvas(font, x)
        draw = ImageDraw.Draw(picture)
        for character, start in zip(text, pen, strict=True):
            at = (origin + start, base)
            draw.text(at, character, fill=255, font=font, anchor="ls")
            left, top, right, bottom = draw.textbbox(at, character, font=font, anchor="ls")
            if right > left and bottom > top:
                letters.append(
                    Letter(character, int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))
                )
        return _tight(np.asarray(picture), base, letters)

    def word(self, text: str, size_px: float) -> WrittenInk:
        font = _font(self.file, _half(size_px / _digit_height(self.file)))
        picture, origin, base = _canvas(font, font.getlength(text))
        ImageDraw.Draw(picture).text((origin, base), text, fill=255, font=font, anchor="ls")
        return _tight(np.asarray(picture), base, [])


def _smaller(ink: WrittenInk, scale: float) -> WrittenInk:
    if scale == 1:
        return ink
    rows, columns = (max(1, round(side * scale)) for side in ink.picture.shape)
    picture = opencv.resize(ink.picture, (columns, rows))
    boxes = ((n.text, (n.left, n.top, n.right, n.bottom)) for n in ink.letters)
    letters = tuple(Letter(text, *(round(side * scale) for side in box)) for text, box in boxes)
    return WrittenInk(picture, ink.base * scale, letters)


def _half(size: float) -> float:
    """Font sizes go by half points, so that few fonts are opened."""
    return max(4.0, round(2 * size) / 2)


@cache
def _digit_height(file: Path) -> float:
    """The height of the digit 0 at a font size of 1."""
    _, top, _, bottom = ImageFont.truetype(str(file), 100).getbbox("0", anchor="ls")
    return max(0.3, (bottom - top) / 100)


@lru_cache(maxsize=64)
def _font(file: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), size)


def _canvas(font: ImageFont.FreeTypeFont, width: float) -> tuple[Image.Image, int, int]:
    """An empty picture for a text of some width, where the text starts and the row of its writing line."""
    em = int(np.ceil(font.size))
    return Image.new("L", (int(width) + 3 * em, 4 * em), 0), em, 2 * em


def _tight(picture: Gray, base: float, letters: list[Letter]) -> WrittenInk:
    left, top, width, height = cv2.boundingRect(picture)
    if not width:  # the font has no such character
        return WrittenInk(np.zeros((1, 1), np.uint8), 0.0)
    ink = np.ascontiguousarray(picture[top : top + height, left : left + width])
    return WrittenInk(ink, base - top, tuple(letter.shifted(-left, -top) for letter in letters))
