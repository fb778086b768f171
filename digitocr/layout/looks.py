"""Looks at a page: maps at one or more sizes, so that digits of any height are seen at a good one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.maps import AREA_MIN, INK_MIN, PageMaps
from digitocr.records import Gray

Segment = Callable[[Gray], PageMaps]

COARSE_SIDE_PX = 640  # limit of long side of the first look
ENLARGE_MAX = 2.0  # limit, times: a page is looked at no larger than this
# digits higher than this in the first look are looked at so high instead: 50 loses 4 of 12 tally rows
HIGH_PX, BEST_PX = 40.0, 26.0
SMALL_PX = 16.0  # ink lower than this, in pixels of a look, is looked at again at twice the size
LOOK_TILE_PX = 640  # size of a tile of a look
OVERLAP_PX = 48  # size of the margin of a tile that is left to its neighbours
LOOK_MEGAPIXELS = 16.0  # limit of all tiles of a page: what is beyond is not looked at


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The maps of a page (H, W) at one size: `scale` map pixels a pixel of the page.

    `tiles` (N, 4) are the parts of the page that were looked at, in its pixels; elsewhere the maps are 0.
    """

    maps: PageMaps
    scale: float
    tiles: NDArray[np.float64]

    def shows(self, x: float, y: float) -> bool:
        """Whether a point of the page was looked at."""
        left, top, right, bottom = self.tiles.T
        return bool(((left <= x) & (x < right) & (top <= y) & (y < bottom)).any())

    @property
    def input_px(self) -> float:
        """Pixels of the network's input a pixel of the page."""
        return self.scale / self.maps.scale


def first_look(gray: Gray, segment: Segment, scale: float | None = None) -> Look:
    """A look at a whole page, (H, W) uint8, from far, and never enlarged; or at another size."""
    scale = scale or min(COARSE_SIDE_PX / max(gray.shape), 1.0)
    maps = segment(resized(gray, scale))
    return Look(maps, scale * maps.scale, np.array([[0, 0, gray.shape[1], gray.shape[0]]], np.float64))


def resized(gray: Gray, scale: float) -> Gray:
    """A page (H, W) uint8 at another size."""
    if scale == 1:
        return gray
    size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return opencv.resize(gray, size, smooth)


def small_ink(look: Look) -> NDArray[np.float64]:
    """The boxes (N, 4) of small pieces of digit or other ink that a look shows, in pixels of the page."""
    maps = look.maps
    stats = opencv.component_stats(opencv.threshold(np.maximum(maps.digit, maps.other), INK_MIN))
    boxes = stats[:, :4].astype(np.float64)
    small = (boxes[:, 3] < SMALL_PX * maps.scale) & (stats[:, cv2.CC_STAT_AREA] >= AREA_MIN)
    boxes[:, 2:] += boxes[:, :2]
    return np.asarray(boxes[small] / look.scale, np.float64)


def look_closer(
    gray: Gray, segment: Segment, scale: float, boxes: NDArray[np.float64], budget: float, least: int
) -> tuple[Look, float] | None:
    """Look at those tiles of a page in which small ink stands in `boxes` (N, 4), pixels of the page.

    Args:
        gray: the page (H, W) uint8.
        segment: makes maps.
        scale: the size of the look, in shares of the page's.
        boxes: where small ink stands.
        budget: how many pixels may be looked at.
        least: so many pieces of small ink in a tile are worth a look.

    Returns:
        The look and how many pixels it took; None where there is nothing to look at or no budget.
    """
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 * scale
    height, width = round(gray.shape[0] * scale), round(gray.shape[1] * scale)
    image: Gray | None = None
    joined: list[Gray] = []
    tiles: list[tuple[int, int, int, int]] = []
    spent, map_scale = 0.0, 1.0
    for top, left in _tiles(height, width):
        half = LOOK_TILE_PX / 2
        inside = (np.abs(middles - (left + half, top + half)) < half).all(axis=1)
        if inside.sum() < least or spent > budget:
            continue
        image = resized(gray, scale) if image is None else image
        tile = image[top : top + LOOK_TILE_PX, left : left + LOOK_TILE_PX]
        maps = segment(np.ascontiguousarray(tile))
        spent += tile.size
        if not joined:
            map_scale = maps.scale
            size = round(height * map_scale), round(width * map_scale)
            joined = [np.zeros(size, np.uint8) for _ in fields(maps)]
        _paste(joined, maps, top, left)
        tiles.append((left, top, left + tile.shape[1], top + tile.shape[0]))
    if not joined:
        return None
    return Look(PageMaps(*joined), scale * map_scale, np.array(tiles) / scale), spent


def _tiles(height: int, width: int) -> Iterator[tuple[int, int]]:
    """The top and left of tiles that cover an image."""
    step = LOOK_TILE_PX - 2 * OVERLAP_PX
    for top in range(0, max(1, height - 2 * OVERLAP_PX), step):
        for left in range(0, max(1, width - 2 * OVERLAP_PX), step):
            yield min(top, max(0, height - LOOK_TILE_PX)), min(left, max(0, width - LOOK_TILE_PX))


def _paste(joined: list[Gray], maps: PageMaps, top: int, left: int) -> None:
    """Put the maps of a tile into those of the page, but for the margin where a neighbour sees more."""
    margin = [OVERLAP_PX if at > 0 else 0 for at in (top, left)]
    y, x = (round(at * maps.scale) for at in (top, left))
    my, mx = (round(m * maps.scale) for m in margin)
    for whole, field in zip(joined, fields(maps), strict=True):
        part = getattr(maps, field.name)[my:, mx:]
        target = whole[y + my : y + my + part.shape[0], x + mx : x + mx + part.shape[1]]
        target[...] = part[: target.shape[0], : target.shape[1]]
