"""PDFs that carry text, drawn by the usual library: reports, searchable scans, filled forms."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from material import draw_number
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from benchmarks.text_layer import draw, report
from digitocr import Reader
from digitocr.io.load import load_pages
from digitocr.io.pdf_text import _NUMBER
from digitocr.options import LoadOptions
from digitocr.reading.text_layer import with_text
from digitocr.records import Box, Page, PageResult, Reading, WrittenNumber


def drawn(work, size=(300, 120)):
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size)
    work(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def page_of(data, **options):
    (page,) = load_pages("some.pdf", LoadOptions(**options), data)
    return page


def drawn_report(file, seed):
    """A page of numbers; what is written there."""
    printed = list(report(seed, pages=1))
    draw(file, printed)
    return [number.text for number in printed]


def test_the_numbers_of_a_report_are_those_of_its_text(tmp_path):
    wanted = drawn_report(tmp_path / "report.pdf", 3)
    (page,) = load_pages(str(tmp_path / "report.pdf"), LoadOptions())
    assert [number.written for number in page.numbers] == wanted
    assert all(
        page.gray[n.box.top : n.box.bottom, n.box.left : n.box.right].min() < 128 for n in page.numbers
    )


def test_a_report_is_read_as_it_is_written(tmp_path):
    wanted = drawn_report(tmp_path / "report.pdf", 4)
    readings = Reader().read(tmp_path / "report.pdf").readings
    assert sorted(reading.written for reading in readings) == sorted(wanted)
    assert sum(reading.status == "accept" for reading in readings) > 0.95 * len(wanted)
    assert {reading.origin for reading in readings} == {"text_layer"}
    assert {r.origin for r in Reader(text_layer="never").read(tmp_path / "report.pdf").readings} == {"ink"}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_text_lies_where_it_is_drawn(turn):
    def work(canvas):
        canvas.setFont("Helvetica", 20)
        canvas.setPageRotation(turn)
        canvas.drawString(120, 20, "4711")

    page = page_of(drawn(work, (200, 200)))
    (number,) = page.numbers
    dark = np.argwhere(page.gray < 128)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0)
    assert abs(number.box.left - left) < 12
    assert abs(number.box.right - right) < 12
    assert abs(number.box.top - top) < 25
    assert abs(number.box.bottom - bottom) < 25


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Total 1,234.50 in 12 rows", ["1,234.50", "12"]),
        ("A4 and B2B, x1, 7th", []),
        ("(12) -5 +3.", ["(12)", "-5", "+3"]),
        ("12.05.2024 10:30", ["12.05.2024", "10:30"]),
        ("€5 $6.70 7% #8", ["5", "6.70", "7", "8"]),
    ],
)
def test_which_words_are_numbers(text, numbers):
    assert [found[0] for found in _NUMBER.finditer(text)] == numbers


@given(st.text(max_size=40))
def test_numbers_are_found_in_any_text(text):
    assert all(any(c.isdigit() for c in found[0]) for found in _NUMBER.finditer(text))


def searchable(layer):
    """A scan of 90210, with an invisible layer that says something."""

    def work(canvas):
        canvas.drawInlineImage(Image.fromarray(draw_number("90210")), 0, 0, 300, 120)
        text = canvas.beginText(60, 45)
        text.setFont("Helvetica", 50)
        text.setTextRenderMode(3)
        text.textOut(layer)
        canvas.drawText(text)

    return drawn(work)


def test_an_invisible_layer_is_known(tmp_path):
    (number,) = page_of(searchable("90210")).numbers
    assert (number.written, number.visible) == ("90210", False)


def reading(text, status="accept", box=(10, 10, 60, 30)):
    return Reading("", 1, Box(*box), text, status, 0.95, written=text)


def joined(readings, numbers, gray=None):
    gray = np.full((100, 200), 255, np.uint8) if gray is None else gray
    gray[15:25, ::3] = 0
    page = Page("a.pdf", 1, gray, 200.0, numbers=tuple(numbers))
    return with_text(PageResult("a.pdf", 1, 200, 100, "page", tuple(readings)), page).readings


def number(written, *, visible=True, box=(10, 10, 60, 30)):
    return WrittenNumber(written, Box(*box), "text_layer", visible=visible)


@pytest.mark.parametrize("visible", [True, False])
def test_a_layer_that_says_otherwise_than_the_ink_is_for_review(visible):
    (read,) = joined([reading("12845")], [number("12,345", visible=visible)])
    assert (read.status, read.reason_code, read.raw) == ("review", "text_layer_differs", "12845")


def test_a_layer_that_agrees_is_taken():
    (read,) = joined([reading("1234", "review")], [number("1,234", visible=False)])
    assert (read.status, read.text, read.written, read.origin) == ("accept", "1234", "1,234", "text_layer")


def test_what_the_ink_only_guesses_letters_settle_but_another_guess_does_not():
    (settled,) = joined([reading("7", "review")], [number("1")])
    assert (settled.status, settled.text) == ("accept", "1")
    (open_,) = joined([reading("7", "review")], [number("1", visible=False)])
    assert (open_.status, open_.reason_code) == ("review", "text_layer_differs")


def test_text_without_ink_is_no_reading():
    (read,) = joined([reading("5")], [number("99", box=(10, 60, 60, 80))])
    assert (read.text, read.origin) == ("5", "ink")


def test_what_is_stamped_besides_is_still_read():
    read = joined([reading("5", box=(100, 10, 150, 30))], [number("99")])
    assert [(one.text, one.origin, one.row) for one in read] == [("99", "text_layer", 1), ("5", "ink", 2)]


def test_filled_fields_come_by_their_name():
    def work(canvas):
        for name, value, y in (("amount", "1,250", 700), ("words", "none", 600), ("count", "07", 500)):
            canvas.acroForm.textfield(name=name, value=value, x=50, y=y, width=200, height=30)

    page = page_of(drawn(work, A4))
    fields = {n.field: (n.written, n.text) for n in page.numbers if n.origin == "form_field"}
    assert fields == {"amount": ("1,250", "1250"), "count": ("07", "07")}
    readings = {r.field: r for r in Reader().read(drawn(work, A4)).readings if r.field}
    assert {name: r.text for name, r in readings.items()} == {"amount": "1250", "count": "07"}


def test_a_scan_is_drawn_as_fine_as_it_is():
    def work(canvas):
        canvas.drawInlineImage(Image.fromarray(np.full((1200, 3000), 255, np.uint8)), 0, 0, 300, 120)

    page = page_of(drawn(work))
    assert page.dpi == 600
    assert page_of(drawn(work), max_megapixels=1).gray.size <= 1_000_000
    small = drawn(lambda canvas: canvas.drawInlineImage(Image.new("L", (900, 900)), 0, 0, 60, 60))
    assert page_of(small).dpi == 200
