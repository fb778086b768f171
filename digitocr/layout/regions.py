"""Maps to numbers: each connected component of the number core, and the digit ink that is nearest to it."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.links import credible_links
from digitocr.layout.looks import Look
from digitocr.layout.maps import AREA_MIN, CORE_END, CORE_MARGIN, INK_MIN, LIKELY, PageMaps, digit_heights_px
from digitocr.layout.region import Region
from digitocr.layout.upright import claim_upright_strokes

# of 255: somewhere a core and its ink are so probable; at 250 a tally row and 7 % of pencilled cells go
PEAK_MIN = 200
# of a digit's height: ink farther from the core is not the number's, as pages are drawn, but where it
REACH = 0.62
REACH_JOINED = 1.5  # is joined to ink that is nearer, as the long strokes of old hands are
WIDE = 3.0  # times its height: so wide a core tells how a page is tilted; 3.75 reads a register row otherwise


def regions_of(look: Look) -> Iterator[Region]:
    """The numbers that one look shows."""
    maps = look.maps
    core = np.asarray((maps.core >= LIKELY) | credible_links(maps), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    if count < 2:
        return
    owner, distance = nearest_component(core, np.asarray(labels, np.int32))
    maps = claim_upright_strokes(maps, core, owner)
    look = replace(look, maps=maps)
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
        digit = _joined_to(own & (maps.digit[window] >= INK_MIN), near)
        certain = maps.core[inside][member].max(initial=0), maps.digit[window][digit].max(initial=0)
        if min(certain) < PEAK_MIN:
            continue
        dx, dy, across, down = cv2.boundingRect(digit.astype(np.uint8))
        ink = np.array([x + dx, y + dy, x + dx + across, y + dy + down], np.float64)
        band = np.array([left, top, left + width, top + height], np.float64)
        band += np.array([-CORE_END, -CORE_MARGIN, CORE_END, CORE_MARGIN]) * digit_px
        box = np.concatenate([np.minimum(ink, band)[:2], np.maximum(ink, band)[2:]]) / look.scale
        other = near & (maps.other[window] > np.maximum(maps.digit[window], INK_MIN))
        yield Region(
            look,
            owner,
            (label,),
            (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            digit_px / look.scale,
            bool((maps.link[inside][member] >= LIKELY).any()),
            _tilt(member) if width > WIDE * height else None,
            float(other.sum() / (other.sum() + digit.sum())),
        )


def _joined_to(ink: NDArray[np.bool_], near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The components of ink that come near: a long stroke belongs to its digit as far as it goes."""
    _, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    is_near = np.bincount(labels[ink & near], minlength=int(labels.max()) + 1) > 0
    return np.asarray(ink & is_near[labels], np.bool_)


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
