"""Maps to numbers: each connected component of the number core, and the digit ink that is nearest to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.looks import (
    ENLARGE_MAX,
    LOOK_MEGAPIXELS,
    SMALL_PX,
    Look,
    Segment,
    first_look,
    look_closer,
    small_ink,
)
from digitocr.records import Gray

CORE_MIN, LINK_MIN, DIGIT_MIN = 128, 128, 110  # of 255
CORE_SHARE = 0.44  # of a digit's height: as high is the core, as it is drawn for training
AREA_MIN = 3  # map pixels of core: less is noise
REACH = 0.62  # of a digit's height: ink farther from the core is not the number's
HEIGHT_BEST_PX = 24.0  # of digits in a look: there the maps are best
HEIGHT_MIN_PX = 6.0
SAME_SHARE = 0.5  # of the smaller box: two looks that overlap so much saw the same number


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One number as a look shows it.

    `box` (left, top, right, bottom) is around its digit ink and `core` around its core, in pixels of the
    page; `height` is how high its digits are there. `look` has the maps and `owner` (h, w) int32 says to
    which of the look's regions a map pixel is nearest: this one's are `label`. `linked` is whether its
    digits stand apart.
    """

    look: Look
    owner: NDArray[np.int32]
    label: int
    box: tuple[float, float, float, float]
    height: float
    linked: bool

    @property
    def input_height(self) -> float:
        """The height of its digits in the network's input."""
        return self.height * self.look.input_px


def find_regions(gray: Gray, segment: Segment) -> list[Region]:
    """The numbers of a page, (H, W) uint8.

    What is high enough in a look is kept as it is seen there. Elsewhere, where small ink stands, the page is
    looked at again at twice the size.
    """
    look = first_look(gray, segment)
    kept: list[Region] = []
    small: list[Region] = []
    budget = LOOK_MEGAPIXELS * 1e6
    while True:
        fresh = [region for region in regions_of(look) if not _inside(region, kept)]
        small = [region for region in small if not _inside(region, fresh)]
        kept += [region for region in fresh if region.input_height >= SMALL_PX]
        small += [region for region in fresh if region.input_height < SMALL_PX]
        scale = min(2 * look.input_px, ENLARGE_MAX)
        if scale <= look.input_px:
            break
        ink = small_ink(look)
        if kept and len(ink):
            ink = ink[_shared_with(ink, kept) < SAME_SHARE]
        closer = look_closer(gray, segment, scale, ink, budget) if len(ink) else None
        if closer is None:
            break
        look, budget = closer[0], budget - closer[1]
    return kept + small


def _inside(region: Region, others: Sequence[Region]) -> bool:
    return bool(len(others) and _shared_with(np.array([region.box]), others)[0] >= SAME_SHARE)


def _shared_with(boxes: NDArray[np.float64], regions: Sequence[Region]) -> NDArray[np.float64]:
    """The largest share of each of boxes (N, 4), or of a region, that both have."""
    others = np.array([region.box for region in regions])
    return np.array([_shared(box, others).max() for box in boxes])


def _shared(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of the smaller of two boxes they share, (N,) for N others."""
    size = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    least = np.minimum((box[2:] - box[:2]).prod(), areas)
    return np.asarray(np.clip(size, 0, None).prod(axis=1) / np.maximum(least, 1e-9), np.float64)


def regions_of(look: Look) -> list[Region]:
    """The numbers that one look shows."""
    maps = look.maps
    core = (maps.core >= CORE_MIN) | (maps.link >= LINK_MIN)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    if count < 2:
        return []
    distance, nearest = cv2.distanceTransformWithLabels(
        (~core).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    component_of = np.zeros(int(nearest.max()) + 1, np.int32)
    component_of[nearest[core]] = labels[core]
    owner = component_of[nearest]
    ink = maps.digit >= DIGIT_MIN
    regions = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        inside = np.s_[top : top + height, left : left + width]
        digit_height = core_height(maps.core[inside], labels[inside] == label) / CORE_SHARE
        if area < AREA_MIN or digit_height < HEIGHT_MIN_PX * maps.scale:
            continue
        reach = int(np.ceil(REACH * digit_height)) + 1
        y0, x0 = max(0, top - reach), max(0, left - reach)
        window = np.s_[y0 : top + height + reach, x0 : left + width + reach]
        own = ink[window] & (owner[window] == label) & (distance[window] <= reach)
        x, y, across, down = cv2.boundingRect(own.astype(np.uint8))
        if not across:
            continue
        box = np.array([x0 + x, y0 + y, x0 + x + across, y0 + y + down]) / look.scale
        linked = bool((maps.link[top : top + height, left : left + width] >= LINK_MIN).any())
        regions.append(
            Region(look, owner, label, tuple(box.tolist()), digit_height / look.scale, linked)
        )
    return regions


def core_height(core: Gray, member: NDArray[np.bool_]) -> float:
    """How high a band of core is in the mean of its columns, in map pixels.

    The sum of the probabilities in a column: the number of its pixels would be much too coarse a measure.
    """
    weight = np.where(member, core, 0).sum(axis=0, dtype=np.float64) / 255
    return float(weight[weight > 0].mean())
