"""The sample form: from its template and photographs to the numbers that were written."""

import csv
from pathlib import Path

import pytest
from blank_forms import template_of

from digitocr import Reader
from digitocr.forms.template.template import load_template
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions

FORM = Path(__file__).parents[1] / "samples" / "count"


@pytest.fixture(scope="module")
def readings():
    """(file, field) to its reading, for both sheets."""
    reader = Reader(templates=[FORM / "form.toml"])
    sheets = {name: reader.read(FORM / name) for name in ("sheet-1.jpg", "sheet-2.jpg")}
    return {(name, one.field): one for name, document in sheets.items() for one in document.readings}


@pytest.fixture(scope="module")
def truth():
    with (FORM / "truth.csv").open(newline="", encoding="utf-8") as stream:
        return {(row["file"], row["field"]): row["text"] for row in csv.DictReader(stream)}


def test_every_field_is_found_and_what_is_accepted_is_right(readings, truth):
    assert set(readings) == set(truth)
    wrong = {place for place, one in readings.items() if one.text != truth[place]}
    assert len(wrong) <= 0.1 * len(truth)
    assert not [place for place in wrong if readings[place].status == "accept"]


def test_the_counts_add_up_and_a_value_that_a_rule_changed_says_so(readings):
    for name in ("sheet-1.jpg", "sheet-2.jpg"):
        for row in ("roll", "letter", "certificate", "all"):
            women, men, both = (
                int(readings[name, f"{row}_{column}"].text) for column in ("women", "men", "together")
            )
            assert women + men == both
    changed = [one for one in readings.values() if one.raw]
    assert all(one.reason.startswith("changed by rule") and one.text != one.raw for one in changed)


def test_the_template_has_the_boxes_that_are_found_on_the_blank():
    (page,) = load_pages(str(FORM / "blank.png"), LoadOptions())
    fields = template_of(page.gray).fields
    (line,) = [field for field in fields if field.kind == "blank"]
    assert {field.box for field in load_template(FORM / "form.toml").fields} == {
        field.box for field in fields
    } - {line.box}
