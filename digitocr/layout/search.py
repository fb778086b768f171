"""The numbers of a page, each as it is seen at a good size."""

from collections.abc import Sequence

import numpy as np

from digitocr.layout.looks import (
    BEST_PX,
    ENLARGE_MAX,
    HIGH_PX,
    LOOK_MEGAPIXELS,
    SMALL_PX,
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
SAME_SHARE = 0.5  # of the smaller box: two looks at one number overlap by more, two numbers by less


def find_regions(gray: Gray, segment: Segment, *, closer: bool = True) -> list[Region]:
    """The numbers of a page, (H, W) uint8.

    What is high enough in a look is kept as it is seen there. Elsewhere, where small ink stands, the page is
    looked at again at twice the size, but not unless `closer`.
    """
    look = first_look(gray, segment)
    high = _typical_height(list(regions_of(look)))
    if high > HIGH_PX:
        look = first_look(gray, segment, look.input_px * BEST_PX / high)
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
    return join_neighbours(kept + [region for region in small if region.height >= HEIGHT_RANGE_PX[0]])


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
