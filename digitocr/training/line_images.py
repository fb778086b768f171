"""Lines as the line recogniser meets them: images of one height, and what they say."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digitocr.alphabet import DIGITS
from digitocr.records import Gray
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import TIME_STEP_PX, draw_line_image
from digitocr.synthesis.amounts import symbols_of
from digitocr.synthesis.drawn import Hands, draw_picture

STRETCH = (0.82, 1.22)  # how narrow and how wide a line image is made as it is met


@dataclass(frozen=True, slots=True, eq=False)
class LabelledLineImage:
    """A line as the line recogniser meets it: `strip` (32, W) uint8, and the `symbols` that it says."""

    strip: Gray
    symbols: str


def label_strip(gray: Gray, symbols: str) -> LabelledLineImage | None:
    """The strip of a picture (H, W) uint8, dark on light, of one line that says `symbols`.

    Returns:
        None where there is no ink, or where the strip is too narrow for its time steps to spell the line.
    """
    segments, _ = segment_line(gray)
    if segments is None:
        return None
    strip = draw_line_image(segments)
    return LabelledLineImage(strip, symbols) if spells(strip, symbols) else None


def spells(strip: Gray, symbols: str) -> bool:
    """Whether a strip (32, W), however it is varied, has time steps enough to spell `symbols`."""
    repeats = sum(symbol == following for symbol, following in pairwise(symbols))
    digits = sum(symbol in DIGITS for symbol in symbols)
    needed = max(len(symbols) + repeats, 2 * digits)
    return bool(needed * TIME_STEP_PX <= STRETCH[0] * strip.shape[1])


def draw_labelled_line(rng: np.random.Generator, hands: Hands) -> LabelledLineImage | None:
    """Draw one number; None for one that `label_strip` gives up."""
    gray, number, _ = draw_picture(rng, hands)
    return label_strip(gray, symbols_of(number.text))
