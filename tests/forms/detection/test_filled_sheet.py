"""What is written in a sheet that serves as a blank is no part of the form."""

import cv2
import numpy as np
import pytest
from blank_forms import boxes, guides, sheet, template_of

from digitocr import Reader
from digitocr.forms.detection.filled_sheet import remove_writing
from digitocr.forms.template.save import save_template

NOTHING = np.zeros((10, 10), np.uint8)  # no writing is known


def fields_of(page):
    return [field for field in template_of(page).fields if len(field.cells) > 1]


def write_in(page, fields, texts):
    """The page with each digit of `texts` in a box of its own, not quite in its middle."""
    rng, written = np.random.default_rng(1), page.copy()
    for field, text in zip(fields, texts, strict=True):
        for cell, digit in zip(field.cells, text, strict=True):
            x, y = rng.integers(-5, 6, 2)
            spot = int(cell.left + cell.width // 4 + x), int(cell.bottom - cell.height // 4 + y)
            cv2.putText(written, digit, spot, cv2.FONT_HERSHEY_SIMPLEX, cell.height / 44, 30, 3, cv2.LINE_AA)
    return written


@pytest.fixture
def form():
    page = sheet()
    for n in range(4):
        boxes(page, 200, 300 + 160 * n, 5, side=60)
    return page


def test_a_blank_stays_as_it_is(form):
    page = form.copy()
    guides(page, 200, 1100, 4)
    assert np.array_equal(remove_writing(page, [field.cells for field in fields_of(page)], NOTHING), page)


def test_writing_goes_and_boxes_stay(form):
    fields = fields_of(form)
    written = write_in(form, fields, ["27182", "11117", "90210", "55504"])
    clean = remove_writing(written, [field.cells for field in fields], NOTHING)
    changed, left = (np.abs(page.astype(int) - form) > 60 for page in (written, clean))
    assert left.sum() < 0.1 * changed.sum()
    assert np.array_equal(clean[form < 100], form[form < 100])


def test_a_stroke_that_all_boxes_share_goes_where_it_is_known(form):
    fields, known = fields_of(form), np.zeros_like(form)
    written = form.copy()
    for cell in fields[0].cells:
        middle = (cell.left + cell.right) // 2
        for page, tone in ((written, 30), (known, 255)):
            cv2.line(page, (middle, cell.top + 15), (middle, cell.bottom - 15), tone, 4)
    rows = [field.cells for field in fields]
    assert np.array_equal(remove_writing(written, rows, NOTHING), written)
    assert np.mean(remove_writing(written, rows, known)[known > 0] < 150) < 0.1


def test_a_guide_in_boxes_that_are_written_in_stays():
    page = sheet()
    for n in range(3):
        guides(page, 200, 400 + 150 * n, 4, side=60)
    fields = fields_of(page)
    written = write_in(page, fields, ["2704", "1153", "9968"])
    clean = remove_writing(written, [field.cells for field in fields], NOTHING)
    over = cv2.dilate(np.uint8(written != page), np.ones((9, 9), np.uint8)) > 0
    layers = (page < 230) & ~over
    assert layers.sum() > 0.5 * (page < 230).sum()
    assert np.array_equal(clean[layers], page[layers])
    assert np.mean(clean[written < 100] < 100) < 0.15


def test_a_filled_sheet_reads_itself_and_others(form, tmp_path):
    fields = fields_of(form)
    one, other = ["27182", "11117", "90210", "55504"], ["36049", "11742", "80013", "92655"]
    template = template_of(write_in(form, fields, one))
    save_template(template, tmp_path / "form.toml")
    reader = Reader(templates=[tmp_path / "form.toml"])
    for texts in (one, other):
        assert list(reader.read(write_in(form, fields, texts)).texts) == texts
