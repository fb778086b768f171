"""Handwriting drawn as strokes: a hand chooses its letterforms, slant, width and pen, and keeps to them."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.normaliser import tight_box
from digitocr.synthesis.glyphs import Glyph
from digitocr.synthesis.letterforms import LETTERFORMS, TRACED, Point, Stroke

SUPERSAMPLING = 3  # the pen draws larger and is averaged down: smooth edges
CURVE_STEPS = 9  # line segments between two control points
SHIFT_BITS = 3  # cv2 takes coordinates in eighths of a pixel
PENS = (0.033, 0.14)  # from a ballpoint on a large form to a felt pen; of the size
LETTERFORM_WIDTHS = (0.7, 1.7)  # of the letterforms'
MARK_WIDTHS = (0.8, 1.8)  # of the hand's: a dash may be long
TRACING = 0.06  # of the hands fill in a form that prints an eight into each box
BENDING = (0.02, 0.07)  # how far a hand's own letterforms stray from the common ones, of the size
PROPORTIONS = (0.16, 0.07)  # deviations of each digit's own width and height in a hand, as logarithms
OTHER_FORM = 0.12  # the chance (0..1) of a letterform that the hand does not usually write
FOOT = np.array([0.0, 1.0])  # where the writing line passes a letterform
STROKE_MARKS = frozenset(".,-/+=:'*")
CROSS = "x"  # fills a box that is not needed, so it may be larger than a digit
MARK_CALM = 0.35  # marks are too small to be drawn as shakily as digits


class StrokeHand:
    """One writer: fixed letterforms, bent in the writer's own way, and again a little with each glyph."""

    def __init__(
        self,
        rng: np.random.Generator,
        size_px: float,
        letterforms: Mapping[str, tuple[tuple[Stroke, ...], ...]] = LETTERFORMS,
    ) -> None:
        """Make a writer whose digits are `size_px` high, and who learned these `letterforms`."""
        self._rng = rng
        self._letterforms = letterforms
        self._size = size_px
        self._slant = rng.normal(0.12, 0.2)
        self._width = np.exp(rng.uniform(*np.log(LETTERFORM_WIDTHS)))
        self._pen = np.exp(rng.uniform(*np.log(PENS)))
        self._pressure = rng.uniform(0, 0.25)
        self._tremor = rng.uniform(0.01, 0.04)
        self._traces = rng.random() < TRACING
        self._bending = rng.uniform(*BENDING)
        self._cross = rng.uniform(1.0, 1.6)
        self._habits: dict[str, tuple[int, list[NDArray[np.float64]], NDArray[np.float64]]] = {}

    def draw(self, text: str) -> Glyph:
        forms = self._forms(text)
        habit, bends, proportions = self._habit(text)
        form = habit
        if self._rng.random() < OTHER_FORM:
            form = int(self._rng.integers(len(forms)))
        calm = MARK_CALM if text in STROKE_MARKS else 1.0
        strokes = [
            np.asarray(stroke)
            + calm * (bends[n] if form == habit else 0)
            + self._rng.normal(0, self._tremor * calm, (len(stroke), 2))
            for n, stroke in enumerate(forms[form])
        ]
        return self.trace(text, [FOOT + (smooth(stroke) - FOOT) * proportions for stroke in strokes])

    def _forms(self, text: str) -> tuple[tuple[Stroke, ...], ...]:
        return (TRACED[text],) if self._traces and text in TRACED else self._letterforms[text]

    def _habit(self, text: str) -> tuple[int, list[NDArray[np.float64]], NDArray[np.float64]]:
        """The hand's own form of a character, how it bends each stroke of it, and its (width, height)."""
        if text not in self._habits:
            forms = self._forms(text)
            form = int(self._rng.integers(len(forms)))
            bends = [self._rng.normal(0, self._bending, (len(stroke), 2)) for stroke in forms[form]]
            spread = MARK_CALM if text in STROKE_MARKS else 1.0
            self._habits[text] = (form, bends, np.exp(self._rng.normal(0, PROPORTIONS) * spread))
        return self._habits[text]

    def trace(self, text: str, curves: Sequence[NDArray[np.float64]]) -> Glyph:
        """Draw curves (M, 2) of (x, y) in shares of a digit's height, y down from its top, with this pen."""
        rng, size = self._rng, self._size * SUPERSAMPLING
        slant, turn = self._slant + rng.normal(0, 0.04), rng.normal(0, 0.04)
        width = self._width * (rng.uniform(*MARK_WIDTHS) if text in STROKE_MARKS else 1.0)
        canvas = np.zeros((int(size * 1.8), int(size * 3.4)), np.uint8)
        for curve in curves:
            x, y = curve[:, 0] * width, curve[:, 1]
            if text == CROSS:
                x, y = x * self._cross, 0.5 + (y - 0.5) * self._cross
            across = (x + slant * (1 - y) + turn * (y - 0.5) + 1.2) * size
            down = (y - turn * (x - 0.3) + 0.3) * size
            points = np.round(np.stack([across, down], 1) * (1 << SHIFT_BITS)).astype(int).tolist()
            swing = np.sin(np.linspace(0, rng.uniform(2, 7), len(points)) + rng.uniform(0, 6))
            pens = self._pen * size * (1 + self._pressure * swing)
            for start, end, pen in zip(points, points[1:], pens.tolist(), strict=False):
                cv2.line(canvas, start, end, 255, max(1, round(pen)), cv2.LINE_AA, SHIFT_BITS)
        left, top, right, bottom = tight_box(canvas)
        ink = canvas[top:bottom, left:right]
        shape = (max(1, round(ink.shape[1] / SUPERSAMPLING)), max(1, round(ink.shape[0] / SUPERSAMPLING)))
        ink = opencv.resize(ink, shape)
        left, top_left, right, bottom = tight_box(ink)
        ink = np.ascontiguousarray(ink[top_left:bottom, left:right])
        return Glyph(text, ink, self._size, (1.3 * size - top) / SUPERSAMPLING - top_left)


def smooth(stroke: Sequence[Point] | NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through control points (N, 2), N >= 2: (M, 2) points of a Catmull-Rom spline (1974)."""
    points = np.asarray(stroke, float)
    if len(points) < 3:
        return np.linspace(points[0], points[-1], CURVE_STEPS)
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    a, b, c, d = (ends[k : len(ends) - 3 + k, None] for k in range(4))
    t = np.linspace(0, 1, CURVE_STEPS, endpoint=False)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.reshape(-1, 2), points[-1:]])
