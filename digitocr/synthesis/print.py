"""Printed characters from installed fonts."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitocr.alphabet import DIGITS
from digitocr.imaging.normaliser import tight_box
from digitocr.synthesis.glyphs import Glyph

FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
SUFFIXES = frozenset({".ttf", ".otf"})
PRINTED_MARKS = ".,-/+=&"
OLD_STYLE = 0.2  # of the fonts are drawn with old-style figures: some low, some below the line
LOW, BELOW = frozenset("012"), frozenset("34579")
LOW_HEIGHT, DROP = (0.66, 0.8), (0.2, 0.32)  # of a full figure's height
UNASSIGNED = "\U0010fffd"  # fonts draw a box for what they lack, as for this private character
LOAD_PX = 48  # fonts are opened at this size once; glyphs are scaled from it


@cache
def installed_fonts() -> tuple[Path, ...]:
    """The installed fonts that have marks, and ten digits that are ten different shapes, sorted by name."""
    folders = [Path(f).expanduser() for f in FOLDERS.get(sys.platform, FOLDERS["linux"])]
    files = {file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES}
    return tuple(sorted((file for file in files if _has_digits(file)), key=lambda file: file.name))


def _has_digits(file: Path) -> bool:
    try:
        shapes = {_mask(file, digit).tobytes() for digit in DIGITS}
        letters = {_mask(file, letter).tobytes() for letter in "aA"}
        complete = not any(_lacks(file, character) for character in PRINTED_MARKS + "aA")
    except (OSError, ValueError):
        return False
    # A font of symbols draws the same box for every character, or no letters, or pictures without holes.
    distinct = len(shapes) == len(DIGITS) and len(letters) == 2 and not shapes & letters
    return complete and distinct and _holes(_mask(file, "8")) == 2


def _holes(mask: np.ndarray) -> int:
    """How many pieces of paper the ink of `mask` encloses."""
    paper = np.asarray(mask < 128, np.uint8)
    return cv2.connectedComponents(paper, connectivity=4)[0] - 2  # itself and the ground are counted too


@cache
def _font(file: Path | None) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(file), LOAD_PX) if file else ImageFont.load_default(LOAD_PX)


@cache
def _mask(file: Path | None, text: str) -> np.ndarray:
    """(160, 160) uint8 with the character drawn with its baseline at row 110, 255 = ink."""
    image = Image.new("L", (160, 160))
    ImageDraw.Draw(image).text((50, 110), text, fill=255, font=_font(file), anchor="ls")
    return np.asarray(image)


def _lacks(file: Path | None, text: str) -> bool:
    mask = _mask(file, text)
    return not mask.any() or np.array_equal(mask, _mask(file, UNASSIGNED))


class PrintHand:
    """One font at one size. It draws any character the font has; a blank or unknown one is a KeyError."""

    def __init__(self, rng: np.random.Generator, size_px: float, fonts: Sequence[Path]) -> None:
        """Choose one of `fonts` at random, Pillow's own for none; its digits are `size_px` high."""
        self._size = size_px
        self._font = fonts[int(rng.integers(len(fonts)))] if fonts else None
        old = rng.random() < OLD_STYLE
        self._low = rng.uniform(*LOW_HEIGHT) if old else 1.0
        self._drop = rng.uniform(*DROP) if old else 0.0

    def draw(self, text: str) -> Glyph:
        """Draw a character.

        Raises:
            KeyError: the font does not have it.
        """
        mask = _mask(self._font, text)
        if _lacks(self._font, text):
            raise KeyError(text)
        left, top, right, bottom = tight_box(mask)
        _, digit_top, _, digit_bottom = tight_box(_mask(self._font, "0"))
        ink = np.ascontiguousarray(mask[top:bottom, left:right])
        full = float(digit_bottom - digit_top)
        size = full / self._low if text in LOW else full
        base = 110 - top - (self._drop * full if text in BELOW else 0.0)
        return Glyph(text, ink, size, float(base))
