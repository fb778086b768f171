"""Which way is up: a page that is hardly readable is tried turned by quarters, on a part of it.

The maps cannot tell a number from one that stands on its head, but the readers can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from digitocr.decoding.choice import AMONG_WORDS_MIN
from digitocr.records import Box, Page, Reading

SURE_SHARE = 0.3  # of the area of a page's numbers: where less is read surely, it is tried turned;
FAR_BETTER = 1.5  # it lies so if that many times as much of a sample reads surely,
TURNED_SHARE = 0.5  # and so much of its area: a page of letters on its head has 0.2
SAMPLE_HEIGHTS = 24  # digits high and wide is a sample: as much as one look shows well


def is_readable(readings: Sequence[Reading], boxes: Sequence[Box]) -> bool:
    """Whether enough of what stands in `boxes` on a page is read surely."""
    return sure_share(readings, boxes) > SURE_SHARE


def sure_share(readings: Sequence[Reading], boxes: Sequence[Box]) -> float:
    """How much of the area of `boxes` is read surely; 0 where there are none."""
    return surely_read(readings) / max(1.0, sum(_area(box) for box in boxes))


def samples(page: Page, boxes: Sequence[Box]) -> Iterator[Page]:
    """What to try turned: the page as a whole, then the part that most of `boxes` covers."""
    yield page
    if boxes:
        part = _densest(boxes, page.gray.shape)
        yield replace(page, gray=page.gray[part.top : part.bottom, part.left : part.right])


def best_turn(by_turns: Sequence[tuple[Sequence[Reading], Sequence[Box]]], *, of_format: bool) -> int:
    """By how many quarters a page reads best; 0 unless far better.

    Letters on their head look like digits, so more may be read there, but not most of what stands there.

    Args:
        by_turns: the readings at each of 0 to 3 quarters, and the boxes of all that might be numbers.
        of_format: whether only numbers of a format were read: each of them is proof.
    """
    sure = [surely_read(readings) for readings, _ in by_turns]
    shares = [sure_share(readings, boxes) for readings, boxes in by_turns]
    best = int(np.argmax(sure if of_format else shares))
    if of_format:
        return best if sure[best] > sure[0] else 0
    far_better = min(sure[best] / max(1.0, sure[0]), shares[best] / max(1e-3, shares[0])) > FAR_BETTER
    return best if far_better and shares[best] > TURNED_SHARE else 0


def surely_read(readings: Sequence[Reading]) -> float:
    """The area in pixels of what is read and as good as certain."""
    return sum(_area(reading.box) for reading in readings if reading.confidence > AMONG_WORDS_MIN)


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
