"""Numbers as strips for the line recogniser, varied anew each time they are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, DIGITS
from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT, TIME_STEP_PX, draw_line_image, padded_width
from digitocr.synthesis.amounts import symbols_of
from digitocr.synthesis.drawn import Hands, draw_picture

NO_LABEL = -1  # fills the labels of short numbers
STRIP_WIDTH_MAX = 384  # in pixels: longer ones are rare
STRETCH = (0.82, 1.22)
BENT, BEND_PX, BEND_EVERY_PX = 0.6, 1.1, 8  # the share of sights that bend, how far at most, and how often


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


def line_image_batches(
    strips: Sequence[LabelledLineImage], size: int, seed: int, epoch: int
) -> Iterator[tuple[Gray, NDArray[np.int32], NDArray[np.int64]]]:
    """One epoch: (n, 32, W, 1) uint8 varied strips of like width, (n, L) labels for `ctc`, and (n,) which."""
    rng = np.random.default_rng((seed, epoch))
    stretched = rng.uniform(*STRETCH, len(strips))
    padded = np.array(
        [padded_width(int(line.strip.shape[1] * by)) for line, by in zip(strips, stretched, strict=True)]
    )
    plan = []
    for width in np.unique(padded[padded <= STRIP_WIDTH_MAX]):
        members = rng.permutation(np.flatnonzero(padded == width))
        plan += [(int(width), members[n : n + size]) for n in range(0, len(members), size)]
    for n in rng.permutation(len(plan)):
        width, members = plan[n]
        batch = np.zeros((len(members), LINE_IMAGE_HEIGHT, width, 1), np.uint8)
        longest = max(1, *(len(strips[m].symbols) for m in members))
        labels = np.full((len(members), longest), NO_LABEL, np.int32)
        for row, m in enumerate(members):
            varied = vary(rng, strips[m].strip, stretched[m])
            batch[row, :, : varied.shape[1], 0] = varied
            symbols = strips[m].symbols
            labels[row, : len(symbols)] = [ALPHABET.index(symbol) for symbol in symbols]
        yield batch, labels, members


def vary(rng: np.random.Generator, strip: Gray, stretch: float) -> Gray:
    """Another sight of a strip (32, W): (32, W * stretch), sheared, moved, bent, darker, noisier."""
    rows, columns = strip.shape
    width = max(1, int(columns * stretch))
    shear, rise = rng.normal(0, 0.12), rng.uniform(0.86, 1.1)
    middle = rows / 2
    matrix = np.array(
        [
            [stretch, shear, -shear * middle],
            [rng.normal(0, 0.012), rise, middle - rise * middle + rng.normal(0, 1.2)],
        ]
    )
    view = cv2.warpAffine(strip, matrix, (width, rows), flags=cv2.INTER_LINEAR)
    chance = rng.random(4)
    if chance[3] < BENT:
        view = bend(rng, np.asarray(view, np.uint8), rng.uniform(0.2, BEND_PX))
    if chance[0] < 0.2:
        view = cv2.GaussianBlur(view, (0, 0), rng.uniform(0.4, 1.1))
    if chance[1] < 0.15:
        kernel = np.ones((2, 2), np.uint8)
        view = cv2.erode(view, kernel) if chance[1] < 0.07 else cv2.dilate(view, kernel)
    bright = view * np.float32(rng.uniform(0.65, 1.35))
    if chance[2] < 0.4:
        bright += np.float32(rng.uniform(0, 14)) * rng.standard_normal(view.shape, np.float32)
    return np.asarray(np.clip(bright, 0, 255), np.uint8)


def bend(rng: np.random.Generator, strip: Gray, amount_px: float) -> Gray:
    """Move the pixels of a strip (32, W) smoothly about, by `amount_px` at a deviation (P. Simard, 2003)."""
    rows, columns = strip.shape
    knots = (rows // BEND_EVERY_PX + 1, columns // BEND_EVERY_PX + 2)
    moves = amount_px * rng.standard_normal((*knots, 2), np.float32)
    moves = opencv.resize(moves, (columns, rows), cv2.INTER_CUBIC)
    across = moves[..., 0] + np.arange(columns, dtype=np.float32)
    down = moves[..., 1] + np.arange(rows, dtype=np.float32)[:, None]
    return np.asarray(cv2.remap(strip, across, down, cv2.INTER_LINEAR), np.uint8)
