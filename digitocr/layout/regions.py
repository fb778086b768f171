"""Maps to numbers: each connected component of the number core, and the digit ink that is nearest to it."""

from collections.abc import Iterator, Sequence
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
from digitocr.layout.maps import PageMaps, digit_heights_px
from digitocr.records import Box, Gray

PROBABLE = 128  # of 255
DIGIT_MIN = 110  # of 255: ink of a digit
PEAK_MIN = 200  # of 255: somewhere a number's core and its ink are so probable; granite and cloth are not
HEIGHT_MIN_PX = 6.0  # of the page: lower digits cannot be told apart
AREA_MIN = 3  # map pixels of core: less is noise
CORE_MARGIN, CORE_END = 0.28, 0.2  # of a digit's height: so much larger is the number, above and aside
REACH = 0.62  # of a digit's height: ink farther from the core is not the number's, but where it
REACH_JOINED = 1.5  # is joined to ink that is nearer, as the long strokes of old hands are
GRID_LINE_MIN = 2.6  # of the digits' height: a side of a digit box is shorter, a line of a grid is longer
LEAN_PX = 2  # map pixels: so far a line may lean aside on the way
SAME_SHARE = 0.5  # of the smaller box: two regions that overlap so much are the same number
WIDE = 3.0  # times its height: so wide a core tells how a page is tilted


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One number as a look shows it.

    `box` (left, top, right, bottom) is around its digit ink, in pixels of the page, and `height` is how high
    its digits are there. `owner` (h, w) int32 says for each pixel of the look's maps to which core it is
    nearest; this number's are `labels`. `linked` is whether digits of it stand apart, `tilt` by how many
    degrees its core rises to the right, None where that is too short to tell, and `other_share` how much of
    the ink around its core is no digit's.
    """

    look: Look
    owner: NDArray[np.int32]
    labels: tuple[int, ...]
    box: tuple[float, float, float, float]
    height: float
    linked: bool
    tilt: float | None
    other_share: float

    @property
    def middle(self) -> tuple[float, float]:
        """The x and y of its middle on the page."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def input_height(self) -> float:
        """The height of its digits in the network's input."""
        return self.height * self.look.input_px


def around(region: Region) -> Box:
    """The box of a region in whole pixels of the page."""
    left, top = np.floor(region.box[:2])
    right, bottom = np.ceil(region.box[2:])
    return Box(int(left), int(top), int(right), int(bottom))


def find_regions(gray: Gray, segment: Segment, *, closer: bool = True) -> list[Region]:
    """The numbers of a page, (H, W) uint8.

    What is high enough in a look is kept as it is seen there. Elsewhere, where small ink stands, the page is
    looked at again at twice the size, but not unless `closer`.
    """
    look = first_look(gray, segment)
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
            ink = ink[_shared_with(ink, kept) < SAME_SHARE]
        finer = look_closer(gray, segment, scale, ink, budget) if closer and len(ink) else None
        if finer is None:
            break
        look, budget = finer[0], budget - finer[1]
    return kept + [region for region in small if region.height >= HEIGHT_MIN_PX]


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


def regions_of(look: Look) -> Iterator[Region]:
    """The numbers that one look shows."""
    maps = look.maps
    core = np.asarray((maps.core >= PROBABLE) | credible_links(maps), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    if count < 2:
        return
    owner, distance = nearest_component(core, np.asarray(labels, np.int32))
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area < AREA_MIN:
            continue
        inside = np.s_[top : top + height, left : left + width]
        member = labels[inside] == label
        digit_px = _digit_height(maps, inside, member)
        reach, far = (int(np.ceil(heights * digit_px)) + 1 for heights in (REACH, REACH_JOINED))
        y, x = max(0, top - far), max(0, left - far)
        window = np.s_[y : top + height + far, x : left + width + far]
        own = owner[window] == label
        near = own & (distance[window] <= reach)
        digit = _joined_to(own & (maps.digit[window] >= DIGIT_MIN), near)
        certain = maps.core[inside][member].max(initial=0), maps.digit[window][digit].max(initial=0)
        if min(certain) < PEAK_MIN:
            continue
        dx, dy, across, down = cv2.boundingRect(digit.astype(np.uint8))
        ink = np.array([x + dx, y + dy, x + dx + across, y + dy + down], np.float64)
        band = np.array([left, top, left + width, top + height], np.float64)
        band += np.array([-CORE_END, -CORE_MARGIN, CORE_END, CORE_MARGIN]) * digit_px
        box = np.concatenate([np.minimum(ink, band)[:2], np.maximum(ink, band)[2:]]) / look.scale
        other = near & (maps.other[window] > np.maximum(maps.digit[window], DIGIT_MIN))
        yield Region(
            look,
            owner,
            (label,),
            (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            digit_px / look.scale,
            bool((maps.link[inside][member] >= PROBABLE).any()),
            _tilt(member) if width > WIDE * height else None,
            float(other.sum() / (other.sum() + digit.sum())),
        )


def credible_links(maps: PageMaps) -> NDArray[np.bool_]:
    """Where the maps say that two digits are of one number, but not across a line that goes on past the row.

    Boxes for the digits of a number look like the cells of a grid, but their sides end at the row.
    """
    links = maps.link >= PROBABLE
    if not links.any():
        return links
    levels = maps.height[links]
    row = GRID_LINE_MIN * float(np.median(digit_heights_px(levels))) * maps.scale
    lines = cv2.dilate(maps.line, np.ones((1, 1 + 2 * LEAN_PX), np.uint8))
    kernel = np.ones((max(3, round(row)), 1), np.uint8)
    long = cv2.morphologyEx(np.asarray(lines >= PROBABLE, np.uint8), cv2.MORPH_OPEN, kernel)
    _, labels = cv2.connectedComponents(links.astype(np.uint8), connectivity=8)
    crossing = np.unique(labels[(long > 0) & links])
    return links & ~np.isin(labels, crossing)


def _joined_to(ink: NDArray[np.bool_], near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The components of ink that come near: a long stroke belongs to its digit as far as it goes."""
    _, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    return ink & np.isin(labels, np.unique(labels[ink & near]))


def nearest_component(
    mask: NDArray[np.uint8], labels: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """For each pixel the label of the component of `mask` (h, w) that is nearest, and how far that is."""
    outside = np.asarray(1 - mask, np.uint8)
    distance, nearest = cv2.distanceTransformWithLabels(
        outside, cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    label_of = np.zeros(int(nearest.max()) + 1, np.int32)
    label_of[nearest[mask > 0]] = labels[mask > 0]
    return label_of[nearest], np.asarray(distance, np.float32)


def _digit_height(maps: PageMaps, inside: tuple[slice, slice], member: NDArray[np.bool_]) -> float:
    """How high the digits of a core are, in map pixels: what the map says there, the surer the more."""
    weight = np.where(member, maps.core[inside], 0).astype(np.float64)
    if not weight.any():  # nothing but a link
        weight = member.astype(np.float64)
    level = float((weight * maps.height[inside]).sum() / weight.sum())
    return float(digit_heights_px(np.array(level))) * maps.scale


def _tilt(member: NDArray[np.bool_]) -> float:
    """By how many degrees a wide band rises to the right: the direction in which its pixels spread most."""
    y, x = np.nonzero(member)
    spread = np.cov(np.stack([x, -y]).astype(np.float64))
    return float(np.degrees(0.5 * np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1])))
