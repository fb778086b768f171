"""Writers of whom the strokes of digits were recorded: a number is written with the digits of one."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digitocr.synthesis.glyphs import Glyph
from digitocr.synthesis.strokes import StrokeHand

SLANT_SPREAD, WIDTH_SPREAD = 0.08, 0.12  # recorded digits have their own slant and width already
TREMOR_SHARE = 0.006  # of a digit's height: how far points stray, so that no recording comes twice
FLAT = 0.35  # recordings much flatter than high were mis-cut

Recording = Sequence[NDArray[np.float64]]  # strokes (M, 2) of (x, y); y from 0 at the top to 1 at the foot
RecordedWriter = Mapping[str, Sequence[Recording]]


class RecordedHand(StrokeHand):
    """Draws the digits that a writer's strokes were recorded of, and all else as a `StrokeHand`."""

    def __init__(self, rng: np.random.Generator, size_px: float, writer: RecordedWriter) -> None:
        """Make a hand of `writer`, whose digits are drawn `size_px` high."""
        super().__init__(rng, size_px)
        self._writer = writer

    def draw(self, text: str) -> Glyph:
        recordings = self._writer.get(text)
        if not recordings:
            return super().draw(text)
        slant, width = self._slant, self._width
        self._slant = self._rng.normal(0, SLANT_SPREAD)
        self._width = float(np.exp(self._rng.normal(0, WIDTH_SPREAD)))
        strokes = recordings[int(self._rng.integers(len(recordings)))]
        moved = [stroke + self._rng.normal(0, TREMOR_SHARE, stroke.shape) for stroke in strokes]
        glyph = self.trace(text, moved)
        self._slant, self._width = slant, width
        return glyph


def recording_of(strokes: Recording) -> Recording | None:
    """The strokes of a digit brought to the height 1; None for what can be no digit."""
    points = np.concatenate(strokes).astype(np.float64)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    if bottom - top < FLAT * (right - left) or bottom == top:
        return None
    scaled = [(stroke - (left, top)) / (bottom - top) for stroke in strokes]
    return [stroke if len(stroke) > 1 else np.repeat(stroke, 2, axis=0) for stroke in scaled]
