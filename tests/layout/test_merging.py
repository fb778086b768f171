"""Which components are one number: the lines between them decide."""

import cv2
import numpy as np

from digitocr.layout.merging import merge

PAIR = np.array([[100, 180, 118, 206], [134, 180, 152, 206]])


def lines(first, last, lean, gap):
    """A line between the two of `PAIR`, 2 pixels wide, `gap` rows of every 44 hidden."""
    page = np.zeros((400, 260), np.uint8)
    middle = 193
    ends = [(round(126 + lean * (y - middle)), y) for y in (first, last)]
    cv2.line(page, ends[0], ends[1], 255, 2)
    for row in range(9 if gap else 0):
        page[38 + 44 * row : 38 + 44 * row + gap] = 0
    return page


def test_near_components_are_one_number():
    assert merge(PAIR, lines(0, 1, 0, 0)) == [[0, 1]]


def test_the_side_of_a_cell_joins_and_the_line_of_a_grid_parts():
    assert merge(PAIR, lines(170, 216, 0, 0)) == [[0, 1]]
    assert merge(PAIR, lines(40, 350, 0, 0)) == [[0], [1]]


def test_the_line_of_a_grid_may_lean_and_be_hidden_where_others_cross_it():
    assert merge(PAIR, lines(40, 350, 0.08, 0)) == [[0], [1]]
    assert merge(PAIR, lines(40, 350, 0, 3)) == [[0], [1]]
    assert merge(PAIR, lines(40, 350, -0.06, 3)) == [[0], [1]]


def test_what_is_thin_and_passes_two_rows_joins_none():
    nothing = np.zeros((400, 260), np.uint8)
    rows = np.array([[100, 180, 118, 200], [100, 210, 118, 230]])
    piece, broad = np.array([[122, 180, 125, 230]]), np.array([[122, 180, 140, 230]])
    assert len(merge(np.vstack([rows, piece]), nothing)) == 3
    assert merge(np.vstack([rows, broad]), nothing) == [[0, 1, 2]]
