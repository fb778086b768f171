"""The words of a line of text, which are its ink between wide gaps, and the numbers in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.commas import COMMA_HEIGHT
from digitocr.layout.isolate import WINDOW_MARGIN, paper_tone
from digitocr.layout.line_window import TextLine
from digitocr.records import Gray

HIGH_QUANTILE = 0.9  # of the heights of the components of a line: that of its high letters and digits
# Of the height of its high letters: wider gaps part words in every line, narrower ones in none. In the public
# cases letters stand up to 0.3 apart, most of them 0.15, and words from 0.35.
SPACE_RANGE = (0.3, 0.5)
# Of the height of a line: the middle of a digit's ink is no farther from where the line recogniser sees it.
DIGIT_REACH = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a line of text.

    `labels` (h, w) int32 are the components of the line's ink, `corners` (N, 4) left, top, right and bottom
    of each, and `word_of` (N,) which word it is in.
    """

    line: TextLine
    labels: NDArray[np.int32]
    corners: NDArray[np.int32]
    word_of: NDArray[np.intp]

    @property
    def boxes(self) -> list[NDArray[np.int32]]:
        """The box (left, top, right, bottom) of each word, in pixels of the line's ink."""
        members = [self.corners[self.word_of == word] for word in np.unique(self.word_of)]
        return [np.concatenate([m[:, :2].min(axis=0), m[:, 2:].max(axis=0)]) for m in members]


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


def words_of(line: TextLine) -> Words:
    """The words of a line of text."""
    labels, stats = opencv.connected_components(line.ink.mask)
    boxes = stats[1:]
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:4]], axis=1)
    order = np.argsort(boxes[:, 0], kind="stable")
    left, _, right, _ = corners[order].T / np.quantile(boxes[:, 3], HIGH_QUANTILE)
    heights = boxes[order, 3] / np.quantile(boxes[:, 3], HIGH_QUANTILE)
    gaps = left[1:] - np.maximum.accumulate(right)[:-1]
    # From middle to middle two digits with a space between take their height or more, two digits of one
    # number less, however narrow a 1 is. Signs are no measure of that.
    is_far = np.diff((left + right) / 2) >= 1
    is_low = np.minimum(heights[1:], heights[:-1]) < COMMA_HEIGHT[1]
    word_of = np.empty(len(boxes), np.intp)
    word_of[order] = np.concatenate([[0], np.cumsum((gaps >= space_width(gaps)) & (is_far | is_low))])
    return Words(line, labels, corners, word_of)


def space_width(gaps: NDArray[np.float64]) -> float:
    """From which width on a gap parts two words, by the widths of all gaps of a line in heights.

    That which splits them into the two groups of least variance (N. Otsu, 1979), within `SPACE_RANGE`.
    """
    low, high = SPACE_RANGE
    widths = np.sort(gaps[(gaps > 0) & (gaps < 2 * high)])
    if len(widths) < 2:
        return high
    sums, counts = np.cumsum(widths)[:-1], np.arange(1, len(widths))
    difference = (widths.sum() - sums) / (len(widths) - counts) - sums / counts
    split = int((counts * (len(widths) - counts) * difference**2).argmax())
    return float(np.clip((widths[split] + widths[split + 1]) / 2, low, high))


def cut_numbers(words: Words, middles: Sequence[float]) -> Iterator[CutNumber]:
    """The numbers whose digits have their middles at these columns of a line's ink: one in each word."""
    height = words.line.box[3] - words.line.box[1]
    components = (words.corners[:, 0] + words.corners[:, 2]) / 2
    distances = np.abs(components[:, np.newaxis] - np.asarray(middles))
    near = distances <= DIGIT_REACH * height
    word_of_digit = words.word_of[distances.argmin(axis=0)]
    for word in np.unique(word_of_digit).tolist():
        digits = np.flatnonzero(word_of_digit == word)
        inside = words.word_of == word
        own = inside & near[:, digits].any(axis=1)
        if not own.any():
            continue
        first, last = components[own].min(), components[own].max()
        touching = bool((inside & (components < first)).any()), bool((inside & (components > last)).any())
        own = inside & (components >= first) & (components <= last)
        yield _cut(words, own, tuple(digits.tolist()), touching)


def _cut(
    words: Words, own: NDArray[np.bool_], digits: tuple[int, ...], touching: tuple[bool, bool]
) -> CutNumber:
    """The components of a line that are a number (N,) cut from it."""
    line, corners = words.line, words.corners[own]
    is_own = np.concatenate([[False], own])[words.labels]
    foreign = opencv.dilate(np.asarray((words.labels > 0) & ~is_own, np.uint8), 3, 3)
    foreign[is_own] = 0
    height = float((corners[:, 3] - corners[:, 1]).max()) / line.scale
    margin = WINDOW_MARGIN * height
    start = max(0, int(corners[:, 0].min() / line.scale - margin))
    window = np.s_[:, start : int(corners[:, 2].max() / line.scale + margin) + 1]
    rows, columns = line.near.shape
    erased = opencv.resize(foreign, (columns, rows))[window] > 0
    near = np.where(erased, paper_tone(line.near[window], height), line.near[window])
    page_from_near = line.page_from_near.copy()
    page_from_near[:, 2] += page_from_near[:, 0] * start
    return CutNumber(near, page_from_near, height, digits, touching)
