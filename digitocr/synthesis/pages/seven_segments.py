"""Digits of a seven-segment display."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.pages.writers import Letter, WrittenInk

# The bars that each digit lights: top, upper left and right, middle, lower left and right, foot.
BARS = {
    "0": "1110111", "1": "0010010", "2": "1011101", "3": "1011011", "4": "0111010",
    "5": "1101011", "6": "1101111", "7": "1010010", "8": "1111111", "9": "1111011",
}  # fmt: skip
MINUS = "0001000"
BAR_CLEARANCE = 0.12  # of a digit's height, between two digits
OVERSAMPLING = 4  # digits are drawn so many times larger, then reduced


class SevenSegments:
    """Writes numbers as one display shows them: the width of its bars and how far they lean stay the same."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._width, self._lean = rng.uniform(0.42, 0.62), rng.uniform(0, 0.14)
        self._bar, self._clear = rng.uniform(0.09, 0.17), rng.uniform(0.0, 0.03)

    def number(self, text: str, size_px: float) -> WrittenInk:
        """As `Writer.number`; all but digits are drawn as a minus."""
        glyphs = [self._glyph(BARS.get(character, MINUS), size_px) for character in text]
        apart = np.zeros((glyphs[0].shape[0], max(1, round(BAR_CLEARANCE * size_px))), np.uint8)
        letters, left = [], 0
        for character, glyph in zip(text, glyphs, strict=True):
            x, y, width, height = cv2.boundingRect(glyph)
            letters.append(Letter(character, left + x, y, left + x + width, y + height))
            left += glyph.shape[1] + apart.shape[1]
        picture = np.concatenate([part for glyph in glyphs for part in (glyph, apart)], axis=1)
        return WrittenInk(picture, float(picture.shape[0]), tuple(letters))

    def word(self, text: str, size_px: float) -> WrittenInk:
        """As many minuses as the word has letters: a display spells no words."""
        return self.number("-" * len(text), size_px)

    def _glyph(self, lit: str, size_px: float) -> Gray:
        tall = size_px * OVERSAMPLING
        ink = np.zeros((round(tall), round((self._width + self._lean) * tall) + 1), np.uint8)
        for bar, on in zip(self._bars(), lit, strict=True):
            if on == "1":
                outline = bar.copy()
                outline[:, 0] += self._lean * (1 - outline[:, 1])
                cv2.fillPoly(ink, [np.round(outline * tall * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        size = max(1, round(ink.shape[1] / OVERSAMPLING)), max(1, round(ink.shape[0] / OVERSAMPLING))
        return opencv.resize(ink, size)

    def _bars(self) -> Iterator[NDArray[np.float64]]:
        """The outlines (6, 2) of the seven bars in (x, y), in shares of a digit's height."""
        half = self._bar / 2
        left, right = half, self._width - half
        levels = (half, 0.5, 1 - half)
        for n in range(7):
            across = n in (0, 3, 6)
            if across:
                start, end = (left, levels[n // 3]), (right, levels[n // 3])
            else:
                x, row = (left if n in (1, 4) else right), n // 4
                start, end = (x, levels[row]), (x, levels[row + 1])
            along, normal = np.array([(1.0, 0.0), (0.0, 1.0)] if across else [(0.0, 1.0), (1.0, 0.0)])
            a, b = np.array(start) + self._clear * along, np.array(end) - self._clear * along
            shoulder, side = half * along, half * normal
            yield np.array([
                a, a + shoulder + side, b - shoulder + side, b, b - shoulder - side, a + shoulder - side,
            ])  # fmt: skip
