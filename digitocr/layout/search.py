"""The numbers of a page, each as it is seen at a good size."""

from collections.abc import Sequence

import numpy as np

from digitocr.layout.looks import (
    BEST_PX,
    ENLARGE_MAX,
    HIGH_PX,
    LOOK_MEGAPIXELS,
    SMALL_PX,
    Look,
    Segment,
    first_look,
    look_closer,
    small_ink,
)
from digitocr.layout.maps import HEIGHT_RANGE_PX
from digitocr.layout.neighbours import join_neighbours
from digitocr.layout.region import Region, largest_share
from digitocr.layout.regions import regions_of
from digitocr.records import Gray

SMALL_COUNT = 5  # pieces of small ink in a tile that are worth a look, where numbers were found; else any are
# Of the ink around a core: with more of it other ink, the number is looked at again. Digits in print among
# words are all letters to the map of other ink at one size and none at another. With 0.15 as many cases are
# found, but a drawn amount comes apart.
DOUBTFUL_SHARE = 0.3
AGAIN_FACTOR = 1.25  # times as large; print of 10 px is doubtful at 2.0 and sure at 1.6, 2.5 and 3.0
SAME_SHARE = 0.5  # of the smaller box: two looks at one number overlap by more, two numbers by less


def find_regions(gray: Gray, segment: Segment, *, closer: bool = True) -> list[Region]:
    """The numbers of a page, (H, W) uint8; see `look_for_regions`."""
    return look_for_regions(gray, segment, closer=closer)[0]


def look_for_regions(gray: Gray, segment: Segment, *, closer: bool = True) -> tuple[list[Region], list[Look]]:
    """The numbers of a page, (H, W) uint8, and the looks at it, from far to near.

    What is high enough in a look is kept as it is seen there. Elsewhere, where small ink stands, the page is
    looked at again at twice the size, and what is found among other ink a little larger, but not unless
    `closer`.
    """
    look = first_look(gray, segment)
    high = _typical_height(list(regions_of(look)))
    if high > HIGH_PX:
        look = first_look(gray, segment, look.input_px * BEST_PX / high)
    looks = [look]
    kept: list[Region] = []
    small: list[Region] = []
    budget = LOOK_MEGAPIXELS * 1e6
    while True:
        fresh = [region for region in regions_of(look) if not _inside(region, kept)]
        small = [region for region in small if not look.shows(*region.middle)]
        kept += [region for region in fresh if region.input_height >= SMALL_PX]
        small += [region for region in fresh if region.input_height < SMALL_PX]
        scale = min(2 * look.input_px, ENLARGE_MAX)
        if scale <= look.input_px:
            break
        ink = small_ink(look)
        if kept and len(ink):
            ink = ink[largest_share(ink, kept) < SAME_SHARE]
        least = SMALL_COUNT if kept else 1
        finer = look_closer(gray, segment, scale, ink, budget, least) if closer and len(ink) else None
        if finer is None:
            break
        look, budget = finer[0], budget - finer[1]
        looks.append(look)
    if closer:
        kept = _looked_at_again(gray, segment, kept, budget)
    legible = [region for region in small if region.height >= HEIGHT_RANGE_PX[0]]
    return join_neighbours(kept + legible), looks


def _looked_at_again(gray: Gray, segment: Segment, regions: Sequence[Region], budget: float) -> list[Region]:
    """The regions; of those with other ink in them what a larger look is surer of, if it is."""
    doubtful = [region for region in regions if region.other_share > DOUBTFUL_SHARE]
    numbers = [region for region in regions if region.other_share <= DOUBTFUL_SHARE]
    for look in {id(region.look): region.look for region in doubtful}.values():
        members = [region for region in doubtful if region.look is look]
        boxes = np.array([region.box for region in members])
        larger = look_closer(gray, segment, AGAIN_FACTOR * look.input_px, boxes, budget, 1)
        surer: list[Region] = []
        if larger:
            budget -= larger[1]
            surer = [
                region
                for region in regions_of(larger[0])
                if not _inside(region, numbers) and _is_surer(region, members)
            ]
        numbers += surer + [region for region in members if not _inside(region, surer)]
    return numbers


def _is_surer(region: Region, others: Sequence[Region]) -> bool:
    """Whether a region has less other ink in it than one of others that stands there."""
    shares = [other.other_share for other in others if _inside(other, [region])]
    return region.other_share < max(shares, default=0.0)


def _typical_height(regions: Sequence[Region]) -> float:
    """How high the larger numbers are in the network's input: the median weighted by area; 0 for none."""
    if not regions:
        return 0.0
    heights = np.array([region.input_height for region in regions])
    order = np.argsort(heights)
    weight = np.cumsum(np.array([region.width * region.height for region in regions])[order])
    return float(heights[order][int(np.searchsorted(weight, 0.5 * weight[-1]))])


def _inside(region: Region, others: Sequence[Region]) -> bool:
    return bool(len(others) and largest_share(np.array([region.box]), others)[0] >= SAME_SHARE)
