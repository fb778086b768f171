"""The whole way, from the sample files to their numbers, with the model that comes along.

A number of the truth is found where a reading's box covers it, and right where its text is the same too.
"""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitocr import Box, PageResult, Reader

SAMPLES = Path(__file__).parents[1] / "samples"
COVERED = 0.5  # least share of the area of both boxes together that they have in common
FOUND_MIN, RIGHT_MIN, ACCEPTED_RIGHT_MIN = 0.9, 0.85, 0.95


def truth_of_samples():
    """(file, page) to the numbers on it: (text, box) in reading order."""
    pages = {}
    with (SAMPLES / "truth.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            box = Box(*(int(row[side]) for side in ("left", "top", "right", "bottom")))
            pages.setdefault((row["file"], int(row["page"])), []).append((row["text"], box))
    return pages


TRUTH = truth_of_samples()


def shared(one, two):
    """Intersection over union, 0..1."""
    width = min(one.right, two.right) - max(one.left, two.left)
    height = min(one.bottom, two.bottom) - max(one.top, two.top)
    common = max(0, width) * max(0, height)
    return common / (one.width * one.height + two.width * two.height - common)


def found_at(box, readings):
    """The reading that stands where `box` is, or None."""
    best = max(readings, key=lambda reading: shared(reading.box, box), default=None)
    return best if best and shared(best.box, box) >= COVERED else None


@pytest.fixture(scope="module")
def pages():
    """(file, page) to its result, for all samples."""
    reader = Reader()
    documents = {name: reader.read(SAMPLES / name) for name in dict.fromkeys(name for name, _ in TRUTH)}
    return {(name, page.page): page for name, document in documents.items() for page in document.pages}


@pytest.fixture(scope="module")
def pairs(pages):
    """(text, reading or None) of each number of the truth."""
    return [
        (text, found_at(box, pages[place].readings))
        for place, numbers in TRUTH.items()
        for text, box in numbers
    ]


def test_every_page_is_read_and_its_readings_lie_on_it(pages):
    assert set(pages) == set(TRUTH)
    for page in pages.values():
        assert isinstance(page, PageResult)
        assert [reading.row for reading in page.readings] == list(range(1, len(page.readings) + 1))
        for reading in page.readings:
            for box in (reading.box, *(digit.box for digit in reading.digits)):
                assert 0 <= box.left < box.right <= page.width
                assert 0 <= box.top < box.bottom <= page.height
            assert 0 <= reading.confidence <= 1
            assert (reading.status == "accept") == (not reading.reason)


def test_numbers_are_found_where_they_stand(pairs):
    lost = [text for text, reading in pairs if reading is None]
    assert len(lost) <= (1 - FOUND_MIN) * len(pairs), lost


def test_numbers_are_read_right(pairs):
    wrong = [
        (text, reading and reading.text) for text, reading in pairs if not reading or reading.text != text
    ]
    assert len(wrong) <= (1 - RIGHT_MIN) * len(pairs), wrong


def test_what_is_accepted_of_a_number_is_right(pages):
    """A reading is of the number in whose box its middle lies: also one of a part of the number only."""
    accepted = [
        (text, reading.text)
        for place, numbers in TRUTH.items()
        for text, box in numbers
        for reading in pages[place].readings
        if reading.status == "accept" and _holds_middle(box, reading.box)
    ]
    wrong = [(text, read) for text, read in accepted if text != read]
    assert len(accepted) > len(TRUTH)
    assert len(wrong) <= (1 - ACCEPTED_RIGHT_MIN) * len(accepted), wrong


def _holds_middle(outer, inner):
    x, y = (inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2
    return outer.left <= x < outer.right and outer.top <= y < outer.bottom


@pytest.mark.parametrize("name", ["digit.png", "line.png", "printed.png", "form.png"])
def test_clear_samples_are_read_without_a_mistake(pages, name):
    read = [found_at(box, pages[name, 1].readings) for _, box in TRUTH[name, 1]]
    assert [reading and reading.text for reading in read] == [text for text, _ in TRUTH[name, 1]]


@pytest.mark.parametrize(("name", "layout"), [("line.png", "line"), ("form.png", "page")])
def test_the_layout_is_guessed(pages, name, layout):
    assert pages[name, 1].layout == layout


@pytest.mark.parametrize("name", ["slips.tif", "register.pdf"])
def test_all_pages_of_a_file_are_taken_for_pages(pages, name):
    assert {page.layout for (file, _), page in pages.items() if file == name} == {"page"}


def test_a_grid_of_single_digits_is_read_upright_and_on_its_side():
    sheet = np.full((640, 640), 235, np.uint8)
    digits = "4719382657264931"
    for n, digit in enumerate(digits):
        x, y = 80 + 120 * (n % 4), 80 + 120 * (n // 4)
        cv2.rectangle(sheet, (x, y), (x + 120, y + 120), 60, 2)
        cv2.putText(sheet, digit, (x + 40, y + 85), cv2.FONT_HERSHEY_DUPLEX, 2.0, 30, 4, cv2.LINE_AA)
    reader = Reader(layout="page")
    upright, lying = reader.read(sheet), reader.read(np.ascontiguousarray(np.rot90(sheet, -1)))
    assert "".join(upright.texts) == digits
    assert lying.pages[0].rotation == pytest.approx(90, abs=1)
    assert lying.texts == upright.texts


@pytest.mark.parametrize(
    ("file", "name"), [("envelope-white.jpg", "de-plz"), ("envelope-kraft.jpg", "in-pin")]
)
def test_the_postal_code_of_an_envelope_is_found_among_the_rest(file, name):
    (reading,) = Reader(format=name).read(SAMPLES / file).readings
    assert (reading.text, reading.status) == (TRUTH[file, 1][0][0], "accept")
