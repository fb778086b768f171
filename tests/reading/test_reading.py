"""The recipe, with a classifier that knows what it is shown."""

import re

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import draw_number

from digitocr.errors import UsageError
from digitocr.options import ReadOptions
from digitocr.reading.page import read_page, read_pages
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Box, Page
from digitocr.synthesis.sheet import BLACK, WHITE, Sheet


@pytest.fixture(scope="module")
def classifier(toy_model):
    return load_classifier(toy_model)


def page_of(gray, number=1):
    return Page("drawn.png", number, gray)


def boxes_of(result):
    for reading in result.readings:
        yield reading.box
        yield from (digit.box for digit in reading.digits)


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(1, 120), st.integers(1, 200)),
    density=st.sampled_from([0.0, 0.01, 0.1, 0.5]),
    layout=st.sampled_from(["auto", "page", "line", "digit"]),
    seed=st.integers(0, 99),
)
def test_any_picture_gives_readings_with_boxes_inside_it(classifier, size, density, layout, seed):
    gray = np.where(np.random.default_rng(seed).random(size) < density, 40, 230).astype(np.uint8)
    result = read_page(page_of(gray), classifier, ReadOptions(layout=layout))
    assert (result.height, result.width) == size
    assert [reading.row for reading in result.readings] == list(range(1, len(result.readings) + 1))
    for box in boxes_of(result):
        assert 0 <= box.left < box.right <= size[1]
        assert 0 <= box.top < box.bottom <= size[0]
    for reading in result.readings:
        assert 0 <= reading.confidence <= 1
        assert all(digit.text in "0123456789" and 0 <= digit.confidence <= 1 for digit in reading.digits)
        assert "".join(digit.text for digit in reading.digits) == reading.text
        assert (reading.status == "accept") == (not reading.reason)


@pytest.mark.parametrize("layout", ["auto", "page", "line", "digit"])
@pytest.mark.parametrize("size", [(1, 1), (1500, 1), (1, 1500)])
def test_a_page_one_pixel_wide_is_read(classifier, layout, size):
    gray = np.full(size, 230, np.uint8)
    gray[::3, ::3] = 30
    result = read_page(page_of(gray), classifier, ReadOptions(layout=layout))
    assert (result.height, result.width) == size
    assert all(0 <= box.left < box.right <= size[1] for box in boxes_of(result))


@pytest.mark.parametrize("layout", ["line", "page"])
def test_more_specks_than_sixteen_bits_count(classifier, layout):
    gray = np.full((1110, 1101), 230, np.uint8)
    gray[1::3, 1::3] = 30
    assert (gray == 30).sum() > 135_000
    result = read_page(page_of(gray), classifier, ReadOptions(layout=layout))
    assert not [reading for reading in result.readings if reading.status == "accept"]


def test_pages_read_together_are_read_as_alone(classifier):
    pages = [page_of(draw_number(text), n) for n, text in enumerate(("12", "90210", "407"), 1)]
    together = read_pages(pages, classifier, ReadOptions(layout="line"))
    assert together == [read_page(page, classifier, ReadOptions(layout="line")) for page in pages]


def test_no_pages_no_results(classifier):
    assert read_pages([], classifier, ReadOptions()) == []


@pytest.mark.parametrize("layout", ["line", "digit"])
def test_blank_paper_is_one_blank_reading(classifier, layout):
    (reading,) = read_page(
        page_of(np.full((60, 90), 235, np.uint8)), classifier, ReadOptions(layout=layout)
    ).readings
    assert (reading.status, reading.text, reading.box) == ("blank", "", Box(0, 0, 90, 60))


def test_a_blank_page_has_no_readings(classifier):
    page = page_of(np.full((900, 900), 235, np.uint8))
    assert read_page(page, classifier, ReadOptions(layout="page")).readings == ()


def test_alternatives_begin_with_the_text_and_are_as_many_as_asked_for(classifier):
    (reading,) = read_page(
        page_of(draw_number("4096")), classifier, ReadOptions(layout="line", n_best=3)
    ).readings
    assert 1 <= len(reading.alternatives) <= 3
    assert reading.alternatives[0] == (reading.text, reading.confidence)


def test_an_unsure_reading_is_for_review(classifier):
    page = page_of(draw_number("4096"))
    sure, unsure = (
        read_page(page, classifier, ReadOptions(layout="line", min_confidence=least)).readings[0].status
        for least in (0.0, 1.0)
    )
    assert (sure, unsure) in {("accept", "review"), ("accept", "accept"), ("blank", "blank")}


@given(*(st.integers(-50, 150) for _ in range(4)))
def test_a_clipped_box_is_inside_and_not_empty(left, top, width, height):
    page = Box(0, 0, 100, 60)
    box = Box(left, top, left + width, top + height).clipped(page)
    assert 0 <= box.left < box.right <= 100
    assert 0 <= box.top < box.bottom <= 60


def test_boxes_are_where_the_ink_is(classifier):
    """Golden: a digit drawn at a known place, found on a picture three times as large too."""
    small = np.full((60, 60), 235, np.uint8)
    cv2.line(small, (30, 15), (30, 44), 20, 4)
    for scale in (1, 3):
        gray = cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
        (reading,) = read_page(page_of(gray), classifier, ReadOptions(layout="digit")).readings
        assert reading.box.left == pytest.approx(28 * scale, abs=2 * scale)
        assert reading.box.right == pytest.approx(33 * scale, abs=2 * scale)
        assert reading.box.top == pytest.approx(13 * scale, abs=2 * scale)
        assert reading.box.bottom == pytest.approx(47 * scale, abs=2 * scale)


def test_on_a_page_only_numbers_of_the_format_are_readings(classifier):
    page = np.full((700, 900), 235, np.uint8)
    for n, text in enumerate(("4096", "90210", "77")):
        number = draw_number(text)
        page[100 + 200 * n : 164 + 200 * n, 100 : 100 + number.shape[1]] = number
    for pattern in ("[0-9]{4}", "[0-9]{2}|[0-9]{5}"):
        result = read_page(page_of(page), classifier, ReadOptions(layout="page", pattern=pattern))
        assert all(re.fullmatch(pattern, reading.text) for reading in result.readings)
        assert [reading.row for reading in result.readings] == list(range(1, len(result.readings) + 1))


def test_an_envelope_has_one_postal_code_or_says_that_it_has_none(classifier):
    page = page_of(np.full((600, 900), 235, np.uint8))
    (reading,) = read_page(page, classifier, ReadOptions(layout="page", format="de-plz")).readings
    assert (reading.status, reading.text, reading.reason) == ("review", "", "no postal code found")
    assert reading.box == Box(0, 0, 900, 600)


def test_a_format_that_is_none_is_told(classifier):
    with pytest.raises(UsageError, match="did you mean de-plz"):
        read_page(page_of(draw_number("4096")), classifier, ReadOptions(format="de-pls"))


def test_what_does_not_fit_is_for_review_as_it_was_read(classifier):
    free, constraint = (
        read_page(page_of(draw_number("4096")), classifier, ReadOptions(layout="line", pattern=p)).readings[0]
        for p in (None, "[0-9]{30}")
    )
    assert (constraint.text, constraint.raw) == (free.text, "")
    assert constraint.text == "" or (constraint.status, constraint.reason) == (
        "review",
        "no reading fits the format",
    )


def test_a_digit_with_scraps_of_borders_is_read_by_default_as_it_is_as_a_line():
    """Such as the cells of a form cut out one by one; what cannot be read as a digit is read as a line."""
    model = load_classifier()
    rng = np.random.default_rng(7)
    right = []
    for digit in "0123456789":
        sheet = Sheet(rng, 40, 40, WHITE)
        sheet.rule((37, 0), (37, 40), BLACK, 3)
        sheet.rule((0, 2), (40, 2), BLACK, 3)
        sheet.label(digit, 13, 32, 26)
        gray = cv2.cvtColor(sheet.scanned(), cv2.COLOR_RGB2GRAY)
        result = read_page(page_of(gray), model, ReadOptions())
        assert len(result.readings) == 1
        right.append(result.readings[0].text == digit)
    assert sum(right) >= 9
