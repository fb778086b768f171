"""`digitocr read --template` as it is called."""

import csv
import json

import cv2
import jsonschema
import numpy as np
import pytest
from form_material import FORMS, VALUES, filled, photo, template_of

from digitocr.forms.template.save import save_template
from digitocr.output.schema import json_schema


@pytest.fixture
def forms(tmp_path):
    """Photographs of two forms in a folder, their templates beside it."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.jpg"), photo(filled("hall", VALUES)))
    cv2.imwrite(str(folder / "b.jpg"), photo(filled("meter", {"number": "10482963", "old": "4821"}), 90))
    for name in FORMS:
        save_template(template_of(name), tmp_path / f"{name}.toml")
    return tmp_path


def test_each_page_is_read_by_its_own_template(digitocr, forms):
    templates = [part for name in FORMS for part in ("--template", forms / f"{name}.toml")]
    run = digitocr("read", forms / "photographs", *templates, "-f", "json")
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    jsonschema.validate(answer, json_schema())
    pages = [page for document in answer["documents"] for page in document["pages"]]
    assert [page["template"] for page in pages] == ["hall", "meter"]
    assert [reading["field"] for reading in pages[0]["readings"]] == [line.name for line in FORMS["hall"]]


def test_bytes_do_not_depend_on_the_jobs(digitocr, forms):
    arguments = ["read", forms / "photographs", "-t", forms / "hall.toml", "-t", forms / "meter.toml"]
    assert digitocr(*arguments, "--jobs", 1).stdout == digitocr(*arguments, "--jobs", 2).stdout


def test_a_page_that_is_not_the_form_is_3(digitocr, forms):
    run = digitocr("read", forms / "photographs", "--template", forms / "hall.toml")
    assert run.returncode == 3
    rows = list(csv.DictReader(run.stdout.decode().splitlines()))
    (failed,) = (row for row in rows if row["status"] == "error")
    assert failed["source"].endswith("b.jpg")
    assert "not this form (hall)" in failed["error"]
    assert "not this form" in run.stderr.decode()


def test_wide_has_a_column_a_field(digitocr, forms):
    run = digitocr("read", forms / "photographs" / "a.jpg", "-t", forms / "hall.toml", "--wide")
    (row,) = csv.DictReader(run.stdout.decode().splitlines())
    assert list(row)[4:] == [line.name for line in FORMS["hall"]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_template_that_cannot_be_used_is_2(digitocr, forms, jobs):
    (forms / "bad.toml").write_text("name = 3")
    for name in ("bad.toml", "none.toml"):
        run = digitocr(
            "read", forms / "photographs", "-t", forms / name, "-o", forms / "out.csv", "--jobs", jobs
        )
        assert run.returncode == 2
        assert name in run.stderr.decode()
        assert not (forms / "out.csv").exists()


def test_an_overlay_shows_the_fields(digitocr, forms):
    run = digitocr(
        "read", forms / "photographs" / "a.jpg", "-t", forms / "hall.toml", "--overlay", forms / "drawn"
    )
    assert run.returncode == 0, run.stderr
    (picture,) = (forms / "drawn").iterdir()
    assert np.ptp(cv2.imread(str(picture))) > 0
