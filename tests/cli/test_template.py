"""`digitocr template` as a user calls it."""

import cv2
import numpy as np
import pytest
from blank_forms import boxes, full_form, sheet, turned, write_in
from PIL import Image

from digitocr.forms.template.template import load_template


@pytest.fixture
def blank_form(tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), full_form())
    return tmp_path / "blank.png"


def counted(run):
    return run.stderr.decode().strip().rpartition(": ")[2]


def test_init_preview_check(digitocr, blank_form, tmp_path):
    form, picture = tmp_path / "form.toml", tmp_path / "preview.png"
    run = digitocr("template", "init", blank_form, "-o", form)
    assert run.returncode == 0, run.stderr
    assert run.stdout == b""
    assert len(run.stderr.splitlines()) == 1
    assert counted(run) == "15 fields (7 boxes, 6 cell, 2 blank)"
    assert cv2.imread(str(tmp_path / "form.reference.png"), cv2.IMREAD_UNCHANGED).shape == (1200, 848)
    assert load_template(form).name == "form"

    run = digitocr("template", "preview", form, "-o", picture)
    assert run.returncode == 0, run.stderr
    drawn = cv2.imread(str(picture))
    assert drawn.shape[1] == 1600
    assert np.ptp(drawn.astype(int), axis=2).max() > 80  # there are colours

    run = digitocr("template", "check", form)
    assert run.returncode == 0, run.stderr
    assert counted(run) == "15 fields, 0 rules, nothing wrong"


def test_a_pdf_and_one_of_its_pages(digitocr, tmp_path):
    second = sheet()
    boxes(second, 300, 400, 6)
    pages = [Image.fromarray(page) for page in (full_form(), second)]
    pages[0].save(tmp_path / "blank.pdf", save_all=True, append_images=pages[1:], resolution=150)
    for page, fields in ((1, 15), (2, 1)):
        form = tmp_path / f"form{page}.toml"
        run = digitocr("template", "init", tmp_path / "blank.pdf", "--page", page, "--dpi", 150, "-o", form)
        assert run.returncode == 0, run.stderr
        assert len(load_template(form).fields) == fields
    run = digitocr("template", "init", tmp_path / "blank.pdf", "--page", 3, "-o", tmp_path / "form3.toml")
    assert run.returncode == 3
    assert b"pages" in run.stderr


def test_a_filled_sheet_that_lies_askew(digitocr, blank_form, tmp_path):
    digitocr("template", "init", blank_form, "-o", tmp_path / "form.toml")
    fields = [f for f in load_template(tmp_path / "form.toml").fields if 1 < len(f.cells) < 10]
    cv2.imwrite(str(tmp_path / "filled.png"), turned(write_in(full_form(), fields), 1.5))
    run = digitocr(
        "template", "init", tmp_path / "filled.png", "-o", tmp_path / "filled.toml", "--name", "votes"
    )
    assert run.returncode == 0, run.stderr
    again = load_template(tmp_path / "filled.toml")
    assert again.name == "votes"
    assert [len(f.cells) for f in again.fields if 1 < len(f.cells) < 10] == [len(f.cells) for f in fields]


def test_an_edited_template_is_not_replaced_unasked(digitocr, blank_form, tmp_path):
    form = tmp_path / "form.toml"
    form.write_text("mine")
    run = digitocr("template", "init", blank_form, "-o", form)
    assert run.returncode == 2
    assert b"--force" in run.stderr
    assert form.read_text() == "mine"
    assert digitocr("template", "init", blank_form, "-o", form, "--force").returncode == 0


def test_check_lists_all_that_is_wrong(digitocr, blank_form, tmp_path):
    form = tmp_path / "form.toml"
    digitocr("template", "init", blank_form, "-o", form)
    text = form.read_text().replace('kind = "blank"', 'knid = "blank"').replace("row1_col1", "row2_col1")
    form.write_text(text)
    for command in (["check", form], ["preview", form, "-o", tmp_path / "p.png"]):
        run = digitocr("template", *command)
        assert run.returncode == 2
        assert run.stderr.decode().count("there is no key knid; did you mean kind?") == 2
        assert "is called so too" in run.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["init", "none.png", "-o", "form.toml"], 3, "no such file"),
        (["init", "empty.png", "-o", "form.toml"], 2, "no boxes, cells or blanks were found"),
        (["init", "blank.png", "-o", "form.json"], 2, "ends in .toml"),
        (["init", "blank.png", "-o", "none/form.toml"], 5, "cannot be written"),
        (["init", "blank.png", "--page", "2", "-o", "form.toml"], 3, "a single page"),
        (["check", "none.toml"], 2, "the template cannot be read"),
        (["preview", "none.toml", "-o", "p.gif"], 2, "ends in .png or .jpg"),
        (["preview", "none.toml", "-o", "p.png"], 2, "the template cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(digitocr, blank_form, tmp_path, arguments, code, told):
    cv2.imwrite(str(tmp_path / "empty.png"), sheet())
    paths = [tmp_path / argument if "." in argument else argument for argument in arguments]
    run = digitocr("template", *paths)
    assert run.returncode == code, run.stderr
    assert told in run.stderr.decode()
    assert not list(tmp_path.glob("*.toml"))
