"""Numbers among words: found once and whole, and words give none."""

from collections import Counter

import cv2
import numpy as np
import pytest

from digitocr.alphabet import OTHER
from digitocr.decoding.alignment import TimedSymbol
from digitocr.options import ReadOptions
from digitocr.reading.page import read_page
from digitocr.reading.text_lines import runs
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page
from digitocr.synthesis.sheet import WHITE, Sheet


@pytest.fixture(scope="module")
def model():
    return load_classifier()


def printed(lines, size=26):
    sheet = Sheet(np.random.default_rng(5), 28 * size, (2 * len(lines) + 2) * size, WHITE)
    for n, line in enumerate(lines):
        sheet.label(line, 2 * size, (2 * n + 2) * size, size)
    return cv2.cvtColor(sheet.scanned(), cv2.COLOR_RGB2GRAY)


def read(gray, model, **options):
    return read_page(Page("drawn.png", 1, gray), model, ReadOptions(layout="page", **options)).readings


def path(written):
    return [TimedSymbol(symbol.replace("x", OTHER), n, n + 1) for n, symbol in enumerate(written)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("x 2010 x", [("2010", (False, False))]),
        ("x: 1,234.50.", [("1,234.50", (False, False))]),
        ("x20151", [("20151", (True, False))]),
        ("8725x001", [("8725", (False, True)), ("001", (True, False))]),
        ("-12", [("12", (False, False))]),
        ("x x", []),
        ("x.-", []),
        ("", []),
    ],
)
def test_numbers_of_a_path(written, expected):
    found = [("".join(symbol.symbol for symbol in run), letters) for run, letters in runs(path(written))]
    assert found == expected


def test_numbers_in_running_text_are_found_once_each(model):
    lines = ["the report of 2010 included results", "Page 12 of 30", "about 35 units, 748 in all, from 1996"]
    readings = read(printed(lines), model)
    assert Counter(reading.text for reading in readings) == Counter(["2010", "12", "30", "35", "748", "1996"])
    assert all(not a.box.intersects(b.box) for a in readings for b in readings if a is not b)


def test_words_give_no_number(model):
    lines = ["Size of Loss and SOLD", "Illinois address", "results of the institute"]
    assert [reading for reading in read(printed(lines), model) if reading.status == "accept"] == []


def test_digits_of_a_code_are_for_a_person(model):
    readings = [r for r in read(printed(["Your code is VM72516 of May"]), model) if "72516" in r.text]
    assert [reading.status for reading in readings] == ["review"]


def test_every_digit_stands_where_its_number_does(model):
    (reading,) = [r for r in read(printed(["about 748 units in all"], 40), model) if r.text == "748"]
    assert [digit.text for digit in reading.digits] == [*"748"]
    lefts = [digit.box.left for digit in reading.digits]
    assert lefts == sorted(lefts)
    assert 150 < reading.box.left < reading.box.right < 400


def test_a_format_is_looked_for_among_words(model):
    gray = printed(["order 4711 of 23 parts in 2010", "page 5 of 8"])
    assert sorted(r.text for r in read(gray, model, pattern="[0-9]{4}")) == ["2010", "4711"]
