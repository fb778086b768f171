"""Printed characters from installed fonts."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitocr.imaging.crop import tight_box
from digitocr.training.synth.glyphs import Glyph

FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
SUFFIXES = frozenset({".ttf", ".otf"})
DIGITS = "0123456789"
LOAD_PX = 48  # fonts are opened at this size once; glyphs are scaled from it


@cache
def installed_fonts() -> tuple[Path, ...]:
    """The installed fonts whose ten digits are ten different, upright-cut shapes, sorted by name."""
    folders = [Path(f).expanduser() for f in FOLDERS.get(sys.platform, FOLDERS["linux"])]
    files = {file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES}
    return tuple(sorted((file for file in files if _has_digits(file)), key=lambda file: file.name))


def _has_digits(file: Path) -> bool:
    try:
        shapes = {_mask(file, digit).tobytes() for digit in DIGITS}
        letters = {_mask(file, letter).tobytes() for letter in "aA"}
    except (OSError, ValueError):
        return False
    # A font of symbols draws the same box for every character, or no letters.
    return len(shapes) == len(DIGITS) and len(letters) == 2 and not shapes & letters


@cache
def _font(file: Path | None) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(file), LOAD_PX) if file else ImageFont.load_default(LOAD_PX)


@cache
def _mask(file: Path | None, text: str) -> np.ndarray:
    """(160, 160) uint8 with the character drawn with its baseline at row 110, 255 = ink."""
    image = Image.new("L", (160, 160))
    ImageDraw.Draw(image).text((50, 110), text, fill=255, font=_font(file), anchor="ls")
    return np.asarray(image)


class PrintHand:
    """One font at one size. It draws any character the font has; a blank or unknown one is a KeyError."""

    def __init__(self, rng: np.random.Generator, size_px: float, fonts: Sequence[Path]) -> None:
        """Choose one of `fonts` at random, Pillow's own for none; its digits are `size_px` high."""
        self._size = size_px
        self._font = fonts[int(rng.integers(len(fonts)))] if fonts else None

    def draw(self, text: str) -> Glyph:
        mask = _mask(self._font, text)
        left, top, right, bottom = tight_box(mask)
        if right <= left:
            raise KeyError(text)
        _, digit_top, _, digit_bottom = tight_box(_mask(self._font, "0"))
        ink = np.ascontiguousarray(mask[top:bottom, left:right])
        return Glyph(text, ink, float(digit_bottom - digit_top), float(110 - top))
