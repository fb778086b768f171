"""A spreadsheet as a clerk shows it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from openpyxl import load_workbook

from digitocr.output.sheet import is_number
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Box, Document, PageFailure, PageResult, Reading

BOX = Box(1, 2, 30, 40)
JPEG = cv2.imencode(".jpg", np.full((40, 200), 200, np.uint8))[1].tobytes()


def reading(field, text, status="accept", reason=""):
    return Reading(field, 1, BOX, text, status, 0.87654, reason, ((text, 0.87654), ("9", 0.1)))


def page(source, template, *readings, crops=()):
    return PageResult(source, 1, 100, 100, "page", readings, template=template, crops=crops)


@pytest.fixture
def book(tmp_path):
    def write(*documents, **options):
        path = Path(tmp_path, "out.xlsx")
        with open_writer(path, "xlsx", RunInfo("0", "toy"), **options) as writer:
            for document in documents:
                writer.write(document)
        return load_workbook(path)

    return write


def columns(sheet):
    names, *rows = sheet.iter_rows()
    return [{name.value: cell for name, cell in zip(names, row, strict=True)} for row in rows]


def test_a_sheet_a_template_with_header_filter_and_widths(book):
    made = book(
        Document("1.png", (page("1.png", "count", reading("zip", "12345")),)),
        Document("2.png", (page("2.png", "a/b: [c]", reading("n", "5")),)),
        Document("3.png", (PageFailure("3.png", 0, "3.png: no such file"),)),
    )
    assert made.sheetnames == ["count", "a_b_ _c_", "failed"]
    sheet = made["count"]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:R2"
    assert sheet.column_dimensions["A"].width > 6
    assert columns(made["failed"])[0]["error"].value == "3.png: no such file"


def test_numbers_are_numbers_where_nothing_is_lost(book):
    made = book(
        Document(
            "1.png",
            (page("1.png", "t", reading("zip", "01234"), reading("n", "70"), reading("long", "1" * 16)),),
        ),
        Document("2.png", (page("2.png", "t", reading("zip", "99999"), reading("n", "8")),)),
    )
    rows = columns(made["t"])
    assert [row["text"].value for row in rows] == ["01234", 70, "1" * 16, "99999", 8]
    assert (rows[0]["page"].value, rows[0]["left"].value, rows[0]["confidence"].value) == (1, 1, 0.8765)
    wide = columns(
        book(Document("1.png", (page("1.png", "t", reading("zip", "01"), reading("n", "7")),)), wide=True)[
            "t"
        ]
    )
    assert (wide[0]["zip"].value, wide[0]["n"].value) == ("01", 7)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", True),
        ("10", True),
        ("00", False),
        ("07", False),
        ("9" * 15, True),
        ("9" * 16, False),
        ("٣", False),
    ],
)
def test_what_is_a_number(text, number):
    assert is_number(text) is number


def test_what_waits_has_a_colour_a_comment_and_its_picture(book):
    waits = reading("n", "7", "review", "low confidence")
    made = book(Document("1.png", (page("1.png", "t", reading("m", "3"), waits, crops=(b"", JPEG)),)))
    accepted, waiting = columns(made["t"])
    assert accepted["text"].fill.fgColor.rgb == "00000000"
    assert waiting["text"].fill.fgColor.rgb == "FFFBE3CF"
    assert waiting["text"].comment.text == "low confidence\n7 (88 %), 9 (10 %)"
    assert accepted["text"].comment is None
    assert [image.anchor._from.row for image in made["t"]._images] == [2]
    wide = columns(book(Document("1.png", (page("1.png", "t", reading("m", "3"), waits),)), wide=True)["t"])
    assert wide[0]["n"].fill.fgColor.rgb == "FFFBE3CF"
    assert wide[0]["m"].fill.fgColor.rgb == "00000000"
