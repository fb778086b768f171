"""Registration: a form's sheet is located in a scan or photograph, whichever way it lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.registration.initial_homography import (
    INLIER_PX,
    MATCHES_MIN,
    coarse_print,
    find_homography,
    warp_to_form,
)
from digitocr.forms.registration.keypoints import Keypoints, find_keypoints
from digitocr.forms.registration.piecewise import fit_affine, split_regions
from digitocr.forms.registration.refinement import (
    REGION_STEPS,
    SUBREGION_STEPS,
    TILE_STEPS,
    DoubleFloats,
    Matrix,
    Offsets,
    RegionOfInterest,
    centres_of,
    interpolate_offsets,
    map_points,
    match_regions,
    resize_matrix,
    textured_tiles,
)
from digitocr.records import Box, Gray

CORRELATION_MIN = 0.4  # sheets of other forms reached 0.26, other versions of the same form 0.6
REGION_CORRELATION_MIN = 0.35  # the same for the regions: forms of one family share frames and headings


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A form's blank sheet, prepared once.

    Attributes:
        keypoints: The keypoints of the sheet.
        coarse_print: (h, w) uint8, its print at the size at which homographies are compared.
        tiles: The tiles that have print, in pixels of `keypoints.print`.
        regions: The regions of interest, one a field, in the same pixels.
        subregions: The pieces of the regions.
        region_of: (P,) the index of the region of each piece.
    """

    keypoints: Keypoints
    coarse_print: Gray
    tiles: tuple[RegionOfInterest, ...]
    regions: tuple[RegionOfInterest, ...]
    subregions: tuple[RegionOfInterest, ...]
    region_of: NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Where a form's sheet lies on a page.

    Attributes:
        page_from_form: (3, 3) the homography from pixels of the blank sheet to those of the page.
        region_homographies: The same for each region, more exactly.
        correlation: -1..1, of the print of the form and of the page: the median of all tiles.
    """

    page_from_form: Matrix
    region_homographies: tuple[Matrix, ...]
    correlation: float

    @property
    def degrees(self) -> float:
        """The angle in degrees, counter-clockwise, by which the page has to be rotated to be upright."""
        origin, unit = map_points(self.page_from_form, np.array([[0.0, 0.0], [1.0, 0.0]]))
        return float(np.degrees(np.arctan2(unit[1] - origin[1], unit[0] - origin[0])))


def prepare_reference(gray: Gray, regions: Sequence[Box]) -> Reference:
    """Prepare a blank sheet, (H, W) uint8 dark on light, whose `regions` are given in its pixels."""
    keypoints = find_keypoints(gray)
    scale = keypoints.scale
    sides = [(scale * b.left, scale * b.top, scale * b.right, scale * b.bottom) for b in regions]
    tiles = tuple(textured_tiles(keypoints.print))
    return Reference(keypoints, coarse_print(keypoints.print), tiles, tuple(sides), *split_regions(sides))


def align(page: Keypoints, reference: Reference) -> Alignment | None:
    """Locate the sheet of a form on a page; None where it is not there.

    The initial homography is refined: the form's print is matched on the page tile by tile, and the
    homography fitted again to the offsets. Then each region is matched, and last each piece of a region. A
    sheet whose print does not correlate is of another form.
    """
    form = reference.keypoints
    initial = find_homography(page, form, reference.coarse_print)
    if initial is None:
        return None
    centres = centres_of(reference.tiles)
    no_offset = np.zeros_like(centres)
    tiles = match_regions(
        form.print, warp_to_form(page.print, initial, form.print), reference.tiles, no_offset, TILE_STEPS[:1]
    )
    refined = _refit(initial, centres, tiles)
    warped = warp_to_form(page.print, refined, form.print)
    tiles = match_regions(form.print, warped, reference.tiles, no_offset, TILE_STEPS[1:])
    offsets = interpolate_offsets(
        tiles, centres, centres_of(reference.regions), TILE_STEPS[-1].neighbourhood_px
    )
    measured = match_regions(form.print, warped, reference.regions, offsets, REGION_STEPS)
    pieces = match_regions(
        form.print, warped, reference.subregions, measured.offsets[reference.region_of], SUBREGION_STEPS
    )
    correlation = _median_correlation(refined, page, reference.tiles, tiles.correlations)
    if (
        correlation < CORRELATION_MIN
        or _median_correlation(refined, page, reference.regions, measured.correlations)
        < REGION_CORRELATION_MIN
    ):
        return None
    to_page = resize_matrix(1 / page.scale)
    from_form = resize_matrix(form.scale)
    region_homographies = tuple(
        to_page @ refined @ affine @ from_form for affine in _region_affines(reference, pieces)
    )
    return Alignment(to_page @ refined @ from_form, region_homographies, correlation)


def _region_affines(reference: Reference, measured: Offsets) -> Iterator[Matrix]:
    """The affine of each region that fits the offsets of its pieces."""
    for region in np.unique(reference.region_of):
        own = np.flatnonzero(reference.region_of == region)
        subregions = [reference.subregions[n] for n in own]
        yield fit_affine(subregions, Offsets(measured.offsets[own], measured.correlations[own]))


def _refit(initial: Matrix, centres: DoubleFloats, tiles: Offsets) -> Matrix:
    """The homography fitted again, to the offsets of the tiles."""
    located = tiles.correlations > 0
    if np.count_nonzero(located) < MATCHES_MIN:
        return initial
    end = map_points(initial, (centres + tiles.offsets)[located]).astype(np.float32)
    matrix, _ = cv2.findHomography(centres[located].astype(np.float32), end, cv2.USAC_MAGSAC, INLIER_PX)
    return initial if matrix is None else np.asarray(matrix, np.float64)


def _median_correlation(
    page_from_form: Matrix, page: Keypoints, regions: Sequence[RegionOfInterest], located: DoubleFloats
) -> float:
    """The median correlation of the regions on the page; 1 where no region of the form has print."""
    height, width = page.print.shape
    x, y = map_points(page_from_form, centres_of(regions)).T
    printed = np.isfinite(located)
    on_page = printed & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    if not on_page.any():
        return 0.0 if printed.any() else 1.0
    return float(np.median(located[on_page]))
