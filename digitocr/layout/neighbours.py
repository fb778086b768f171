"""Numbers that stand too close to be two: a core that broke off is put together again."""

from collections.abc import Sequence

import numpy as np

from digitocr.layout.maps import LIKELY
from digitocr.layout.order import text_lines
from digitocr.layout.region import Region, box_of, union

# Of the digits' height. Two numbers on one line stand farther apart than two digits of one do, unless a line
# parts them; pages are drawn so.
NEIGHBOUR_GAP_MAX = 0.35
# Numbers in a text line: more is a table, whose columns may be as close (tables A 92 -> 65 % without). To
# join what overlaps in longer lines mends a 12 beside a rule and loses two numbers of the public cases.
JOINED_LINE_MAX = 3
# Of the higher digit's height: two digits of one number are as high. Of the lower's: they are level by so
# much, and no upright line so long stands between them.
ALIKE_MIN = 0.6


def join_neighbours(regions: Sequence[Region]) -> list[Region]:
    """Put together what stands side by side in one look, from left to right; all else stays as it is."""
    region_of = {box_of(region): region for region in regions}
    numbers: list[Region] = []
    for line in text_lines(list(region_of)):
        members = sorted((region_of[box] for box in line), key=lambda region: region.box[0])
        if len(members) <= JOINED_LINE_MAX:
            members = _joined(members)
        numbers += members
    return numbers


def _joined(members: Sequence[Region]) -> list[Region]:
    """The regions of a text line, from left to right, those that are one number put together."""
    joined = [members[0]]
    for region in members[1:]:
        if _is_one_number(joined[-1], region):
            joined[-1] = union([joined[-1], region])
        else:
            joined.append(region)
    return joined


def _is_one_number(left: Region, right: Region) -> bool:
    low, high = sorted((left.height, right.height))
    level = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    gap = right.box[0] - left.box[2]
    beside = -low < gap <= NEIGHBOUR_GAP_MAX * low and right.middle[0] > left.box[2]
    if left.look is not right.look or low < ALIKE_MIN * high or level < ALIKE_MIN * low or not beside:
        return False
    return not parted(left, right)


def parted(left: Region, right: Region) -> bool:
    """Whether the maps show an upright line between two numbers."""
    scale = left.look.scale
    top, bottom = (round(scale * f(left.box[n], right.box[n])) for f, n in ((max, 1), (min, 3)))
    start, end = sorted((left.box[2], right.box[0]))
    reach = NEIGHBOUR_GAP_MAX * left.height / 2
    across = slice(max(0, int(scale * (start - reach))), int(scale * (end + reach)) + 1)
    line = left.look.maps.line[max(0, top) : max(bottom, top + 1), across] >= LIKELY
    return bool(line.size and np.max(line.mean(axis=0)) >= ALIKE_MIN)
