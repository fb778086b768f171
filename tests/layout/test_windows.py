"""Where else numbers may stand than in groups of their own."""

import cv2
import numpy as np

from digitocr.layout.groups import find_groups
from digitocr.layout.layout import find_rows
from digitocr.layout.windows import joined, runs


def page_with(*words):
    """A page (600, 900) uint8 with words written at (left, base)."""
    page = np.full((600, 900), 235, np.uint8)
    for text, left, base in words:
        cv2.putText(page, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 20, 3, cv2.LINE_AA)
    return page


def box_of(row):
    return row.box(row.found.boxes)


def test_digits_that_stand_apart_are_a_window_together():
    page = page_with(("46", 100, 300), ("71", 210, 300))
    assert len(find_groups(page).boxes) == 2
    (box,) = joined(find_groups(page))
    assert box.left < 110
    assert box.right > 240
    wide = [row for row in find_rows(page, "page", windows=True).windows if box_of(row).width > 120]
    assert len(wide) == 1


def test_what_stands_in_other_lines_is_not_joined():
    assert joined(find_groups(page_with(("46", 100, 200), ("71", 210, 300)))) == []


def test_parts_of_a_row_end_at_its_blanks_and_have_candidates_of_their_own():
    (row,) = find_rows(page_with(("Ort 4028", 100, 300)), "line").rows
    parts = runs(row.slices)
    assert (0, len(row.slices)) not in parts
    assert all(0 <= first < last <= len(row.slices) for first, last in parts)
    found = find_rows(page_with(("ab4028", 100, 300)), "page", windows=True)
    whole = box_of(found.rows[0])
    for part in found.windows:
        box = box_of(part)
        assert whole.left <= box.left < box.right <= whole.right
        assert part.found.last.max() == len(part.slices)
        assert part.found.first.min() == 0


def test_windows_are_looked_for_only_where_asked():
    page = page_with(("46", 100, 300), ("71", 210, 300))
    assert find_rows(page, "page").windows == ()
