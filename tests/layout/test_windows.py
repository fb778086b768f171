"""Where else numbers may stand than in regions of their own."""

import numpy as np
from tones import segment, sheet, write

from digitocr.layout.layout import find_rows
from digitocr.layout.search import find_regions
from digitocr.layout.windows import joined, runs


def page_with(*words, width=900):
    page = sheet(width, 600)
    for text, left, base in words:
        write(page, text, left, base)
    return page


def test_what_stands_in_other_lines_is_not_joined():
    assert joined(find_regions(page_with(("46", 100, 200), ("71", 200, 300)), segment)) == []


def test_a_line_of_many_numbers_is_a_table_and_is_not_joined():
    page = page_with(*((f"{n}7", 20 + 110 * n, 300) for n in range(9)), width=1100)
    assert joined(find_regions(page, segment)) == []


def test_parts_of_a_row_end_at_its_blanks_and_have_candidates_of_their_own():
    page = sheet(400, 64)
    write(page, "4 4028", 30, 44)
    (row,) = find_rows(page, "line", segment).rows
    parts = runs(row.segments)
    assert (0, len(row.segments)) not in parts
    assert all(0 <= first < last <= len(row.segments) for first, last in parts)
    found = find_rows(page_with(("4028", 100, 300), ("7", 196, 300)), "page", segment, windows=True)
    for part in found.windows:
        assert part.candidates.last.max() == len(part.segments)
        assert part.candidates.first.min() == 0
        assert np.all(part.candidates.last > part.candidates.first)
