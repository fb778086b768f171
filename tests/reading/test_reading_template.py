"""Pages read by templates, with the model that comes along where there is one, else with a toy."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from form_material import FORMS, VALUES, filled, gray_of, photo, sheet_of, template_of

from digitocr import InputError, Reader
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.length_prior import with_length_prior
from digitocr.forms.reading.form import Form
from digitocr.forms.template.save import save_template
from digitocr.options import ReadOptions
from digitocr.reading.form import read_forms
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Page, PageFailure

SHIPPED = Path(__file__).parents[2] / "models" / "digits.tflite"


@pytest.fixture(scope="module")
def classifier(toy_model):
    return load_classifier(toy_model)


@pytest.fixture(scope="module")
def forms():
    return [Form.of(template_of(name)) for name in FORMS]


def page_of(gray, number=1):
    return Page("drawn.png", number, gray)


def read(gray, classifier, forms, **options):
    (result,) = read_forms([page_of(gray)], classifier, ReadOptions(**options), forms)
    return result


@pytest.mark.skipif(not SHIPPED.exists(), reason="there is no models/digits.tflite")
def test_fields_of_photographs_are_read(forms):
    shipped = load_classifier(None)
    right = 0
    for degrees in (0, 90, 187):
        result = read(photo(filled("hall", VALUES, seed=3), degrees), shipped, forms)
        assert result.template == "hall"
        right += sum(reading.text == VALUES[reading.field] for reading in result.readings)
    assert right >= 3 * len(VALUES) - 2


def hall_with(**changes):
    """The hall's form, its cell without boxes changed."""
    template = template_of("hall")
    fields = [replace(one, **changes) if one.name == "sum" else one for one in template.fields]
    return [Form.of(replace(template, fields=tuple(fields)))]


@pytest.mark.skipif(not SHIPPED.exists(), reason="there is no models/digits.tflite")
def test_digits_hold_a_field_without_boxes_to_their_number():
    shipped, page = load_classifier(None), photo(filled("hall", VALUES, seed=3))

    def sum_of(form, **options):
        return {one.field: one for one in read(page, shipped, form, **options).readings}["sum"]

    fits, short, lone = (sum_of(hall_with(digits=digits)) for digits in (4, 3, 1))
    assert (fits.text, fits.status) == ("5204", "accept")
    for one in (short, lone, sum_of(hall_with(digits=7, digits_least=5))):
        assert (one.text, one.status, one.reason) == ("5204", "review", "no reading fits the format")
    assert sum_of(hall_with(digits=4), pattern="5.*").status == "accept"
    assert sum_of(hall_with(digits=3), pattern="5.*").reason == "no reading fits the format"


def test_digits_leave_a_blank_field_blank(classifier):
    page = photo(sheet_of("hall", np.random.default_rng(9)))
    one = {one.field: one for one in read(page, classifier, hall_with(digits=3)).readings}["sum"]
    assert (one.status, one.text, one.reason) == ("blank", "", "no ink")


def test_there_is_a_reading_a_field_in_the_templates_order(classifier, forms):
    gray = photo(filled("hall", VALUES), 8)
    result = read(gray, classifier, forms)
    assert (result.template, result.layout) == ("hall", "page")
    assert [reading.field for reading in result.readings] == [line.name for line in FORMS["hall"]]
    assert [reading.row for reading in result.readings] == list(range(1, len(FORMS["hall"]) + 1))
    assert result.rotation == pytest.approx(8, abs=4)
    for reading in result.readings:
        for box in (reading.box, *(digit.box for digit in reading.digits)):
            assert 0 <= box.left < box.right <= gray.shape[1]
            assert 0 <= box.top < box.bottom <= gray.shape[0]
        assert (reading.status == "accept") == (not reading.reason)


def test_a_blank_sheet_is_blank(classifier, forms):
    result = read(photo(sheet_of("meter", np.random.default_rng(9)), 90), classifier, forms)
    assert result.template == "meter"
    assert {(r.status, r.text, r.reason) for r in result.readings} == {("blank", "", "no ink")}


def test_another_page_is_a_failure_that_says_so(classifier, forms):
    gray = np.full((1400, 1000), 240, np.uint8)
    for n in range(30):
        cv2.putText(gray, "Dear Ms Vasquez", (80, 100 + 40 * n), cv2.FONT_HERSHEY_SIMPLEX, 1, 30, 2)
    pages = [page_of(gray), page_of(photo(filled("hall", VALUES)), 2)]
    failed, result = read_forms(pages, classifier, ReadOptions(), forms)
    assert isinstance(failed, PageFailure)
    assert "drawn.png, page 1: not this form (hall, meter)" in failed.error
    assert result.template == "hall"


def test_of_a_sheet_that_is_cut_what_is_missing_is_an_error(classifier, forms):
    gray = gray_of(filled("hall", VALUES).scanned())
    result = read(gray[:, : gray.shape[1] * 7 // 10], classifier, forms)
    cut = {reading.field: reading for reading in result.readings}
    assert (cut["right"].status, cut["right"].text, cut["right"].reason) == ("error", "", "outside the page")
    assert cut["seats"].status != "error"
    half = read(gray[: gray.shape[0] // 2], classifier, forms)
    assert isinstance(half, PageFailure) or {
        r.status for r in half.readings if r.field in ("left", "right")
    } == {"error"}


def test_what_is_crossed_out_is_not_read(classifier, forms):
    sheet = filled("hall", {"seats": "8", "left": ""}, crossed=("seats", "left"))
    found = {
        reading.field: reading for reading in read(photo(sheet), classifier, forms, min_confidence=0).readings
    }
    assert found["seats"].box.width < 30  # one box, of which there are three
    assert (found["left"].status, found["left"].reason) == ("blank", "crossed out")


def test_pages_read_together_are_read_as_alone(classifier, forms):
    pages = [page_of(photo(filled("hall", VALUES, seed), 7 * seed), seed) for seed in (1, 2)]
    together = read_forms(pages, classifier, ReadOptions(), forms)
    assert together == [read_forms([page], classifier, ReadOptions(), forms)[0] for page in pages]


def test_boxes_outweigh_a_doubt_and_no_more():
    strings = [Hypothesis("65", 0.9, 0.0, ()), Hypothesis("165", 0.09, 0.0, ())]
    assert [one.text for one in with_length_prior(strings, 3)] == ["165", "65"]
    assert sum(one.probability for one in with_length_prior(strings, 3)) == pytest.approx(0.99)
    assert with_length_prior(strings, None) == strings
    assert with_length_prior([], 3) == []
    sure = [Hypothesis("65", 0.9999, 0.0, ()), Hypothesis("165", 0.0001, 0.0, ())]
    assert with_length_prior(sure, 3)[0].text == "65"


def test_the_python_interface_takes_templates(toy_model, tmp_path):
    save_template(template_of("hall"), tmp_path / "hall.toml")
    reader = Reader(model=toy_model, templates=[tmp_path / "hall.toml"])
    document = reader.read(photo(filled("hall", VALUES)))
    assert [reading.field for reading in document.readings] == [line.name for line in FORMS["hall"]]
    with pytest.raises(InputError, match="not this form"):
        reader.read(np.full((600, 400), 240, np.uint8))
