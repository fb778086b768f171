"""What an image is taken for, and where its rows are on the page."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawing import number
from tones import PAPER, segment, sheet, write

from digitocr.layout.layout import find_rows

PLACES = (("4096", 100, 200), ("30517", 150, 400), ("88", 200, 600))


def page():
    paper = sheet(700, 900)
    for text, left, base in PLACES:
        write(paper, text, left, base)
    return paper


def middles(found):
    boxes = [row.box(row.candidates.boxes) for row in found.rows]
    return np.array([[(box.left + box.right) / 2, (box.top + box.bottom) / 2] for box in boxes])


def rows(gray, layout="page", **options):
    return find_rows(np.ascontiguousarray(gray), layout, segment, **options)


def test_numbers_on_several_lines_are_a_page_however_small_it_is():
    assert rows(page(), "auto").layout == "page"
    card = sheet(160, 120)
    for n in range(3):
        write(card, "407", 20, 36 + 36 * n, 16)
    found = rows(card, "auto")
    assert (found.layout, len(found.rows)) == ("page", 3)


def test_one_number_that_fills_its_picture_is_a_line():
    paper = sheet(160, 64)
    write(paper, "30517", 20, 44)
    assert rows(paper, "auto").layout == "line"


def test_a_small_square_with_one_digit_is_a_digit_and_with_the_rest_of_a_border_a_line():
    cell = sheet(40, 40)
    write(cell, "5", 12, 32, 24)
    assert rows(cell, "auto").layout == "digit"
    cell[:, 37:39] = 175
    found = find_rows(np.kron(cell, np.ones((1, 1), np.uint8)), "auto", segment)
    assert len(found.rows) == 1


@pytest.mark.parametrize("text", ["1", "7"])
@pytest.mark.parametrize("side", [40, 90, 140])
def test_every_picture_of_one_plain_digit_gives_a_row(text, side):
    paper = sheet(side, side)
    write(paper, text, side // 2 - 10, side // 2 + 14)
    assert len(rows(paper, "auto").rows) == 1


def test_a_picture_without_any_number_is_a_line_if_small_and_else_a_page_without_rows():
    assert rows(sheet(60, 200).T, "auto").layout == "line"
    found = rows(sheet(900, 700), "auto")
    assert (found.layout, found.rows) == ("page", ())


@pytest.mark.parametrize("scale", [0.7, 1, 1.4, 4])
@pytest.mark.parametrize("turn", [0, 3])
def test_rows_of_a_page_lie_where_its_numbers_do(scale, turn):
    paper = cv2.resize(page(), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = paper.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    paper = cv2.warpAffine(paper, matrix, (width, height), borderValue=PAPER)
    found = rows(paper)
    assert len(found.rows) == 3
    for (text, left, base), row in zip(PLACES, found.rows, strict=True):
        box = row.box(row.candidates.boxes)
        x, y = matrix @ (scale * (left + 10 * len(text)), scale * (base - 14), 1)
        assert box.left < x < box.right
        assert box.top < y < box.bottom
        assert box.height < scale * 60


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_turned_by_quarters_gives_the_same_rows(turns):
    paper = page()
    upright = middles(rows(paper))
    given = np.rot90(paper, -turns)
    found = rows(given, quarter_turns=turns)
    height, width = paper.shape
    x, y = upright.T
    expected = {1: (height - y, x), 2: (width - x, height - y), 3: (y, width - x)}[turns]
    assert np.abs(middles(found) - np.stack(expected, axis=1)).max() < 3
    assert found.rotation == {1: 90, 2: 180, 3: -90}[turns]


def test_a_clean_margin_changes_nothing():
    paper = page()
    wide = cv2.copyMakeBorder(paper, 150, 130, 170, 110, cv2.BORDER_CONSTANT, value=PAPER)
    assert np.abs(middles(rows(wide)) - (170, 150) - middles(rows(paper))).max() < 4


def test_a_negative_gives_the_same_candidates():
    """As `segment` knows dark ink alone, the maps are those of the positive."""
    paper = page()
    found = find_rows(np.asarray(255 - paper, np.uint8), "page", lambda image: segment(255 - image))
    for row, other in zip(found.rows, rows(paper).rows, strict=True):
        assert row.candidates.crops.shape == other.candidates.crops.shape
        assert np.abs(row.candidates.crops.astype(int) - other.candidates.crops).mean() < 12


@pytest.mark.parametrize("layout", ["line", "digit"])
def test_an_image_of_one_number_is_one_row_and_needs_no_maps(layout):
    def none(image):
        raise AssertionError("looked at")

    found = find_rows(number("12")[0], layout, none)
    assert (found.layout, len(found.rows)) == (layout, 1)


def test_digits_that_stand_apart_are_a_window_together_where_asked():
    def unlinked(image):
        maps = segment(image)
        return replace(maps, link=np.zeros_like(maps.link))

    paper = sheet(900, 600)
    write(paper, "46", 100, 300)
    write(paper, "71", 163, 300)
    assert len(find_rows(paper, "page", unlinked).rows) == 2
    assert find_rows(paper, "page", unlinked).windows == ()
    windows = find_rows(paper, "page", unlinked, windows=True).windows
    assert len([row for row in windows if row.box(row.candidates.boxes).width > 85]) == 1


def test_a_stroke_cut_tight_stands_where_it_is_in_its_picture():
    picture = np.full((60, 14), 230, np.uint8)
    cv2.line(picture, (7, 4), (7, 55), 30, 3)
    (row,) = find_rows(picture, "line", segment).rows
    box = row.box(row.candidates.boxes)
    assert 3 <= box.left <= 6
    assert 9 <= box.right <= 11
    assert box.top <= 5
    assert 54 <= box.bottom <= 60
