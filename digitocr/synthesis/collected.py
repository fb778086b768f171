"""A hand made of collected digits: real pens, from labelled 28x28 crops such as MNIST's."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.normaliser import tight_box
from digitocr.records import Gray
from digitocr.synthesis.glyphs import Glyph, Hand

FINE_PENS = 0.1  # of the hands write with a finer pen than the collection's
SAME = 0.5  # the chance (0..1) that a digit is written as the hand wrote it before
FAINT = 40  # of 255: fainter ink is none


class CollectedHand:
    """Draws digits from a collection of crops, each with the hand's own slant and width."""

    def __init__(
        self,
        rng: np.random.Generator,
        size_px: float,
        crops: Gray,
        by_label: dict[str, NDArray[np.intp]],
        marks: Hand,
    ) -> None:
        """Take `crops` (N, 28, 28) uint8, light on dark, for each digit the crops that show it, and
        another hand for what the collection lacks.
        """
        self._rng = rng
        self._size = size_px
        self._crops = crops
        self._by_label = by_label
        self._marks = marks
        self._shear = rng.normal(0, 0.18)
        self._aspect = rng.uniform(0.8, 1.15)
        self._gain = rng.uniform(0.9, 1.6)
        self._fine = rng.random() < FINE_PENS
        self._before: dict[str, int] = {}

    def draw(self, text: str) -> Glyph:
        if text not in self._by_label:
            return self._marks.draw(text)
        if text not in self._before or self._rng.random() > SAME:
            self._before[text] = int(self._rng.choice(self._by_label[text]))
        crop = self._crops[self._before[text]]
        scale = self._size / 20
        side = int(28 * scale * 1.5)
        shear = self._shear + self._rng.normal(0, 0.04)
        matrix = np.array([[scale * self._aspect, -shear * scale, 0], [0, scale, 0]])
        matrix[:, 2] = side / 2 - matrix[:, :2] @ (13.5, 13.5)
        turned = opencv.warp_affine(crop, matrix, (side, side), cv2.INTER_CUBIC)
        ink = opencv.scaled(turned, self._gain)
        if self._fine:
            finer = np.asarray(cv2.erode(ink, opencv.CROSS_KERNEL), np.uint8)
            ink = finer if finer.max() >= FAINT else ink  # or nothing would be left of a thin stroke
        ink[ink < FAINT] = 0
        left, top, right, bottom = tight_box(ink)
        ink = ink[top:bottom, left:right]
        return Glyph(text, ink, self._size, float(ink.shape[0]))


def index_by_label(labels: NDArray[np.int64]) -> dict[str, NDArray[np.intp]]:
    """For each digit as text, the positions of its crops, from their labels (N,)."""
    return {str(digit): np.flatnonzero(labels == digit) for digit in range(10)}
