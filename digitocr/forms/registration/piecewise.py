"""Long regions registered piece by piece, because paper stretches and bends along a row of many boxes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.registration.refinement import DoubleFloats, Matrix, Offsets, RegionOfInterest, centres_of

SUBREGION_PX = 100  # the length of a piece
STIFFNESS_PX = 60  # paper is assumed straight where pieces this far from the centre have no clear match


def split_regions(
    regions: Sequence[RegionOfInterest],
) -> tuple[tuple[RegionOfInterest, ...], NDArray[np.int_]]:
    """The pieces of regions, from the left, and (P,) the index of the region of each."""
    subregions: list[RegionOfInterest] = []
    region_of: list[int] = []
    for n, (left, top, right, bottom) in enumerate(regions):
        borders = np.linspace(left, right, max(1, round((right - left) / SUBREGION_PX)) + 1)
        for start, end in pairwise(borders.tolist()):
            subregions.append((start, top, end, bottom))
            region_of.append(n)
    return tuple(subregions), np.array(region_of, np.int_)


def fit_affine(subregions: Sequence[RegionOfInterest], measured: Offsets) -> Matrix:
    """The affine (3, 3) that fits the offsets of a region's pieces: shift, stretch and slight shear."""
    x = centres_of(subregions)[:, 0]
    weight = np.nan_to_num(np.maximum(measured.correlations, 0) ** 2) + 1e-6
    weight = weight / weight.sum()
    middle = float(weight @ x)
    offset: DoubleFloats = weight @ measured.offsets
    distance = x - middle
    slope: DoubleFloats = (
        (weight * distance)
        @ (measured.offsets - offset)
        / (weight @ distance**2 + STIFFNESS_PX**2 / len(subregions) ** 2)
    )
    (dx, dy), (stretch, shear) = offset - slope * middle, slope
    return np.array([[1 + stretch, 0, dx], [shear, 1, dy], [0, 0, 1]])
