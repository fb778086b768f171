"""What the speed is measured on, drawn by the project's own generator: nothing needs to be fetched."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from digitocr.records import Gray
from digitocr.synthesis.drawings import digits
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.sheet import BLUE, WHITE, Sheet
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, random_spacing, write_number

A4_300_DPI = (2480, 3508)
NUMBERS_A_PAGE = 10
DIGITS_A_NUMBER = 6


def draw_page(file: Path, seed: int) -> tuple[str, ...]:
    """An A4 page of 60 handwritten digits at 8.7 megapixels; returns its numbers from the top."""
    rng = np.random.default_rng(seed)
    sheet = Sheet(rng, *A4_300_DPI, WHITE)
    hand = StrokeHand(rng, 90)
    spacing = Spacing(gap=0.2, gap_spread=0.05, wobble=0.03, size_spread=0.04)
    for n in range(NUMBERS_A_PAGE):
        base = 420 + 300 * n
        sheet.rule((200, base + 30), (2280, base + 30), (0.6, 0.6, 0.65), 3)
        sheet.write(hand, digits(rng, DIGITS_A_NUMBER), (900, base), 90, colour=BLUE, spacing=spacing)
    Image.fromarray(sheet.scanned()).save(file, quality=90)
    return tuple(text for text, _ in sheet.numbers)


def draw_line(rng: np.random.Generator) -> tuple[Gray, str]:
    """A small picture (h, w) uint8 of one number of three to seven digits, and the number."""
    size = float(rng.uniform(24, 44))
    text = digits(rng, int(rng.integers(3, 8)))
    written = write_number(rng, StrokeHand(rng, size), text, size, random_spacing(rng), margin_px=10)
    return put_on_paper(rng, written.ink, writing_px=size), text


def draw_lines(folder: Path, count: int, seed: int) -> list[Gray]:
    """`count` small numbers as PNG files in a folder; returns the pictures too."""
    rng = np.random.default_rng(seed)
    pictures = [draw_line(rng)[0] for _ in range(count)]
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number:05}.png"), picture)
    return pictures
