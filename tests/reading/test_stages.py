"""The stages of reading as pictures, as a user asks for them."""

import cv2
import numpy as np

from digitocr.options import ReadOptions
from digitocr.reading.stage_pictures import BLUE_BGR, GREEN_BGR, RED_BGR
from digitocr.reading.stages import read_and_draw, verdict
from digitocr.recognition.classifier import load_classifier
from digitocr.records import Box, Page, PageResult, Reading
from digitocr.synthesis.sheet import WHITE, Sheet


def drawn(tmp_path):
    page = np.full((600, 800), 240, np.uint8)
    for n, text in enumerate(("4096", "30517")):
        cv2.putText(page, text, (100, 200 + 200 * n), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 20, 3, cv2.LINE_AA)
    cv2.imwrite(str(tmp_path / "page.png"), page)
    return tmp_path / "page.png"


def test_each_page_has_a_folder_with_its_stages(digitocr, tmp_path):
    page = drawn(tmp_path)
    run = digitocr("read", page, "--debug", tmp_path / "stages", "--layout", "page", "-q")
    assert run.returncode == 0
    (folder,) = (tmp_path / "stages").iterdir()
    assert folder.name.endswith("page.png.p1")
    assert (folder / "maps-1.png").is_file()
    assert cv2.imread(str(folder / "numbers.png")).shape == (600, 800, 3)
    rows = sorted((folder / "rows").iterdir())
    assert len(rows) >= 2
    assert all(cv2.imread(str(row)) is not None for row in rows)


def test_a_page_with_words_shows_its_lines_of_text_and_the_numbers_cut_from_them(tmp_path):
    sheet = Sheet(np.random.default_rng(5), 700, 200, WHITE)
    sheet.label("the report of 2010 included results", 50, 100, 26)
    page = Page("page.png", 1, cv2.cvtColor(sheet.scanned(), cv2.COLOR_RGB2GRAY))
    read_and_draw([page], load_classifier(), ReadOptions(layout="page"), tmp_path)
    folder = tmp_path / "page.png.p1"
    drawn_lines = cv2.imread(str(folder / "text.png"))
    for colour in (BLUE_BGR, RED_BGR, GREEN_BGR):  # the line, words, the number
        assert (drawn_lines == np.array(colour)).all(axis=2).sum() > 100
    assert [file.name for file in (folder / "among-words").iterdir()] == ["001.png"]


def test_readings_are_the_same_with_and_without(digitocr, tmp_path):
    page = drawn(tmp_path)
    plain = digitocr("read", page, "-q").stdout
    assert digitocr("read", page, "-q", "--debug", tmp_path / "stages").stdout == plain


def test_a_line_has_its_row_alone(digitocr, tmp_path, scans):
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "stages", "--layout", "line", "-q")
    assert run.returncode == 0
    (folder,) = (tmp_path / "stages").iterdir()
    assert {file.name for file in folder.iterdir()} <= {"rows", "readings"}


def cell(digit, *, framed):
    """A pale digit of 40x40 px, alone or in a dark border."""
    page = np.full((40, 40), 240, np.uint8)
    cv2.putText(page, digit, (10, 31), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 190, 2, cv2.LINE_AA)
    if framed:
        cv2.rectangle(page, (1, 1), (38, 38), 0, 5)
    return page


def test_a_picture_that_is_read_again_shows_each_way_and_why_it_was_taken(tmp_path):
    model = load_classifier()
    options = ReadOptions(layout="line")
    for name, framed in (("plain", False), ("framed", True)):
        page = Page(f"{name}.png", 1, cell("6", framed=framed))
        (result,) = read_and_draw([page], model, options, tmp_path)
        assert [reading.text for reading in result.readings] == ["6"]
    assert not (tmp_path / "plain.png.p1" / "readings").exists()
    ways = sorted(file.name for file in (tmp_path / "framed.png.p1" / "readings").iterdir())
    assert ways == [f"{number}.png" for number in range(len(ways))]
    assert len(ways) > 1


def result_of(text, probability, layout="line"):
    reading = Reading("", 1, Box(0, 0, 9, 9), text, "review", probability, probability=probability)
    return PageResult("a.png", 1, 40, 40, layout, (reading,))


def test_the_verdict_says_why():
    nothing, sure, weak = result_of("", 0.7), result_of("6", 0.9), result_of("8", 0.3)
    assert verdict(1, [nothing, sure], sure).startswith("taken: review, confidence 0.9")
    assert verdict(0, [nothing, sure], sure) == "unsure, and another way is more probable"
    assert verdict(1, [weak, nothing], weak) == "not taken: no text"
    assert verdict(1, [nothing, weak], nothing) == "not taken: its probability is not above 0.4000"
    assert verdict(1, [weak, result_of("6", 0.39)], weak).endswith("not above 0.4000")
    assert verdict(1, [weak, result_of("6", 0.8), sure], sure) == "not taken: another way is more probable"
    assert "only where nothing else is read" in verdict(1, [weak, result_of("1", 0.9, "digit")], weak)


def test_what_cannot_be_done_is_told(digitocr, tmp_path, scans):
    (tmp_path / "file").write_text("")
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "file" / "stages")
    assert run.returncode == 5
    assert b"name another --debug" in run.stderr
    run = digitocr("read", scans / "n1.png", "--debug", tmp_path / "stages", "--template", "form.toml")
    assert run.returncode == 2
    assert b"--debug" in run.stderr
