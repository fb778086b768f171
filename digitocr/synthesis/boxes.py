"""Rows of printed boxes, one for each character, as forms have them; some with a guide to write over."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from digitocr.records import Gray
from digitocr.synthesis.patterns import SUBPIXEL, Layer
from digitocr.synthesis.writing import Written

GUIDED = 0.5  # of the rows print an eight into each box, as seven segments
EMPTY_MAX = 3  # boxes without a character before the number


def print_boxes(rng: np.random.Generator, number: Written, size_px: float) -> tuple[Written, Layer]:
    """Print a box about each character of `number`, and perhaps empty ones before it.

    Args:
        rng: The source of every choice.
        number: Characters set wide, in a layer (H, W).
        size_px: The height of a full digit.

    Returns:
        The number in a layer (H, W + room for the empty boxes), and the print on it: float32, 0 none, 1 all.
    """
    middles = [(p.box.left + p.box.right) / 2 for p in number.placed]
    step = float(np.median(np.diff(middles))) if len(middles) > 1 else size_px * rng.uniform(1.1, 1.8)
    empty = int(rng.integers(0, EMPTY_MAX + 1))
    room = max(0, round(empty * step + size_px - middles[0])) if empty else 0
    ink = np.pad(number.ink, ((0, 0), (room, 0)))
    placed = tuple(replace(p, box=p.box.shifted(room, 0)) for p in number.placed)
    middles = [middles[0] + room - step * n for n in range(empty, 0, -1)] + [m + room for m in middles]
    nearest = min((b - a for a, b in pairwise(middles)), default=step)
    wide, high = nearest * rng.uniform(0.38, 0.5), size_px * rng.uniform(0.55, 0.9)
    level = float(np.mean([(p.box.top + p.box.bottom) / 2 for p in placed])) + rng.normal(0, 0.05) * size_px
    canvas = np.zeros(ink.shape, np.uint8)
    thick = max(1, round(size_px * rng.uniform(0.02, 0.07)))
    guided = rng.random() < GUIDED
    eight_wide, eight_high = (
        min(wide * 0.8, size_px * rng.uniform(0.16, 0.28)),
        size_px * rng.uniform(0.3, 0.5),
    )
    for middle in middles:
        _frame(canvas, (middle - wide, level - high), (middle + wide, level + high), thick)
        if guided:
            x = middle + rng.normal(0, 0.02) * size_px
            _frame(canvas, (x - eight_wide, level - eight_high), (x + eight_wide, level), thick)
            _frame(canvas, (x - eight_wide, level), (x + eight_wide, level + eight_high), thick)
    layer = canvas * np.float32(rng.uniform(0.05, 0.32) / 255)
    return replace(number, ink=ink, placed=placed), layer


def _frame(canvas: Gray, corner: tuple[float, float], opposite: tuple[float, float], thick_px: int) -> None:
    first, last = ((round(x * (1 << SUBPIXEL)), round(y * (1 << SUBPIXEL))) for x, y in (corner, opposite))
    cv2.rectangle(canvas, first, last, 255, thick_px, cv2.LINE_AA, SUBPIXEL)
