"""Kinds of pictures on which readers have failed: their numbers are read, and nothing else is accepted.

Each is drawn anew, as no picture of others may stand here. Whether a number is accepted is another question:
it may be for a person to look at.
"""

from collections import Counter

import case_drawings as drawn
import pytest

from digitocr.imaging.polarity import upright_polarity
from digitocr.options import ReadOptions
from digitocr.reading.page import read_page
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page

READ = [
    drawn.digits_set_wide,
    drawn.two_rows_set_wide,
    drawn.digits_apart_in_one_box,
    drawn.ones_set_wide,
    drawn.lone_one,
    drawn.lone_one_cut_tight,
    drawn.stem_at_the_border,
    drawn.pencil_in_a_ruled_table,
    drawn.large_writing_in_small_cells,
    drawn.notebook,
    drawn.shadow_over_a_number,
    drawn.date_with_slashes,
    drawn.amounts_with_a_currency,
    drawn.amounts_with_minus,
    drawn.ones_at_the_decimal_point,
    drawn.long_amounts_with_a_leading_one,
    drawn.small_print,
    drawn.dot_matrix,
    drawn.faint_thermal_print,
    drawn.light_sheet_on_a_dark_table,
    drawn.white_on_black,
    drawn.meter_wheels,
    drawn.date_in_words,
    drawn.larger_total,
    drawn.ranges_of_years,
    drawn.id_card,
    drawn.form_of_empty_circles,
    drawn.zeros_in_a_table,
    drawn.ruled_print,
    drawn.running_text,
    drawn.small_table_of_words,
]


@pytest.fixture(scope="module")
def model():
    return load_classifier()


def read(case, model, **options):
    page = Page("drawn.png", 1, upright_polarity(case.gray))
    return read_page(page, model, ReadOptions(layout="auto", **options)).readings


def check(case, readings):
    expected = Counter(case.numbers)
    assert expected - Counter(reading.text for reading in readings) == Counter()
    accepted = Counter(reading.text for reading in readings if reading.status == "accept")
    assert accepted - expected == Counter()


@pytest.mark.parametrize("draw", READ, ids=lambda draw: draw.__name__)
def test_the_numbers_are_found_and_nothing_else_is_accepted(draw, model):
    case = draw()
    check(case, read(case, model))


def test_of_a_table_on_its_side_no_part_of_a_longer_number_is_accepted(model):
    case = drawn.table_on_its_side()
    check(case, read(case, model, pattern="[0-9]{3}"))


UNREAD = [
    (drawn.superscript, "a superscript touches the number in the map of cores, and is as high as a digit"),
    (drawn.invoice_faxed, "the maps take faxed digits, coarse as they are, for letters"),
]


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(draw, marks=pytest.mark.xfail(strict=True, reason=reason), id=draw.__name__)
        for draw, reason in UNREAD
    ],
)
def test_kinds_that_are_not_read_yet(draw, model):
    case = draw()
    check(case, read(case, model))
