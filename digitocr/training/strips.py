"""Drawn numbers as strips for the line recogniser, varied anew each time they are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.strip import STRIP_HEIGHT
from digitocr.records import Gray
from digitocr.training.line_network import NO_LABEL

WIDTH_STEP = 32  # strips are padded to a multiple of this, in reading too
WIDTH_MAX = 384


@dataclass(frozen=True, slots=True, eq=False)
class DrawnStrip:
    """A drawn number as the line recogniser meets it: `strip` (32, W) uint8, and the `digits` it says."""

    strip: Gray
    digits: str


def strip_batches(strips: Sequence[DrawnStrip], size: int, seed: int, epoch: int) -> Iterator[tuple[Gray, NDArray[np.int32]]]:
    """One epoch: (n, 32, W, 1) uint8 varied strips of like width, and (n, L) labels for `ctc`."""
    rng = np.random.default_rng((seed, epoch))
    stretched = rng.uniform(0.82, 1.22, len(strips))
    widths = np.array([one.strip.shape[1] for one in strips]) * stretched
    padded = -(-widths // WIDTH_STEP).astype(int) * WIDTH_STEP
    plan = []
    for width in np.unique(padded[padded <= WIDTH_MAX]):
        members = rng.permutation(np.flatnonzero(padded == width))
        plan += [(int(width), members[n : n + size]) for n in range(0, len(members), size)]
    for n in rng.permutation(len(plan)):
        width, members = plan[n]
        batch = np.zeros((len(members), STRIP_HEIGHT, width, 1), np.uint8)
        labels = np.full((len(members), max(1, max(len(strips[m].digits) for m in members))), NO_LABEL, np.int32)
        for row, m in enumerate(members):
            one = vary(rng, strips[m].strip, stretched[m])
            batch[row, :, : one.shape[1], 0] = one
            labels[row, : len(strips[m].digits)] = [int(digit) for digit in strips[m].digits]
        yield batch, labels


def vary(rng: np.random.Generator, strip: Gray, stretch: float) -> Gray:
    """Another sight of a strip (32, W): (32, W * stretch), sheared, moved, darker or lighter, noisier."""
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
    seen = cv2.warpAffine(strip, matrix, (width, rows), flags=cv2.INTER_LINEAR)
    chance = rng.random(3)
    if chance[0] < 0.2:
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.4, 1.1))
    if chance[1] < 0.15:
        kernel = np.ones((2, 2), np.uint8)
        seen = cv2.erode(seen, kernel) if chance[1] < 0.07 else cv2.dilate(seen, kernel)
    bright = seen * np.float32(rng.uniform(0.65, 1.35))
    if chance[2] < 0.4:
        bright += np.float32(rng.uniform(0, 14)) * rng.standard_normal(seen.shape, np.float32)
    return np.clip(bright, 0, 255).astype(np.uint8)
