"""Lines of text on a page, as the maps show their ink: numbers among words are often letters to the maps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.looks import OVERLAP_PX, Look
from digitocr.layout.maps import AREA_MIN, INK_MIN
from digitocr.layout.search import SAME_SHARE
from digitocr.layout.upright import STROKE_WIDTH_MAX
from digitocr.records import Gray

# Map pixels: lower letters are not legible there, higher ones are headings, or seen well in a farther look.
LETTER_PX = (4, 40)
SPACE_MAX = 0.6  # of the height of letters: words of one line stand no farther apart, columns of a table do
LINES_JOINED = 2.5  # of the median height of its letters: what is higher is several lines
LINE_LENGTH_MAX = 60.0  # limit, heights of a line: 200 letters
# Of the ink of a line: where less is other ink, its numbers are found without it.
OTHER_SHARE_MIN = 0.1
# Of 255, where a line shows digit ink best: words of the public cases have less in most cases, numbers more.
DIGIT_TRACE_MIN = 60
LINES_MAX = 200  # limit of a page: a page of close print has 70


@dataclass(frozen=True, slots=True, eq=False)
class LineOfInk:
    """A line of text: its box (left, top, right, bottom) on the page, and its ink (h, w) in that box."""

    box: NDArray[np.float64]
    ink: Gray


def lines_of_ink(looks: Sequence[Look], shape: tuple[int, ...]) -> list[LineOfInk]:
    """The lines of text of a page (H, W) in which other ink and a trace of a digit stand.

    Each as it is seen in the nearest look that shows it whole.
    """
    boxes = np.zeros((0, 4))
    lines: list[LineOfInk] = []
    for look in sorted(looks, key=lambda look: -look.scale):
        for box, ink in _lines(look):
            if _is_among(box, boxes) or not _is_whole(box, look, shape):
                continue
            boxes = np.vstack([boxes, box])
            if ink is not None:
                lines.append(LineOfInk(box, ink))
            if len(lines) == LINES_MAX:
                return lines
    return lines


def _lines(look: Look) -> Iterator[tuple[NDArray[np.float64], Gray | None]]:
    """The boxes on the page of lines of letters in a look; the ink of each, None for one without a number."""
    maps = look.maps
    ink = _ink(look)
    letters = _letters(ink)
    bands = np.zeros(ink.shape, np.uint8)
    for left, top, width, height, _ in letters.tolist():
        reach = round(SPACE_MAX * height / 2)
        bands[top : top + height, max(0, left - reach) : left + width + reach] = 1
    labels, stats = opencv.connected_components(bands)
    line_of = labels[letters[:, 1], letters[:, 0]]
    for n, (left, top, width, height, _) in enumerate(stats[1:].tolist(), 1):
        window = np.s_[top : top + height, left : left + width]
        heights = letters[line_of == n, cv2.CC_STAT_HEIGHT]
        inside = (labels[window] == n) & ink[window]
        other = inside & (maps.other[window] > maps.digit[window])
        worth = (
            len(heights) > 1
            and height <= LINES_JOINED * np.median(heights)
            and width <= LINE_LENGTH_MAX * height
            and other.sum() > OTHER_SHARE_MIN * inside.sum()
            and maps.digit[window][inside].max(initial=0) >= DIGIT_TRACE_MIN
        )
        box = np.array([left, top, left + width, top + height]) / look.scale
        yield box, np.asarray(inside, np.uint8) if worth else None


def _ink(look: Look) -> NDArray[np.bool_]:
    """Where a look (h, w) shows ink of letters and digits, among them 1s that the maps call ruled lines."""
    maps = look.maps
    either = np.maximum(maps.digit, maps.other)
    ink = (either >= INK_MIN) & (either >= maps.line)
    labels, stats = opencv.connected_components(np.asarray((maps.line >= INK_MIN) & ~ink, np.uint8))
    low, high = LETTER_PX
    stroke = (stats[:, 3] >= low) & (stats[:, 3] <= high) & (stats[:, 2] <= STROKE_WIDTH_MAX * stats[:, 3])
    stroke[0] = False
    return np.asarray(ink | stroke[labels], np.bool_)


def _letters(ink: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The components (N, 5) of ink that may be letters: left, top, width, height, area."""
    stats = opencv.component_stats(np.asarray(ink, np.uint8))
    _, height, area = stats[:, 2:].T
    low, high = LETTER_PX
    legible = (height >= low) & (height <= high)
    return np.asarray(stats[legible & (area >= AREA_MIN)], np.int32)


def _is_among(box: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    size = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    least = np.minimum((box[2:] - box[:2]).prod(), (others[:, 2:] - others[:, :2]).prod(axis=1))
    return bool((size.clip(0).prod(axis=1) > SAME_SHARE * least).any())


def _is_whole(box: NDArray[np.float64], look: Look, shape: tuple[int, ...]) -> bool:
    """Whether a look shows all of a box on a page (H, W).

    Of a tile the maps leave out the margin above and to the left.
    """
    margin, beside = OVERLAP_PX / look.input_px, 2 / look.scale
    left, top = np.maximum(0, box[:2] - margin)
    right, bottom = np.minimum(box[2:] + beside, (shape[1] - 1, shape[0] - 1))
    return all(look.shows(x, y) for x in (left, right) for y in (top, bottom))
