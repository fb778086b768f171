"""Refinement of a registration: the offset of each region of a form from where the homography puts it.

Paper bends, and prints of one form differ a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

Matrix = NDArray[np.float64]  # (3, 3) homography: maps (x, y, 1) of one image to another
DoubleFloats = NDArray[np.float64]
RegionOfInterest = tuple[
    float, float, float, float
]  # a region of interest: left, top, right, bottom in pixels

TILE_PX = 110  # the form is compared in tiles of this size, each with what is expected it
TILE_PRINT_MIN = 0.01  # of a tile: with less print it cannot be located
BLUR_SIGMA_PX = 1.0  # of the images compared, so that a line correlates where it almost is
DISTANCE_COST = 0.15  # of correlation, at the largest offset: a nearer match is preferred


@dataclass(frozen=True, slots=True)
class SearchStep:
    """One step of a search by template matching, from coarse to fine.

    Attributes:
        padding_px: The margin around a region that is compared with it.
        reach_px: The largest offset that is tried.
        shrink: Both images are downscaled by this factor.
        neighbourhood_px: The distance over which the offsets of neighbours count.
        outlier_px: An offset that differs from its neighbours' by more is an outlier, replaced by theirs.
        outliers_only: Whether only the outliers of the step before are matched again.
    """

    padding_px: int
    reach_px: int
    shrink: int
    neighbourhood_px: int
    outlier_px: float
    outliers_only: bool = False


# A row of boxes looks like the next one: the table is located first, then the row in it.
TILE_STEPS = (SearchStep(100, 32, 4, 200, 0.0), SearchStep(50, 12, 2, 160, 0.0))
REGION_STEPS = (SearchStep(45, 8, 2, 150, 2.0),)
# Outliers are matched again near their neighbours: a sheet may be curled at its edges.
SUBREGION_STEPS = (SearchStep(10, 4, 1, 150, 1.5), SearchStep(10, 2, 1, 150, np.inf, True))


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """The `offsets` (N, 2) of regions, x and y in pixels, and the `correlations` (N,), NaN without print."""

    offsets: DoubleFloats
    correlations: DoubleFloats


def map_points(matrix: Matrix, points: DoubleFloats) -> DoubleFloats:
    """Points (N, 2) mapped by a homography."""
    x, y, w = matrix @ np.vstack([points.T, np.ones(len(points))])
    return np.stack([x / w, y / w], axis=1)


def resize_matrix(across: float, down: float | None = None) -> Matrix:
    """The matrix from pixels of an image to those of the same image resized, as OpenCV counts them.

    Whole numbers are the centres of pixels, so the corner of an image, at -0.5, is a fixed point.
    """
    down = across if down is None else down
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])


def textured_tiles(form: Gray) -> list[RegionOfInterest]:
    """The tiles of a form, (H, W) uint8, that have print."""
    height, width = form.shape
    tiles = []
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            tile = form[top : top + TILE_PX, left : left + TILE_PX]
            if cv2.mean(tile)[0] > TILE_PRINT_MIN * 255:
                tiles.append((float(left), float(top), float(left + TILE_PX), float(top + TILE_PX)))
    return tiles


def match_regions(
    form: Gray,
    page: Gray,
    regions: Sequence[RegionOfInterest],
    start: DoubleFloats,
    steps: Sequence[SearchStep],
) -> Offsets:
    """Locate regions of a form on a page that was warped to it.

    Args:
        form: (H, W) uint8, what is printed on the blank sheet.
        page: (H, W) uint8, what is printed and written on the page.
        regions: N regions in pixels of the form.
        start: (N, 2) the offset at which each search begins.
        steps: The steps of the search; each begins at the offset that the one before measured.
    """
    offsets, correlations = start.copy(), np.zeros(len(regions))
    outliers: NDArray[np.bool_] = np.ones(len(regions), np.bool_)
    small = {
        times: (_downscaled(form, times), _downscaled(page, times))
        for times in {step.shrink for step in steps}
    }
    for step in steps:
        small_form, small_page = small[step.shrink]
        for n, (left, top, right, bottom) in enumerate(regions):
            if step.outliers_only and not outliers[n]:
                continue
            padded = np.array(
                [
                    left - step.padding_px,
                    top - step.padding_px,
                    right + step.padding_px,
                    bottom + step.padding_px,
                ]
            )
            offset, correlations[n] = _match(
                small_form,
                small_page,
                np.round(padded / step.shrink).astype(int),
                offsets[n] / step.shrink,
                step.reach_px // step.shrink,
            )
            offsets[n] = offset * step.shrink
        centres = centres_of(regions)
        expected = interpolate_offsets(
            Offsets(offsets, correlations), centres, centres, step.neighbourhood_px
        )
        outliers = np.asarray((np.abs(offsets - expected) > step.outlier_px).any(axis=1), np.bool_)
        offsets[outliers] = expected[outliers]
    return Offsets(offsets, correlations)


def interpolate_offsets(
    measured: Offsets, centres: DoubleFloats, wanted: DoubleFloats, neighbourhood_px: float
) -> DoubleFloats:
    """The offsets (M, 2) at the points `wanted` (M, 2): weighted medians of those measured at `centres`."""
    offsets = np.zeros((len(wanted), 2))
    trust = np.nan_to_num(np.maximum(measured.correlations, 0) ** 2)
    for n, at in enumerate(wanted):
        weight = np.exp(-0.5 * ((centres - at) ** 2).sum(axis=1) / neighbourhood_px**2) * trust
        if weight.sum() > 0:
            offsets[n] = [_weighted_median(measured.offsets[:, axis], weight) for axis in (0, 1)]
    return offsets


def centres_of(regions: Sequence[RegionOfInterest]) -> DoubleFloats:
    """The centres (N, 2) of regions."""
    sides = np.array(regions, np.float64).reshape(-1, 4)
    return (sides[:, :2] + sides[:, 2:]) / 2


def _weighted_median(values: DoubleFloats, weight: DoubleFloats) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][int(np.searchsorted(total, 0.5 * total[-1]))])


def _downscaled(picture: Gray, times: int) -> Gray:
    if times > 1:
        size = (max(1, picture.shape[1] // times), max(1, picture.shape[0] // times))
        picture = opencv.resize(picture, size)
    return opencv.gaussian_blur(picture, BLUR_SIGMA_PX)


def _match(
    form: Gray, page: Gray, region: NDArray[np.int_], start: DoubleFloats, reach_px: int
) -> tuple[DoubleFloats, float]:
    """The offset of a region between `form` and `page`, to a fraction of a pixel, and its correlation."""
    height, width = form.shape
    left, top = np.maximum(region[:2], 0)
    right, bottom = np.minimum(region[2:], (width, height))
    patch = form[top:bottom, left:right]
    if min(patch.shape) < 3 or cv2.meanStdDev(patch)[1][0, 0] < 1:
        return start, np.nan
    dx, dy = (round(float(step)) for step in start)
    matrix = np.array([[1, 0, left + dx - reach_px], [0, 1, top + dy - reach_px]], np.float64)
    size = (patch.shape[1] + 2 * reach_px, patch.shape[0] + 2 * reach_px)
    area = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    scores: DoubleFloats = np.nan_to_num(
        np.asarray(cv2.matchTemplate(area, patch, cv2.TM_CCOEFF_NORMED), float)
    )
    distance = np.arange(-reach_px, reach_px + 1) / max(reach_px, 1)
    penalised = scores - DISTANCE_COST * (distance**2 + distance[:, None] ** 2)
    y, x = np.unravel_index(int(penalised.argmax()), penalised.shape)
    fine = np.array([x + _peak(scores[y], int(x)), y + _peak(scores[:, x], int(y))])
    return fine - reach_px + [dx, dy], float(scores[y, x])


def _peak(scores: DoubleFloats, at: int) -> float:
    """The distance, -0.5..0.5, of a parabola's maximum from `at`, fitted through three scores."""
    if at in (0, len(scores) - 1):
        return 0.0
    before, here, after = (float(scores[at + step]) for step in (-1, 0, 1))
    curved = before - 2 * here + after
    return 0.0 if curved >= 0 else min(max(0.5 * (before - after) / curved, -0.5), 0.5)
