"""The small angle by which a page lies askew."""

import numpy as np
import pytest
from drawing import paper, write

from digitocr.imaging.deskew import rotate, skew_degrees


def page():
    sheet = paper(700, 600)
    for n in range(7):
        write(sheet, "40961 30517 88", 60, 120 + 80 * n)
    return sheet


@pytest.mark.parametrize("angle", [-5.0, -2.0, -0.75, 1.5, 4.0])
def test_the_angle_is_found(angle):
    turned, _ = rotate(page(), angle)
    assert skew_degrees(turned) == pytest.approx(-angle, abs=0.3)


def test_an_upright_page_is_left_alone():
    assert skew_degrees(page()) == 0.0


def test_a_blank_page_has_no_angle():
    assert skew_degrees(paper(300, 300)) == 0.0


def test_turning_keeps_the_size_and_says_where_pixels_went():
    sheet = paper(200, 300)
    sheet[50:56, 80:86] = 0
    turned, matrix = rotate(sheet, 5)
    assert turned.shape == sheet.shape
    x, y = matrix @ (83, 53, 1)
    assert turned[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].max() < 60


def test_no_turn_is_no_work():
    sheet = page()
    turned, matrix = rotate(sheet, 0)
    assert turned is sheet
    assert np.allclose(matrix, [[1, 0, 0], [0, 1, 0]])
