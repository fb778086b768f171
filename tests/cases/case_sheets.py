"""Sheets on which the cases are drawn, and what is drawn on them by hand."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.synthesis.sheet import BLUE, WHITE, Sheet
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing

SEED = 7  # of a hand that is read well: what is asked here is whether it is found
NEAR = Spacing(gap=0.17, gap_spread=0.03, wobble=0.02, size_spread=0.03)
APART = Spacing(gap=0.9, gap_spread=0.1, wobble=0.05, size_spread=0.04)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture (H, W) uint8 and the digits of the numbers in it."""

    gray: np.ndarray
    numbers: tuple[str, ...]


def paper(width, height, seed=SEED):
    rng = np.random.default_rng(seed)
    return Sheet(rng, width, height, WHITE), rng


def scanned(sheet):
    return cv2.cvtColor(sheet.scanned(), cv2.COLOR_RGB2GRAY)


def case(sheet, *numbers):
    return Case(scanned(sheet), numbers)


def write(sheet, rng, lines, size, spacing, colour=BLUE, seed_hand=None):
    """Write (text, left, base) in one hand."""
    hand = seed_hand or StrokeHand(rng, size)
    for text, left, base in lines:
        sheet.write(hand, text, (left, base), size, colour=colour, spacing=spacing)
