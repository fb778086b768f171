"""Templates that are wrong, and sheets that are: what is said of each on the command line."""

import csv

import cv2
import numpy as np
import pytest
from form_material import FORMS, VALUES, filled, gray_of, photo, sheet_of, template_of

from digitocr.forms.template.save import save_template

WRONG = {
    "overlapping fields": (
        "box = [380, 400, 538, 460]",
        "box = [380, 320, 538, 460]",
        'field 2, "guests": its box [380, 320, 538, 460] overlaps that of "seats"',
    ),
    "an unknown format": (
        'name = "code"',
        'name = "code"\nformat = "us-zpi"',
        'field 3, "code": format "us-zpi" is not known; did you mean us-zip',
    ),
    "a rule of a missing field": (
        "rules = []",
        'rules = ["left + right = seets"]',
        'rule "left + right = seets": there is no field seets; did you mean seats?',
    ),
    "a rule that adds up dates": (
        "rules = []",
        'rules = ["year = left + 1", "day - left = 1"]',
        'rule "day - left = 1": day is a date, which is no part of a sum',
    ),
    "days in a field of numbers": (
        'name = "year"',
        'name = "year"\nmin = "2020-01-01"',
        'field 4, "year": min = "2020-01-01": a whole number was expected',
    ),
    "more digits than there is room for": (
        'kind = "cell"',
        'kind = "cell"\ndigits = 4\nformat = "us-zip"',
        "no digits satisfy this",
    ),
}


def rows_of(run):
    return list(csv.DictReader(run.stdout.decode().splitlines()))


@pytest.fixture
def hall(tmp_path):
    """The template of a form; beside it a sheet of it in a picture of its own."""
    save_template(template_of("hall"), tmp_path / "hall.toml")
    cv2.imwrite(str(tmp_path / "sheet.png"), gray_of(filled("hall", VALUES).scanned()))
    return tmp_path / "hall.toml"


def read(digitocr, hall, gray):
    """The command's end, and its rows, for one picture."""
    cv2.imwrite(str(hall.with_name("picture.png")), gray)
    run = digitocr("read", hall.with_name("picture.png"), "--template", hall)
    return run, rows_of(run)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_template_is_2_and_says_what_is_wrong(digitocr, hall, what):
    old, new, told = WRONG[what]
    text = hall.read_text()
    if "day" in new:
        text = text.replace('name = "code"', 'name = "day"\ndate = "%d%m%y"')
    assert old in text
    hall.write_text(text.replace(old, new))
    for command in (
        ("template", "check", hall),
        ("read", hall.with_name("sheet.png"), "-t", hall, "-o", hall.with_name("out.csv")),
    ):
        run = digitocr(*command)
        assert (run.returncode, run.stdout) == (2, b"")
        (line,) = run.stderr.decode().splitlines()
        assert line.startswith(f"digitocr: {hall}: ")
        assert told in line
    assert not hall.with_name("out.csv").exists()


def test_a_template_that_is_right_has_nothing_wrong(digitocr, hall):
    text = hall.read_text().replace('name = "code"', 'name = "day"\ndate = "%d%m%y"\nmin = 2020-01-01')
    hall.write_text(text.replace("rules = []", 'rules = ["day <= \'2030-12-31\'", "left >= right"]'))
    run = digitocr("template", "check", hall)
    assert run.returncode == 0, run.stderr
    assert "7 fields, 2 rules, nothing wrong" in run.stderr.decode()


@pytest.mark.parametrize("what", ["another form", "white paper", "a letter upside down"])
def test_a_sheet_that_is_not_this_form_is_an_error(digitocr, hall, what):
    page = np.full((1400, 1000), 245, np.uint8)
    for n in range(30 if what == "a letter upside down" else 0):
        cv2.putText(page, "Dear Ms Vasquez", (80, 100 + 40 * n), cv2.FONT_HERSHEY_SIMPLEX, 1, 30, 2)
    gray = photo(sheet_of("meter", np.random.default_rng(2))) if what == "another form" else page[::-1, ::-1]
    run, (row,) = read(digitocr, hall, gray)
    assert run.returncode == 4  # it is the only input
    assert (row["status"], row["reason"], row["field"], row["text"]) == ("error", "not this form", "", "")
    assert "not this form (hall); scan the whole sheet" in row["error"]


def test_of_half_a_sheet_the_missing_fields_are_errors_and_the_others_are_read(digitocr, hall):
    gray = gray_of(filled("hall", VALUES).scanned())
    run, rows = read(digitocr, hall, gray[: round(0.52 * len(gray))])
    assert run.returncode == 0, run.stderr
    found = {row["field"]: row for row in rows}
    assert list(found) == [line.name for line in FORMS["hall"]]
    for name in ("sum", "left", "right"):
        one = found[name]
        assert (one["status"], one["text"], one["reason"]) == ("error", "", "outside the page")
    for name in ("seats", "guests", "code"):
        assert found[name]["status"] in ("accept", "review")


def test_a_sliver_of_a_sheet_is_not_taken_for_it(digitocr, hall):
    gray = gray_of(filled("hall", VALUES).scanned())
    run, rows = read(digitocr, hall, gray[: len(gray) // 8])
    assert run.returncode == 4 or {row["status"] for row in rows} == {"error"}


@pytest.mark.parametrize("degrees", [0, 180])
def test_a_blank_sheet_has_a_blank_row_a_field(digitocr, hall, degrees):
    run, rows = read(digitocr, hall, photo(sheet_of("hall", np.random.default_rng(8)), degrees))
    assert run.returncode == 0, run.stderr
    assert [row["field"] for row in rows] == [line.name for line in FORMS["hall"]]
    assert {(row["status"], row["text"], row["reason"]) for row in rows} == {("blank", "", "no ink")}
