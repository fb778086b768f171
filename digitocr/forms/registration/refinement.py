"""Where each part of a form lies on a page that was laid over it: paper bends, and prints differ a little."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

Matrix = NDArray[np.float64]  # (3, 3), takes (x, y, 1) of one plane to another
Floats = NDArray[np.float64]
Window = tuple[float, float, float, float]  # left, top, right, bottom in pixels

TILE_PX = 110  # the form is compared in tiles of this size, each with what is around it
TILE_INK_MIN = 0.01  # of a tile: with less print it says nothing of its place
BLUR = 1.0  # of the pictures compared: a line is found where it almost is
FAR_COST = 0.15  # of correlation: what a place at the end of the search has to be better by than one near


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a search: `pad` pixels around a window are compared, up to `reach` pixels aside.

    Both pictures are made `shrink` times smaller for it. What lies more than `stray` pixels from where its
    neighbours, up to `near` pixels away, are found was taken for another. With `stray_only` only what strayed
    in the step before is looked for.
    """

    pad: int
    reach: int
    shrink: int
    near: int
    stray: float
    stray_only: bool = False


# A row of boxes looks like the next: first the table is found, then the place in it.
TILES = (Level(100, 32, 4, 200, 0.0), Level(50, 12, 2, 160, 0.0))
WINDOWS = (Level(45, 8, 2, 150, 2.0),)
# What is not where its neighbours are is looked for again near them: at its edge a sheet may be curled.
PARTS = (Level(10, 4, 1, 150, 1.5), Level(10, 2, 1, 150, np.inf, True))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """`moved` (N, 2) are pixels aside, x and y; `seen` (N,) is the correlation there, NaN for no print."""

    moved: Floats
    seen: Floats


def map_points(matrix: Matrix, points: Floats) -> Floats:
    """Points (N, 2) taken by a homography."""
    x, y, w = matrix @ np.vstack([points.T, np.ones(len(points))])
    return np.stack([x / w, y / w], axis=1)


def resized(across: float, down: float | None = None) -> Matrix:
    """What takes pixels of a picture to those of the same resized by these factors, as OpenCV counts them.

    Whole numbers are the middles of pixels, so that the corner of a picture, at -0.5, stays where it is.
    """
    down = across if down is None else down
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])


def printed_tiles(form: Gray) -> list[Window]:
    """The tiles of a form, (H, W) uint8, in which something is printed."""
    height, width = form.shape
    tiles = []
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            tile = form[top : top + TILE_PX, left : left + TILE_PX]
            if cv2.mean(tile)[0] > TILE_INK_MIN * 255:
                tiles.append((float(left), float(top), float(left + TILE_PX), float(top + TILE_PX)))
    return tiles


def search(
    form: Gray, page: Gray, windows: Sequence[Window], start: Floats, levels: Sequence[Level]
) -> Found:
    """Find windows of a form on a page that was laid over it, level by level.

    Args:
        form: (H, W) uint8, what is printed on the blank sheet.
        page: (H, W) uint8, what is printed and written on the page.
        windows: in pixels of the form.
        start: (N, 2) how far aside each is looked for first.
        levels: the steps, each about where the one before found the window.
    """
    moved, seen = start.copy(), np.zeros(len(windows))
    stray: NDArray[np.bool_] = np.ones(len(windows), np.bool_)
    small = {times: (_shrunk(form, times), _shrunk(page, times)) for times in {one.shrink for one in levels}}
    for level in levels:
        small_form, small_page = small[level.shrink]
        for n, (left, top, right, bottom) in enumerate(windows):
            if level.stray_only and not stray[n]:
                continue
            padded = np.array([left - level.pad, top - level.pad, right + level.pad, bottom + level.pad])
            aside, seen[n] = _displacement(
                small_form,
                small_page,
                np.round(padded / level.shrink).astype(int),
                moved[n] / level.shrink,
                level.reach // level.shrink,
            )
            moved[n] = aside * level.shrink
        middles = middles_of(windows)
        around = interpolate(Found(moved, seen), middles, middles, level.near)
        stray = np.asarray((np.abs(moved - around) > level.stray).any(axis=1), np.bool_)
        moved[stray] = around[stray]
    return Found(moved, seen)


def interpolate(found: Found, places: Floats, wanted: Floats, near: float) -> Floats:
    """(M, 2) how far aside `wanted` (M, 2) places lie: the weighted median of what was found at `places`."""
    moved = np.zeros((len(wanted), 2))
    trust = np.nan_to_num(np.maximum(found.seen, 0) ** 2)
    for n, at in enumerate(wanted):
        weight = np.exp(-0.5 * ((places - at) ** 2).sum(axis=1) / near**2) * trust
        if weight.sum() > 0:
            moved[n] = [_weighted_median(found.moved[:, axis], weight) for axis in (0, 1)]
    return moved


def middles_of(windows: Sequence[Window]) -> Floats:
    """(N, 2) the middles of windows."""
    sides = np.array(windows, np.float64).reshape(-1, 4)
    return (sides[:, :2] + sides[:, 2:]) / 2


def _weighted_median(values: Floats, weight: Floats) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][int(np.searchsorted(total, 0.5 * total[-1]))])


def _shrunk(picture: Gray, times: int) -> Gray:
    if times > 1:
        size = (max(1, picture.shape[1] // times), max(1, picture.shape[0] // times))
        picture = opencv.resize(picture, size)
    return opencv.gaussian_blur(picture, BLUR)


def _displacement(
    form: Gray, page: Gray, window: NDArray[np.int_], start: Floats, reach: int
) -> tuple[Floats, float]:
    """How far what `form` has in `window` lies aside on `page`, and the correlation there."""
    height, width = form.shape
    left, top = np.maximum(window[:2], 0)
    right, bottom = np.minimum(window[2:], (width, height))
    patch = form[top:bottom, left:right]
    if min(patch.shape) < 3 or cv2.meanStdDev(patch)[1][0, 0] < 1:
        return start, np.nan
    dx, dy = (round(float(step)) for step in start)
    matrix = np.array([[1, 0, left + dx - reach], [0, 1, top + dy - reach]], np.float64)
    size = (patch.shape[1] + 2 * reach, patch.shape[0] + 2 * reach)
    area = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    scores: Floats = np.nan_to_num(np.asarray(cv2.matchTemplate(area, patch, cv2.TM_CCOEFF_NORMED), float))
    steps = np.arange(-reach, reach + 1) / max(reach, 1)
    near = scores - FAR_COST * (steps**2 + steps[:, None] ** 2)
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    fine = np.array([x + _peak(scores[y], int(x)), y + _peak(scores[:, x], int(y))])
    return fine - reach + [dx, dy], float(scores[y, x])


def _peak(scores: Floats, at: int) -> float:
    """How far from `at` a parabola through three scores has its top, in -0.5..0.5."""
    if at in (0, len(scores) - 1):
        return 0.0
    before, here, after = (float(scores[at + step]) for step in (-1, 0, 1))
    curved = before - 2 * here + after
    return 0.0 if curved >= 0 else min(max(0.5 * (before - after) / curved, -0.5), 0.5)
