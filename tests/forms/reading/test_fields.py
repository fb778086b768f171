"""Fields of drawn forms: what is written in them, what is crossed out, what is not there."""

import cv2
import numpy as np
import pytest
from form_material import BLUE, FORMS, VALUES, cross, filled, gray_of, photo, sheet_of, template_of

from digitocr.errors import UsageError
from digitocr.forms.reading.fields import identify_form
from digitocr.forms.reading.form import Form, load_forms
from digitocr.forms.template.save import save_template
from digitocr.imaging.strikeout import is_crossed_out, is_struck_through
from digitocr.synthesis.strokes import StrokeHand


@pytest.fixture(scope="module")
def forms():
    return [Form.of(template_of(name)) for name in FORMS]


def fields(gray, forms):
    found = identify_form(gray, forms)
    assert found is not None
    return {one.field.name: one for one in found.fields}


def test_boxes_that_are_written_in_are_counted(forms):
    values = {"seats": "82", "guests": "7", "code": "90273", "year": "1986", "left": "835", "right": "2"}
    for degrees in (0, 95):
        found = fields(photo(filled("hall", values, seed=2), degrees), forms)
        assert {name: one.row.digits for name, one in found.items() if one.row} == {
            name: len(text) for name, text in values.items()
        }
        assert (found["sum"].row, found["sum"].reason) == (None, "no ink")


@pytest.mark.parametrize("name", FORMS)
def test_a_blank_sheet_has_blank_fields(forms, name):
    for gray in (
        gray_of(sheet_of(name, np.random.default_rng(8)).scanned()),
        photo(sheet_of(name, np.random.default_rng(8)), 184),
    ):
        found = fields(gray, forms)
        assert {(one.row, one.reason) for one in found.values()} == {(None, "no ink")}


def test_a_negative_is_not_taken_for_the_sheet(forms):
    gray = photo(sheet_of("hall", np.random.default_rng(8)))
    for picture in (gray, 255 - gray):
        found = fields(picture, forms)
        assert {(one.row, one.reason) for one in found.values()} == {(None, "no ink")}


def test_boxes_that_are_crossed_out_are_no_digits(forms):
    sheet = filled(
        "hall",
        {"seats": "8", "guests": "47", "left": "", "right": "5"},
        crossed=("seats", "guests", "left", "right"),
    )
    found = fields(photo(sheet), forms)
    assert found["seats"].row.digits == found["right"].row.digits == 1
    assert found["guests"].row.digits == 2
    assert (found["left"].row, found["left"].reason) == (None, "crossed out")


@pytest.mark.parametrize(
    ("crossed", "reason"), [(True, "crossed out"), (False, "an empty box between digits")]
)
def test_a_cross_or_an_empty_box_between_digits_is_told(forms, crossed, reason):
    sheet = filled("hall", {"right": "26"})
    seats = next(line for line in FORMS["hall"] if line.name == "seats")
    hand = StrokeHand(np.random.default_rng(3), 40)
    for cell in seats.cells[0], seats.cells[2]:
        sheet.write_in_boxes(hand, "8", cell, seats.step, BLUE)
    if crossed:
        cross(sheet, seats.cells[1])
    found = fields(gray_of(sheet.scanned()), forms)
    assert (found["seats"].row.digits, found["seats"].reason) == (2, reason)
    assert found["right"].reason == ""


def test_a_number_that_is_struck_out_is_told(forms):
    sheet = filled("hall", {"seats": "482", "guests": "307"})
    box = next(line.box for line in FORMS["hall"] if line.name == "seats")
    sheet.rule((box.left + 4, box.bottom - 24), (box.right - 2, box.top + 22), (0.1, 0.15, 0.5), 3)
    found = fields(gray_of(sheet.scanned()), forms)
    assert found["seats"].reason == "crossed out"
    assert found["guests"].reason == ""


def test_one_large_cross_over_several_fields_is_no_writing(forms):
    sheet = sheet_of("hall", np.random.default_rng(8))
    sheet.rule((385, 240), (545, 600), (0.1, 0.15, 0.5), 3)
    sheet.rule((545, 240), (385, 600), (0.1, 0.15, 0.5), 3)
    found = fields(gray_of(sheet.scanned()), forms)
    assert all(
        found[name].reason in ("crossed out", "goes on outside the field") for name in ("seats", "guests")
    )


def test_fields_that_were_cut_off_are_told(forms):
    gray = gray_of(filled("hall", VALUES).scanned())
    found = fields(gray[:, : gray.shape[1] * 7 // 10], forms)
    assert found["right"].reason == "outside the page"
    assert found["seats"].row is not None


def test_boxes_of_fields_are_where_they_are_printed(forms):
    found = fields(gray_of(filled("hall", VALUES).scanned()), forms)
    for line in FORMS["hall"]:
        one = found[line.name].box
        sides = np.array([one.left, one.top, one.right, one.bottom])
        assert np.abs(sides - [line.box.left, line.box.top, line.box.right, line.box.bottom]).max() <= 3


def test_the_form_that_fits_is_taken(forms):
    for name in FORMS:
        assert (
            identify_form(photo(sheet_of(name, np.random.default_rng(2)), 90), forms).form.template.name
            == name
        )


def test_templates_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save_template(template_of("hall"), tmp_path / folder / "hall.toml")
    with pytest.raises(UsageError, match='named "hall"'):
        load_forms([tmp_path / "a" / "hall.toml", tmp_path / "b" / "hall.toml"])


def drawn(*lines, thick=5, size=(80, 200)):
    ink = np.zeros(size, np.uint8)
    for start, end in lines:
        cv2.line(ink, start, end, 255, thick)
    return ink


def test_an_x_is_two_lines_that_cross():
    assert is_crossed_out(drawn(((10, 10), (60, 68)), ((62, 8), (12, 70))), 80)
    assert is_crossed_out(drawn(((10, 20), (60, 60)), ((66, 10), (8, 66))), 80)
    assert not is_crossed_out(drawn(((10, 10), (60, 68))), 80)
    assert not is_crossed_out(drawn(((10, 40), (60, 40)), ((35, 10), (35, 70))), 80)  # a plus
    assert not is_crossed_out(np.zeros((80, 80), np.uint8), 80)


@pytest.mark.parametrize("thick", [4, 8, 11])
def test_a_one_whose_strokes_run_together_at_the_top_is_no_x(thick):
    strokes = ((50, 8), (66, 70)), ((15, 68), (52, 22)), ((50, 8), (52, 22))
    assert not is_crossed_out(drawn(*strokes, thick=thick), 80)


@pytest.mark.parametrize("digit", "0123456789")
def test_no_digit_is_an_x(digit):
    for font in (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX):
        ink = np.zeros((90, 90), np.uint8)
        cv2.putText(ink, digit, (20, 72), font, 2.2, 255, 4)
        assert not is_crossed_out(ink, 80)
        assert not is_struck_through(ink, 80)


def test_a_line_under_a_number_does_not_strike_it_out():
    ink = np.zeros((120, 260), np.uint8)
    cv2.putText(ink, "482", (20, 72), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 255, 4)
    under, through = ink.copy(), ink.copy()
    cv2.line(under, (10, 110), (180, 108), 255, 4)
    cv2.line(through, (10, 60), (180, 44), 255, 4)
    assert not is_struck_through(under, 80)
    assert is_struck_through(through, 80)
