"""Finds out which way is up: of a page that is hardly readable, a sample is read in all four orientations.

The maps cannot tell a number from one that stands on its head, but the readers can.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from digitocr.decoding.choice import AMONG_WORDS_MIN
from digitocr.records import Box, Page, Reading

# Of the area of the numbers of a page: if less is read with confidence, all other orientations are tried.
READABLE_SHARE = 0.3
BETTER_FACTOR = 1.5  # another orientation is taken if this many times as much of a sample reads surely
# Most digits are digits on their heads too: of pages of single digits 0.3 to 0.5 is read surely upside down.
# Where more than this is, no other orientation can be so much better.
UPRIGHT_SHARE = 1 / BETTER_FACTOR
FEW_DIGITS = 4  # in the median number: of a drawn page of such 0.31 is read surely on its head
# and at least so much of its area: a page of letters upside down has 0.2, two of five drawn lists of numbers
# in hands that are hard to read 0.37 and 0.42 upright
TURNED_SHARE_MIN = 0.3
SAMPLE_HEIGHTS = 24  # side of a sample, in digit heights: what the segmenter maps well at once


def is_readable(readings: Sequence[Reading], boxes: Sequence[Box]) -> bool:
    """Whether enough of the area of `boxes` on a page is read surely; it may still stand on its head."""
    return sure_share(readings, boxes) > READABLE_SHARE


def is_upright(readings: Sequence[Reading], boxes: Sequence[Box]) -> bool:
    """Whether so much is read surely that no other orientation can be far better."""
    digits = [len(reading.text) for reading in readings if reading.text]
    few_digits = bool(digits) and float(np.median(digits)) <= FEW_DIGITS
    return sure_share(readings, boxes) > (UPRIGHT_SHARE if few_digits else READABLE_SHARE)


def sure_share(readings: Sequence[Reading], boxes: Sequence[Box]) -> float:
    """The share of the area of `boxes` that is read surely; 0 for no boxes."""
    return surely_read(readings) / _total(boxes)


def samples(page: Page, boxes: Sequence[Box]) -> Iterator[Page]:
    """The samples to turn: the whole page, then the part with the most of `boxes`."""
    yield page
    if boxes:
        part = _densest(boxes, page.gray.shape)
        yield replace(page, gray=page.gray[part.top : part.bottom, part.left : part.right])


def best_turn(by_turns: Mapping[int, tuple[Sequence[Reading], Sequence[Box]]], *, of_format: bool) -> int:
    """The number of quarter turns at which a page reads best; 0 unless it reads far better.

    Letters upside down look like digits: more may be read in them, but not most of the page.

    Args:
        by_turns: the readings at 0 and more quarters, and the boxes of all that might be numbers.
        of_format: whether only numbers of a format were read, each of which is strong evidence.
    """
    sure = {turns: _whole_surely_read(readings) for turns, (readings, _) in by_turns.items()}
    shares = {turns: sure[turns] / _total(boxes) for turns, (_, boxes) in by_turns.items()}
    evidence = sure if of_format else shares
    best = max(evidence, key=evidence.__getitem__)
    if of_format:
        return best if sure[best] > sure[0] else 0
    far_better = min(sure[best] / max(1.0, sure[0]), shares[best] / max(1e-3, shares[0])) > BETTER_FACTOR
    return best if far_better and shares[best] > TURNED_SHARE_MIN else 0


def surely_read(readings: Sequence[Reading]) -> float:
    """The area in pixels of readings that are as good as certain, and no parts of longer numbers.

    Each digit is: of a number of six, all of them are hardly ever, and one that stands on its head has few.
    """
    return sum(
        _area(reading.box)
        for reading in readings
        if reading.text
        and reading.probability > AMONG_WORDS_MIN ** len(reading.text)
        and reading.reason_code != "several_numbers"
    )


def _whole_surely_read(readings: Sequence[Reading]) -> float:
    """The same for numbers that are sure as a whole: so much is asked of a page that is to be turned."""
    return surely_read([reading for reading in readings if reading.probability > AMONG_WORDS_MIN])


def _total(boxes: Sequence[Box]) -> float:
    return max(1.0, sum(_area(box) for box in boxes))


def _area(box: Box) -> float:
    return float(box.width * box.height)


def _densest(boxes: Sequence[Box], shape: tuple[int, ...]) -> Box:
    """The square part of a page (H, W), `SAMPLE_HEIGHTS` median heights wide, that most of `boxes` covers."""
    height, width = shape
    side = SAMPLE_HEIGHTS * float(np.median([box.height for box in boxes]))
    middles = np.array([[(box.left + box.right) / 2, (box.top + box.bottom) / 2] for box in boxes])
    areas = np.array([_area(box) for box in boxes])
    near = (np.abs(middles[:, None] - middles) < side / 2).all(axis=2)
    x, y = middles[int(np.argmax(near @ areas))]
    left, top = max(0, int(x - side / 2)), max(0, int(y - side / 2))
    right, bottom = min(width, int(x + side / 2) + 1), min(height, int(y + side / 2) + 1)
    return Box(left, top, right, bottom)
