"""A form made of a filled sheet has the fields of its blank, and reads what is written there."""

import cv2
import numpy as np
import pytest
from blank_forms import blank, box, boxes, guides, sees_nothing, sheet, table, template_of, text

from digitocr.forms.detection.detect import detect_template
from digitocr.forms.detection.lines import find_print_layers
from digitocr.forms.detection.written_numbers import find_written_numbers
from digitocr.forms.reading.form import Form
from digitocr.options import ReadOptions
from digitocr.reading.form import read_forms
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

LOOSE = Spacing(gap=0.17, gap_spread=0.05, wobble=0.03, size_spread=0.04)
SEED = 2
GUIDES = "row3_col2"  # the field whose boxes have printed guides


@pytest.fixture(scope="module")
def model():
    return load_classifier()


@pytest.fixture(scope="module")
def form():
    page = sheet()
    text(page, "Return of the station", 380, 120, 1.2)
    text(page, "Account", 100, 240)
    boxes(page, 400, 205, 8)
    text(page, "Day and month", 100, 340)
    boxes(page, 400, 305, 2)
    text(page, "Class 4", 100, 440)
    box(page, 400, 405, 44, 50)
    guides(page, 700, 405, 3)
    table(page, 100, 540, [300, 180, 180, 180], 2)
    blank(page, "Amount", 100, 900, 300)
    text(page, "Please write clearly in black ink and within the boxes of this form.", 100, 1200)
    return page


def write(page, number, box, rng, hand, size):
    ink = write_number(rng, hand, number, size, LOOSE).ink
    left, top = box.left + max(4, (box.width - ink.shape[1]) // 2), box.top + (box.height - ink.shape[0]) // 2
    part = page[top : top + ink.shape[0], left : left + ink.shape[1]]
    part[:] = np.minimum(part, 255 - 0.85 * ink[: part.shape[0], : part.shape[1]]).astype(np.uint8)


def filled(form, fields, numbers, seed=SEED):
    """The form with a number in each field: a digit a box, or all in the middle."""
    rng, page = np.random.default_rng(seed), form.copy()
    hand = StrokeHand(rng, 40)
    for field, number in zip(fields, numbers, strict=True):
        pairs = list(zip(field.cells, number, strict=True)) if field.cells else [(field.box, number)]
        for cell, digits in pairs:
            write(page, digits, cell, rng, hand, min(36, 0.62 * cell.height))
    return page


def numbers_for(fields, seed):
    rng = np.random.default_rng(seed)
    count = [len(f.cells) or (1 if f.box.width < 1.3 * f.box.height else 3) for f in fields]
    return ["".join(rng.choice(list("0123456789"), n)) for n in count]


def readings(page, template, model):
    (result,) = read_forms([Page("sheet.png", 1, page)], model, ReadOptions(), [Form.of(template)])
    return result.readings


@pytest.fixture(scope="module")
def of_filled_sheet(form, model):
    fields = template_of(form).fields
    page = filled(form, fields, numbers_for(fields, 1))
    return detect_template(page, "form", model.pages.maps)


def test_a_filled_sheet_has_the_fields_of_its_blank(form, of_filled_sheet):
    expected, found = template_of(form).fields, of_filled_sheet.template.fields
    assert [(f.name, f.kind, len(f.cells)) for f in found] == [
        (f.name, f.kind, len(f.cells)) for f in expected
    ]
    assert all(a.box.overlap(b.box) > 0.8 for a, b in zip(expected, found, strict=True))
    assert of_filled_sheet.filled == tuple(field.name for field in found)


@pytest.mark.parametrize("seed", [1, 2])
def test_it_reads_itself_and_another_sheet_as_the_blank_does(form, model, of_filled_sheet, seed):
    of_blank = template_of(form)
    page = filled(form, of_blank.fields, numbers_for(of_blank.fields, seed))
    read = zip(readings(page, of_filled_sheet.template, model), readings(page, of_blank, model), strict=True)
    different = [(own, blanks) for own, blanks in read if own.text != blanks.text]
    # Its fields lie a pixel elsewhere, so that a digit that is in doubt in both may be read otherwise.
    assert len(different) <= 1
    assert all("accept" not in (own.status, blanks.status) for own, blanks in different)


def test_it_reads_a_blank_sheet_as_blank(form, model, of_filled_sheet):
    """But for guides: where all boxes of a row are written in, nothing tells what print is under it."""
    statuses = [reading.status for reading in readings(form, of_filled_sheet.template, model)]
    found = dict(zip(of_filled_sheet.filled, statuses, strict=True))
    assert found.pop(GUIDES) in ("blank", "review")
    assert set(found.values()) == {"blank"}


def test_no_writing_is_left_in_the_reference(form, of_filled_sheet):
    fields = template_of(form).fields
    page = filled(form, fields, numbers_for(fields, 1))
    reference = of_filled_sheet.template.reference
    plain = template_of(form).reference
    pens = cv2.resize(cv2.subtract(form, page), plain.shape[::-1], interpolation=cv2.INTER_AREA) > 90
    assert np.mean(cv2.subtract(plain, reference)[pens] > 60) < 0.02


def test_on_a_blank_nothing_is_written(form, model):
    assert not find_written_numbers(find_print_layers(form), model.pages.maps).ink.any()
    detected = detect_template(form, "form", model.pages.maps)
    assert detected.filled == ()
    assert detected.template.fields == detect_template(form, "form", sees_nothing).template.fields


def test_a_note_beside_the_fields_is_no_part_of_the_form(form, model):
    rng, page = np.random.default_rng(SEED), form.copy()
    note = template_of(form).fields[0].box.shifted(0, 900)
    write(page, "4096", note, rng, StrokeHand(rng, 40), 40)
    reference = detect_template(page, "form", model.pages.maps).template.reference
    plain = template_of(form).reference
    assert np.mean(cv2.absdiff(plain, reference) > 60) < 0.0002
