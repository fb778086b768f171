"""Where else a number may stand on a page than in a group of its own: in a part of one, or across several.

A postal code may be written close to the name of its town, so that both are one group; the digits of another
fill boxes so loosely that they are several. Which of these is a number only its format can tell.
"""

from collections import Counter
from dataclasses import replace

import numpy as np

from digitocr.layout.groups import Groups
from digitocr.records import Box
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.segment import Slices

BLANK_MIN = 0.22  # of the height: a narrower blank parts no word from a number
BLANKS = 3  # the widest so many blanks of a row are tried
GAP_MAX = 2.5  # of the height: an empty box for a digit, with the margins of those beside it
ALIKE = 0.5  # of the height of the higher: what is lower is a piece of a digit
GROUPS_MAX = 4  # of which one number is made
PHRASE_MAX = 3  # groups of a line that was parted at wide blanks: what has more is no number but text


def runs(slices: Slices) -> list[tuple[int, int]]:
    """The parts of a row between its widest blanks, as (first, last) of its slices, the whole left out."""
    rights = np.maximum.accumulate(slices.boxes[:-1, 2])
    blanks = slices.boxes[1:, 0] - rights
    wide = [n for n in np.argsort(-blanks, kind="stable")[:BLANKS] if blanks[n] > BLANK_MIN * slices.height]
    ends = [0, *sorted(int(n) + 1 for n in wide), len(slices)]
    pairs = [(first, last) for n, first in enumerate(ends) for last in ends[n + 1 :]]
    return [pair for pair in pairs if pair != (0, len(slices))]


def part(found: Candidates, slices: Slices, first: int, last: int) -> tuple[Candidates, Slices]:
    """The candidates and slices of a row from slice `first` to before slice `last`."""
    inside = (found.first >= first) & (found.last <= last)
    within = (slices.label >= first) & (slices.label < last)
    kept = replace(
        slices,
        soft=np.where(within, slices.soft, np.uint8(0)),
        dark=np.where(within, slices.dark, np.uint8(0)),
        label=np.where(within, slices.label - np.uint8(first), np.uint8(0)),
        boxes=slices.boxes[first:last],
        area=slices.area[first:last],
        cuts=slices.cuts[first : last - 1],
    )
    candidates = replace(
        found,
        first=found.first[inside] - first,
        last=found.last[inside] - first,
        boxes=found.boxes[inside],
        geometry=found.geometry[inside],
        ink=kept.soft,
        label=kept.label,
    )
    return candidates, kept


def joined(groups: Groups) -> list[Box]:
    """The boxes around neighbours in a line that may be one number, though they are groups of their own."""
    boxes, phrases = groups.boxes, groups.phrases
    text = {phrase for phrase, count in Counter(phrases).items() if count > PHRASE_MAX}
    # What stands in boxes is a number of its own.
    text |= {phrase for phrase, digits in zip(phrases, groups.digits, strict=True) if digits is not None}
    following: dict[int, int] = {}
    for n, box in enumerate(boxes):
        beside = [
            (other.left, m)
            for m, other in enumerate(boxes)
            if phrases[n] not in text and phrases[m] not in text and _in_line(box, other)
        ]
        if beside:
            following[n] = min(beside)[1]
    around = []
    for n in following:
        box, at = boxes[n], n
        for _ in range(GROUPS_MAX - 1):
            if at not in following:
                break
            at = following[at]
            other = boxes[at]
            box = Box(
                min(box.left, other.left),
                min(box.top, other.top),
                max(box.right, other.right),
                max(box.bottom, other.bottom),
            )
            around.append(box)
    return list(dict.fromkeys(around))


def _in_line(box: Box, other: Box) -> bool:
    """Whether `other` stands to the right of `box`, near, as high and at the same height."""
    higher, lower = max(box.height, other.height), min(box.height, other.height)
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return bool(
        lower > ALIKE * higher
        and overlap > ALIKE * lower
        and box.left < other.left < box.right + GAP_MAX * higher
        and other.left > box.right - ALIKE * lower
    )
