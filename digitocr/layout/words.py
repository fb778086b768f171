"""The words of a line of text: its ink between wide gaps; and numbers cut from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.isolate import WINDOW_MARGIN, paper_tone
from digitocr.layout.line_window import TextLine
from digitocr.records import Gray

# Of the height of its highest letters: a gap so wide parts words in every line, a narrower one in none. In
# between Otsu's threshold of the line's gaps decides: letters of the public cases stand up to 0.3 apart,
# words from 0.35.
SPACE_RANGE = (0.3, 0.5)
# From middle to middle: a space and two digits take more, digits of one number less, however narrow a 1 is.
PITCH_MIN = 1.0
LOW = 0.5  # lower ink is a sign, which stands close
HIGH_QUANTILE = 0.9  # of the heights of the components of a line: that of its high letters and digits
# Of the height of a line: the middle of a digit's ink is no farther from where the line recogniser sees it.
DIGIT_REACH = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class CutNumber:
    """A number cut from a line of text.

    `near` (h, w) uint8 is the page around it with paper painted over other ink, `page_from_near` as of a
    `TextLine`, `height` how high its digits are in pixels of it. `digits` are those of its digits, of all
    that it was cut by, and `touching` is whether other ink of its word stands to its left and to its right.
    """

    near: Gray
    page_from_near: NDArray[np.float64]
    height: float
    digits: tuple[int, ...]
    touching: tuple[bool, bool]


class Words:
    """The words of a line of text."""

    def __init__(self, line: TextLine) -> None:
        self._line = line
        self._labels, stats = opencv.connected_components(line.ink.mask)
        left, _, width, self._heights, _ = stats.T
        self._left, self._right = left, left + width
        self._word_of = _word_of(stats[1:])

    def numbers(self, middles: Sequence[float]) -> Iterator[CutNumber]:
        """The numbers whose digits have their middles at these columns of the line's ink: one in each word."""
        components = (self._left + self._right)[1:] / 2
        distances = np.abs(components[:, np.newaxis] - np.asarray(middles))
        near = distances <= DIGIT_REACH * (self._line.box[3] - self._line.box[1])
        words = self._word_of[distances.argmin(axis=0)]
        for word in np.unique(words).tolist():
            digits = np.flatnonzero(words == word)
            inside = self._word_of == word
            own = inside & near[:, digits].any(axis=1)
            if own.any():
                first, last = components[own].min(), components[own].max()
                own = inside & (components >= first) & (components <= last)
                beside = inside & ~own
                touching = (
                    bool((beside & (components < first)).any()),
                    bool((beside & (components > last)).any()),
                )
                yield self._cut(np.flatnonzero(own) + 1, tuple(digits.tolist()), touching)

    def _cut(self, own: NDArray[np.intp], digits: tuple[int, ...], touching: tuple[bool, bool]) -> CutNumber:
        line, tall = self._line, float(self._heights[own].max())
        is_own = np.isin(self._labels, own)
        foreign = opencv.dilate(np.asarray((self._labels > 0) & ~is_own, np.uint8), 3, 3)
        foreign[is_own] = 0
        erased = opencv.resize(foreign, line.near.shape[::-1]) > 0
        left, right = (side / line.scale for side in (self._left[own].min(), self._right[own].max()))
        height = tall / line.scale
        start = max(0, int(left - WINDOW_MARGIN * height))
        window = np.s_[:, start : int(right + WINDOW_MARGIN * height) + 1]
        near = line.near[window]
        near = np.where(erased[window], paper_tone(near, height), near)
        page_from_near = line.page_from_near.copy()
        page_from_near[:, 2] += page_from_near[:, 0] * start
        return CutNumber(near, page_from_near, height, digits, touching)


def _word_of(boxes: NDArray[np.int32]) -> NDArray[np.intp]:
    """(N,) the word of each of the components (N, 5) of a line."""
    order = np.argsort(boxes[:, 0], kind="stable")
    left, _, width, height, _ = boxes[order].T / np.quantile(boxes[:, 3], HIGH_QUANTILE)
    gaps = left[1:] - np.maximum.accumulate(left + width)[:-1]
    pitch = np.diff(left + width / 2)
    low = np.minimum(height[1:], height[:-1]) < LOW
    words = np.empty(len(boxes), np.intp)
    words[order] = np.concatenate([[0], np.cumsum((gaps >= space_width(gaps)) & (low | (pitch >= PITCH_MIN)))])
    return words


def space_width(gaps: NDArray[np.float64]) -> float:
    """From which width on a gap parts two words, by the widths of all gaps of a line in heights.

    That which splits them into the two groups of least variance (N. Otsu, 1979), within `SPACE_RANGE`.
    """
    low, high = SPACE_RANGE
    widths = np.sort(gaps[(gaps > 0) & (gaps < 2 * high)])
    if len(widths) < 2:
        return high
    sums, counts = np.cumsum(widths)[:-1], np.arange(1, len(widths))
    means = sums / counts, (widths.sum() - sums) / (len(widths) - counts)
    split = int((counts * (len(widths) - counts) * (means[1] - means[0]) ** 2).argmax())
    return float(np.clip((widths[split] + widths[split + 1]) / 2, low, high))
