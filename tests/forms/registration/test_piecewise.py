"""Pictures resize_matrix, and windows found in subregions."""

import cv2
import numpy as np
import pytest

from digitocr.forms.registration.piecewise import fit_affine, split_regions
from digitocr.forms.registration.refinement import Offsets, centres_of, map_points, resize_matrix


@pytest.mark.parametrize("factor", [0.25, 0.5, 3.0])
def test_a_mark_is_where_resizing_puts_it(factor):
    picture = np.zeros((240, 320), np.float32)
    picture[120:132, 200:212] = 1  # its middle is at (205.5, 125.5)
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[: small.shape[0], : small.shape[1]]
    middle = np.array([(small * x).sum(), (small * y).sum()]) / small.sum()
    assert map_points(resize_matrix(factor), np.array([[205.5, 125.5]]))[0] == pytest.approx(middle, abs=0.02)


def test_long_windows_are_parted():
    subregions, window_of = split_regions([(10.0, 20.0, 90.0, 40.0), (0.0, 50.0, 420.0, 80.0)])
    assert window_of.tolist() == [0, 1, 1, 1, 1]
    assert subregions[0] == (10.0, 20.0, 90.0, 40.0)
    assert [part[0] for part in subregions[1:]] == [0, 105, 210, 315]


def test_a_row_that_was_stretched_and_turned():
    subregions, _ = split_regions([(100.0, 200.0, 700.0, 230.0)])
    middles = centres_of(subregions)
    moved = np.stack([0.01 * middles[:, 0] - 3, 0.005 * middles[:, 0] + 1], axis=1)
    matrix = fit_affine(subregions, Offsets(moved, np.ones(len(subregions))))
    assert map_points(matrix, middles) == pytest.approx(middles + moved, abs=0.15)


def test_a_single_part_is_moved_only():
    matrix = fit_affine([(10.0, 20.0, 60.0, 40.0)], Offsets(np.array([[2.0, -1.0]]), np.array([np.nan])))
    assert matrix == pytest.approx(np.array([[1, 0, 2], [0, 1, -1], [0, 0, 1]]))
