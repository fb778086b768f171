"""Handwriting that is no number: lines of a pen that look like words from afar, signatures and flourishes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray
from digitocr.synthesis.strokes import smooth

TALL, DEEP = 0.25, 0.12  # the shares of letters that reach up as high as a capital, and down below the line


def scribbled_word(
    rng: np.random.Generator, letters: int, size_px: float, pen_px: float
) -> tuple[Gray, float]:
    """A joined word.

    Args:
        rng: the source of every choice.
        letters: about how many letters it has.
        size_px: the height of its tall letters.
        pen_px: the width of the pen's line.

    Returns:
        Its ink (h, w) uint8, cut tight, and the row of its writing line.
    """
    x_height = rng.uniform(0.4, 0.65)
    pitch = rng.uniform(0.28, 0.6)  # the width of a letter, of the size
    slant = rng.normal(0.25, 0.25)
    points: list[tuple[float, float]] = [(0.0, 0.0)]
    strokes: list[NDArray[np.float64]] = []
    x = 0.0
    for _ in range(max(1, letters)):
        kind = rng.random()
        top = 1.0 if kind < TALL else x_height * rng.uniform(0.8, 1.15)
        foot = -0.4 if kind > 1 - DEEP else 0.0
        loops = int(rng.integers(1, 4))
        for _ in range(loops):
            width = pitch * rng.uniform(0.5, 1.1) / loops
            # Up and over, down the stem, and on along the line: a loop, an arch or a cup, as it comes.
            points += [(x + width * rng.uniform(0.2, 0.8), top * rng.uniform(0.85, 1.05))]
            points += [(x + width * rng.uniform(-0.2, 0.7), foot + rng.normal(0, 0.05))]
            points += [(x + width, rng.uniform(0.0, 0.35) * x_height)]
            x += width
            top = x_height
        if rng.random() < 0.2:  # the pen is lifted
            strokes.append(np.asarray(points))
            points = [(x + 0.05, rng.uniform(0, x_height))]
        if rng.random() < 0.12:  # a dot or a bar
            y = rng.uniform(x_height + 0.1, 1.1)
            strokes.append(np.array([(x - 0.1, y), (x + rng.uniform(-0.08, 0.25), y + rng.normal(0, 0.04))]))
    strokes.append(np.asarray(points))
    return _inked([s for s in strokes if len(s) > 1], size_px, pen_px, slant)


def signature(rng: np.random.Generator, size_px: float, pen_px: float) -> tuple[Gray, float]:
    """A name written fast: large loops and a line under them; as `scribbled_word`."""
    count = int(rng.integers(6, 16))
    x = np.cumsum(rng.uniform(-0.1, 0.5, count))
    y = rng.uniform(-0.4, 1.2, count) * np.linspace(1.2, 0.5, count)
    strokes = [np.stack([x, y], 1)]
    if rng.random() < 0.6:
        strokes.append(np.array([(0.0, -0.3), (x.max() * 0.5, -0.45), (x.max() + 0.3, -0.2)]))
    return _inked(strokes, size_px, pen_px, rng.normal(0.2, 0.2))


def _inked(
    strokes: list[NDArray[np.float64]], size_px: float, pen_px: float, slant: float
) -> tuple[Gray, float]:
    """Strokes (N, 2) of (x, y up from the line) in shares of the size, drawn and cut tight."""
    curves = [smooth(stroke) for stroke in strokes]
    curves = [np.stack([c[:, 0] + slant * c[:, 1], -c[:, 1]], 1) * size_px for c in curves]
    low = np.min([c.min(0) for c in curves], axis=0) - pen_px - 2
    high = np.max([c.max(0) for c in curves], axis=0) + pen_px + 2
    width, height = (int(v) for v in np.ceil(high - low))
    ink = np.zeros((height, width), np.uint8)
    for curve in curves:
        points = np.round((curve - low) * 16).astype(np.int32)
        cv2.polylines(ink, [points], False, 255, max(1, round(pen_px)), cv2.LINE_AA, 4)
    return ink, float(-low[1])
