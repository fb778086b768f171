"""Templates as files: written, read again, and refused with all that is wrong in them."""

import sys
import tomllib

import numpy as np
import pytest

from digitocr.errors import OutputError, UsageError
from digitocr.forms.reading.form import Form
from digitocr.forms.template.save import reference_path, save_template
from digitocr.forms.template.template import Field, Template, load_template
from digitocr.records import Box

GOOD = """
schema = "digitocr-template/1"
name = "ballot"
width = 300
height = 400
reference = "ballot.reference.png"

[[field]]
name = "men"
box = [10, 20, 70, 60]
kind = "boxes"
digits = 2
cells = [[10, 20, 40, 60], [40, 20, 70, 60]]

[[field]]
name = "women"
box = [110, 20, 170, 60]
"""


@pytest.fixture
def form(tmp_path):
    """Write a template's text beside a picture of it; the path comes back."""

    def write(text):
        reference = np.full((200, 150), 250, np.uint8)
        save_template(
            Template("x", 300, 400, (Field("a", Box(0, 0, 9, 9)),), reference), tmp_path / "ballot.toml"
        )
        (tmp_path / "ballot.toml").write_text(text)
        return tmp_path / "ballot.toml"

    return write


def problems(path):
    with pytest.raises(UsageError) as caught:
        load_template(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_what_is_written_is_read_again(tmp_path):
    fields = (
        Field("men", Box(10, 20, 70, 60), "boxes", 2, (Box(10, 20, 40, 60), Box(40, 20, 70, 60))),
        Field("code", Box(10, 120, 90, 160), "cell", None, (), {"pattern": "[0-9]{5}", "length": 5}),
        Field('naïve "quoted"', Box(100, 120, 190, 160), "blank", 4, (), {"values": ["0001", "0002"]}),
    )
    reference = np.random.default_rng(1).integers(0, 255, (200, 150), np.uint8)
    path = tmp_path / "ballot.toml"
    save_template(Template("ballot", 300, 400, fields, reference, ()), path)
    read = load_template(path)
    assert (read.name, read.width, read.height, read.path) == ("ballot", 300, 400, path)
    assert read.fields == fields
    assert read.rules == ()
    assert np.array_equal(read.reference, reference)
    assert reference_path(path).name == "ballot.reference.png"


def test_a_range_of_digits_is_written_and_read_again(form, tmp_path):
    template = load_template(form(GOOD + "digits = [2, 4]"))
    assert (template.fields[1].digits_least, template.fields[1].digits) == (2, 4)
    assert (template.fields[0].room, template.fields[1].room) == (None, (2, 4))
    save_template(template, tmp_path / "again.toml")
    assert load_template(tmp_path / "again.toml").fields == template.fields


def test_a_template_says_what_its_keys_mean(tmp_path):
    path = tmp_path / "ballot.toml"
    save_template(Template("b", 30, 40, (Field("a", Box(0, 0, 9, 9)),), np.zeros((40, 30), np.uint8)), path)
    comments = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert any("digitocr template check ballot.toml" in line for line in comments)
    assert any("left, top, right, bottom" in line for line in comments)
    assert tomllib.loads(path.read_text())["schema"] == "digitocr-template/1"


def test_a_folder_that_is_not_there(tmp_path):
    template = Template("b", 30, 40, (), np.zeros((40, 30), np.uint8))
    with pytest.raises(OutputError, match="cannot be written"):
        save_template(template, tmp_path / "none" / "ballot.toml")


def test_the_least_that_a_template_needs(form):
    template = load_template(form(GOOD))
    assert [f.name for f in template.fields] == ["men", "women"]
    assert template.fields[1] == Field("women", Box(110, 20, 170, 60))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "women"', 'nmae = "women"', "field 2: there is no key nmae; did you mean name?"),
        ('name = "women"', 'nmae = "women"', 'field 2: expected a name, such as name = "total"; add it'),
        ('name = "women"', 'name = "men"', 'field 2, "men": field 1 is called so too'),
        ("width = 300", "widht = 300", "the top: there is no key widht; did you mean width?"),
        ("width = 300", "", "width is missing; add it, a whole number above 0"),
        ("width = 300", 'width = "300"', "width: expected a whole number above 0, not '300'"),
        ("template/1", "template/7", 'schema: expected "digitocr-template/1", not "digitocr-template/7"'),
        ("[110, 20, 170, 60]", "[110, 20, 370, 60]", "leaves the page, which is 300 x 400"),
        ("[110, 20, 170, 60]", "[170, 20, 110, 60]", "expected [left, top, right, bottom] in whole pixels"),
        ("[110, 20, 170, 60]", "[110, 20, 170]", "box: [110, 20, 170] is no box"),
        ("box = [110, 20, 170, 60]", "", 'field 2, "women": box: is missing'),
        ("[110, 20, 170, 60]", "[40, 20, 170, 60]", 'overlaps that of "men"'),
        ('kind = "boxes"', 'kind = "comb"', "kind: expected one of boxes, cell, blank, not 'comb'"),
        ("digits = 2", "digits = 3", "digits is 3, but there are 2 cells"),
        ("digits = 2", "digits = 0", "digits: expected a whole number above 0, not 0"),
        ("digits = 2", "digits = [3, 2]", "the least and the most as in [2, 4]"),
        ("[110, 20, 170, 60]", '[110, 20, 170, 60]\ndigits = 4\nformat = "us-zip"', "no digits satisfy this"),
        ("[40, 20, 70, 60]]", "[40, 20, 90, 60]]", "leaves the field's box [10, 20, 70, 60]"),
        ("[40, 20, 70, 60]]", "[40, 20, 70]]", "cells: [40, 20, 70] is no box"),
        ("height = 400", 'height = 400\nrules = "a = b"', "rules: expected a list of texts"),
        (
            "height = 400",
            'height = 400\nrules = ["men = womn"]',
            "there is no field womn; did you mean women?",
        ),
        ("digits = 2", 'format = "us-zap"', 'format "us-zap" is not known; did you mean us-zip?'),
        ("digits = 2", 'pattern = "[0-9"', 'pattern "[0-9" is no regular expression'),
        ("ballot.reference", "other.reference", "no such file; check the path"),
        ("height = 400", "height = 500", "is 150 x 200, and the page 300 x 500"),
    ],
)
def test_what_is_wrong_is_told(form, old, new, told):
    assert any(told in problem for problem in problems(form(GOOD.replace(old, new))))


def test_dates_are_compared_with_dates_and_not_added_up(form):
    dated = GOOD.replace('kind = "boxes"', 'date = "%d%m%Y"').replace("digits = 2\n", "")
    dated = dated.partition("cells = [[")[0] + dated[dated.index('[[field]]\nname = "women"') :]
    both = dated + 'date = "%Y%m%d"\nmin = 2020-01-01\n'
    template = load_template(form(both.replace("height = 400", 'height = 400\nrules = ["women >= men"]')))
    assert Form.of(template).dates.keys() == {"men", "women"}
    for rule, told in (
        ("women >= men + 1", "men is a date, which is no part of a sum"),
        ("women >= 2020", "a date is compared with a number"),
    ):
        (problem,) = problems(form(both.replace("height = 400", f'height = 400\nrules = ["{rule}"]')))
        assert told in problem


def test_all_that_is_wrong_is_told_at_once(form):
    text = (
        GOOD.replace("width = 300", "wdith = 300")
        .replace('kind = "boxes"', "kind = 1")
        .replace("ballot.r", "b.r")
    )
    told = problems(form(text))
    assert len(told) == 4
    assert "wdith" in told[0]
    assert told[1].startswith("width is missing")
    assert told[2].startswith('field 1, "men": kind')
    assert told[3].startswith("reference:")


def test_without_any_field(form):
    assert problems(form(GOOD.partition("[[field]]")[0])) == [
        "field: expected at least one [[field]] with a name and a box; add one"
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"name = ", "not TOML as it stands"), (b"\xff\xfe\x00", "expected a template in UTF-8")],
)
def test_what_is_no_template(tmp_path, data, told):
    (tmp_path / "form.toml").write_bytes(data)
    assert told in problems(tmp_path / "form.toml")[0]


def test_a_template_that_is_not_there(tmp_path):
    assert "digitocr template init" in problems(tmp_path / "form.toml")[0]


def test_reading_a_template_does_not_import_what_writes_it(form, monkeypatch):
    path = form(GOOD)
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    monkeypatch.delitem(sys.modules, "digitocr.forms.template.template")
    monkeypatch.delitem(sys.modules, "digitocr.forms.template.save")
    from digitocr.forms.template.template import load_template as load_anew

    assert len(load_anew(path).fields) == 2
