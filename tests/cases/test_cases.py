"""Kinds of pictures on which readers have failed: their numbers are read, and nothing else is accepted.

Each is drawn anew, as no picture of others may stand here. Whether a number is accepted is another question:
it may be for a person to look at.
"""

from collections import Counter

import cases_by_hand as by_hand
import cases_in_print as in_print
import cases_in_tables as in_tables
import pytest

from digitocr.imaging.polarity import upright_polarity
from digitocr.options import ReadOptions
from digitocr.reading.page import read_page
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page

READ = [
    by_hand.digits_set_wide,
    by_hand.two_rows_set_wide,
    by_hand.digits_apart_in_one_box,
    by_hand.ones_set_wide,
    by_hand.lone_one,
    by_hand.lone_one_cut_tight,
    by_hand.stem_at_the_border,
    by_hand.pencil_in_a_ruled_table,
    by_hand.large_writing_in_small_cells,
    by_hand.notebook,
    by_hand.shadow_over_a_number,
    by_hand.date_with_slashes,
    in_tables.amounts_with_a_currency,
    in_tables.amounts_with_minus,
    in_tables.ones_at_the_decimal_point,
    in_tables.long_amounts_with_a_leading_one,
    in_tables.small_print,
    in_print.dot_matrix,
    in_print.faint_thermal_print,
    in_print.light_sheet_on_a_dark_table,
    in_print.white_on_black,
    in_print.meter_wheels,
    in_print.date_in_words,
    in_print.larger_total,
    in_tables.ranges_of_years,
    in_print.id_card,
    in_print.form_of_empty_circles,
    in_tables.superscript,
    in_tables.zeros_in_a_table,
    in_tables.ruled_print,
    in_tables.small_table_of_words,
    in_print.running_text,
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
    case = in_tables.table_on_its_side()
    check(case, read(case, model, pattern="[0-9]{3}"))


def test_an_invoice_upside_down_is_read_as_it_is_upright(model):
    upright, turned = in_print.invoice(), in_print.invoice_upside_down()
    texts = [Counter(reading.text for reading in read(case, model)) for case in (upright, turned)]
    assert texts[0] == texts[1]


UNREAD = [
    (
        by_hand.ones_beside_ruled_lines,
        "of twelve numbers beside ruled lines, a 12 comes as 1 and 2, and a 41 as 71",
    ),
    (in_print.invoice, "of fifteen numbers, a lone 1 after a word is lost"),
    (in_print.invoice_faxed, "the maps take faxed digits, coarse as they are, for letters"),
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
