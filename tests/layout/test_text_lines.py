"""Lines of text: which ink of a page they are, and how they are cut from it."""

import cv2
import numpy as np
import pytest
from tones import DIGIT, OTHER, segment, sheet, write

from digitocr.layout import text_lines
from digitocr.layout.layout import find_rows
from digitocr.layout.line_window import text_line
from digitocr.layout.looks import first_look
from digitocr.layout.text_lines import lines_of_ink


def page_of(*lines):
    """A page of lines, each of words and numbers from the left; and the box of each line."""
    page = sheet(600, 100 + 80 * len(lines))
    drawn = []
    for n, line in enumerate(lines):
        left, boxes = 60, []
        for word in line.split():
            tone = DIGIT if word.isdigit() else OTHER
            boxes.append(write(page, word, left, 100 + 80 * n, tone=tone))
            left = boxes[-1][2] + 12
        drawn.append((*np.min(boxes, axis=0)[:2], *np.max(boxes, axis=0)[2:]))
    return page, drawn


def lines_found(page):
    return lines_of_ink([first_look(page, segment)], page.shape)


def test_a_line_of_words_and_a_number_is_one_line():
    page, drawn = page_of("hours 2010 work", "unit 17")
    found = sorted((line.box for line in lines_found(page)), key=lambda box: box[1])
    assert len(found) == 2
    assert all(np.abs(box - other).max() < 12 for box, other in zip(found, drawn, strict=True))


@pytest.mark.parametrize("text", ["words alone here", "1234 5678"])
def test_words_alone_and_numbers_alone_are_not_read_as_text(text):
    page, _ = page_of(text)
    assert lines_found(page) == []


def test_columns_far_apart_are_lines_of_their_own():
    page, _ = page_of("row 12")
    write(page, "row", 330, 100, tone=OTHER)
    write(page, "34", 400, 100)
    assert len(lines_found(page)) == 2


def test_no_more_lines_are_read_than_the_limit(monkeypatch):
    monkeypatch.setattr(text_lines, "LINES_MAX", 2)
    page, _ = page_of(*["unit 17"] * 4)
    assert len(lines_found(page)) == 2


def test_a_number_alone_on_its_page_costs_no_line():
    assert find_rows(page_of("4096")[0], "page", segment).text_lines == ()


def test_a_line_is_cut_without_what_stands_above_it():
    page, ((left, top, right, bottom),) = page_of("unit 17")
    cv2.rectangle(page, (left, top - 12), (right, top - 10), 30, -1)
    (line,) = lines_found(page)
    cut = text_line(page, line)
    assert cut is not None
    assert cut.box[3] - cut.box[1] <= 1.15 * cut.scale * (bottom - top)


@pytest.mark.parametrize("rise", [-0.03, 0.03])
def test_a_line_that_rises_is_turned_level(rise):
    page, _ = page_of("hours 2010 unit 4096 work")
    shear = np.array([[1, 0, 0], [-rise, 1, rise * page.shape[1] / 2]])
    tilted = cv2.warpAffine(page, shear, page.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    (level,), (line,) = lines_found(page), lines_found(tilted)
    straight, turned = text_line(page, level), text_line(tilted, line)
    assert straight is not None
    assert turned is not None
    assert (turned.box[3] - turned.box[1]) / turned.scale == pytest.approx(
        (straight.box[3] - straight.box[1]) / straight.scale, abs=4
    )
    box = turned.on_page(np.array(turned.box))
    assert abs(box.top - line.box[1]) < 8
    assert abs(box.bottom - line.box[3]) < 8
