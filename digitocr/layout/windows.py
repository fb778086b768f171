"""Where else a number may stand on a page than in a region of its own: in a part of one, or across several.

A postal code may be written close to the name of its town, so that both are one region; the digits of another
fill boxes so loosely that they are several. Which of these is a number only its format can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from digitocr.layout.neighbours import parted
from digitocr.layout.region import Region, box_of
from digitocr.records import Box
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.segment import Segments

BLANK_MIN = 0.22  # of the height: a narrower blank parts no word from a number, as drawn in the tests
BLANKS = 3  # limit: the widest so many blanks of a row are tried
# Of the height: digits in loose boxes stand as far apart. Cells of a table and the fields of a form that are
# numbers of their own stand farther.
DIGIT_GAP_MAX = 0.8
ALIKE = 0.5  # of the height of the higher: what is lower is a piece of a digit, as drawn in the tests
REGIONS_MAX = 4  # limit: of which one number is made
WINDOW_LINE_MAX = 8  # limit: numbers in a line: what has more is no number but a table


def runs(segments: Segments) -> list[tuple[int, int]]:
    """The parts of a row between its widest blanks, as (first, last) of its segments, the whole left out."""
    rights = np.maximum.accumulate(segments.boxes[:-1, 2])
    blanks = segments.boxes[1:, 0] - rights
    wide = [n for n in np.argsort(-blanks, kind="stable")[:BLANKS] if blanks[n] > BLANK_MIN * segments.height]
    ends = [0, *sorted(int(n) + 1 for n in wide), len(segments)]
    pairs = [(first, last) for n, first in enumerate(ends) for last in ends[n + 1 :]]
    return [pair for pair in pairs if pair != (0, len(segments))]


def part(
    row_candidates: Candidates, segments: Segments, first: int, last: int
) -> tuple[Candidates, Segments]:
    """The candidates and segments of a row from segment `first` to before segment `last`."""
    inside = (row_candidates.first >= first) & (row_candidates.last <= last)
    within = (segments.label >= first) & (segments.label < last)
    kept = replace(
        segments,
        soft=np.where(within, segments.soft, np.uint8(0)),
        dark=np.where(within, segments.dark, np.uint8(0)),
        label=np.where(within, segments.label - np.uint8(first), np.uint8(0)),
        boxes=segments.boxes[first:last],
        area=segments.area[first:last],
        cuts=segments.cuts[first : last - 1],
    )
    candidates = replace(
        row_candidates,
        first=row_candidates.first[inside] - first,
        last=row_candidates.last[inside] - first,
        boxes=row_candidates.boxes[inside],
        geometry=row_candidates.geometry[inside],
        ink=kept.soft,
        label=kept.label,
    )
    return candidates, kept


def joined(regions: Sequence[Region]) -> list[list[Region]]:
    """Neighbours in a line, with no ruled line between them, that may be one number in several regions."""
    boxes = [box_of(region) for region in regions]
    following: dict[int, int] = {}
    for n, box in enumerate(boxes):
        beside = [
            (other.left, m)
            for m, other in enumerate(boxes)
            if regions[n].look is regions[m].look
            and _in_line(box, other)
            and not parted(regions[n], regions[m])
        ]
        if beside:
            following[n] = min(beside)[1]
    return [[regions[n] for n in chain] for chain in _chains(following) if len(chain) <= REGIONS_MAX]


def are_digits(regions: Sequence[Region]) -> bool:
    """Whether each region is so narrow that it is one digit: such digits are no numbers of their own."""
    return all(region.width <= region.height for region in regions)


def _chains(following: Mapping[int, int]) -> Iterator[list[int]]:
    """Runs of two or more that follow each other, of lines that are no running text."""
    starts = set(following) - set(following.values())
    for start in starts:
        line = [start]
        while line[-1] in following:
            line.append(following[line[-1]])
        if len(line) <= WINDOW_LINE_MAX:
            yield from (line[a:b] for a in range(len(line)) for b in range(a + 2, len(line) + 1))


def _in_line(box: Box, other: Box) -> bool:
    """Whether `other` stands to the right of `box`, near, as high and at the same height."""
    higher, lower = max(box.height, other.height), min(box.height, other.height)
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return bool(
        lower > ALIKE * higher
        and overlap > ALIKE * lower
        and box.left < other.left < box.right + DIGIT_GAP_MAX * higher
        and other.left > box.right - ALIKE * lower
    )
