"""What an image is taken for, and where its rows are on the page."""

import cv2
import numpy as np
import pytest
from drawing import number, paper, write

from digitocr.layout.layout import find_rows, find_rows_sideways, guess_layout


def page():
    sheet = paper(900, 700)
    for n, text in enumerate(("4096", "30517", "88")):
        write(sheet, text, 100 + 50 * n, 200 + 200 * n)
    return sheet


def test_a_large_image_is_a_page():
    assert guess_layout(page()) == "page"


def test_a_low_image_is_a_line():
    assert guess_layout(number("30517")[0]) == "line"


def test_a_small_square_image_is_a_digit():
    assert guess_layout(write(paper(48, 44), "5", 8, 38)) == "digit"


def test_a_small_image_of_several_rows_is_a_page():
    sheet = paper(300, 200)
    for n in range(5):
        write(sheet, "407", 40, 50 + 55 * n)
    assert guess_layout(sheet) == "page"


@pytest.mark.parametrize("scale", [1, 4])
@pytest.mark.parametrize("turn", [0, 3])
def test_rows_of_a_page_lie_where_its_numbers_do(scale, turn):
    """Whether the page was shrunk and turned for the search or not."""
    sheet = cv2.resize(page(), None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    height, width = sheet.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    sheet = cv2.warpAffine(sheet, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    found = find_rows(sheet, "page")
    assert found.layout == "page"
    assert found.rotation == pytest.approx(-turn, abs=0.5)
    assert len(found.rows) == 3
    for n, row in enumerate(found.rows):
        box = row.box(row.found.boxes)
        x, y = matrix @ (scale * (130 + 50 * n), scale * (187 + 200 * n), 1)
        assert box.left < x < box.right
        assert box.top < y < box.bottom
        assert box.height < scale * 70


@pytest.mark.parametrize(("layout", "rows"), [("line", 1), ("digit", 1)])
def test_an_image_of_one_number_is_one_row(layout, rows):
    found = find_rows(number("12")[0], layout)
    assert found.layout == layout
    assert len(found.rows) == rows


@pytest.mark.parametrize("layout", ["page", "line", "digit"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (80, 80)])
def test_blank_paper_has_no_rows(layout, shape):
    assert find_rows(np.full(shape, 235, np.uint8), layout).rows == ()


@pytest.mark.parametrize("turns", [1, 3])
def test_rows_of_a_page_on_its_side_lie_where_they_do_on_it(turns):
    upright = [row.box(row.found.boxes) for row in find_rows(page(), "page").rows]
    lying = np.ascontiguousarray(np.rot90(page(), -turns))
    found = find_rows_sideways(lying, turns)
    assert found.rotation == pytest.approx(90 if turns == 1 else -90, abs=0.5)
    height, width = page().shape
    for box, there in zip(upright, (row.box(row.found.boxes) for row in found.rows), strict=True):
        left, top = (height - box.bottom, box.left) if turns == 1 else (box.top, width - box.right)
        assert (there.left, there.top) == pytest.approx((left, top), abs=2)
        assert (there.width, there.height) == pytest.approx((box.height, box.width), abs=2)


def test_an_image_hardly_wider_than_high_is_a_page():
    assert guess_layout(write(paper(200, 260), "407", 40, 120, size=4, thickness=9)) == "page"
    assert guess_layout(write(paper(200, 400), "407", 40, 120, size=4, thickness=9)) == "line"
