"""Names of files that hold anything: through every output, and onto the terminal."""

import csv
import io
import json
import os
import sys

import cv2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from material import draw_number

from digitocr.cli.plain import plain
from digitocr.cli.report import told_left_out
from digitocr.io.inputs import expand
from digitocr.output.overlay import draw_overlay, overlay_stems, save_overlay
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Box, Document, PageResult, Reading

BYTES = st.binary(min_size=1, max_size=255).map(lambda name: name.replace(b"\0", b"_").replace(b"/", b"_"))
NAMES = BYTES.filter(lambda name: name not in (b".", b"..")).map(os.fsdecode)


def result_of(name):
    reading = Reading("", 1, Box(2, 2, 40, 20), "12", "accept", 0.99)
    return PageResult(name, 1, 60, 30, "line", (reading,))


@given(NAMES)
@example("two\nlines.png")
@example("x" * 251 + ".png")
@example("\udcff\x1b[31m.png")
def test_every_name_goes_through_every_output(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    for suffix in ("csv", "json", "jsonl", "xlsx"):
        path = folder / f"out.{suffix}"
        with open_writer(path, suffix, RunInfo("0", "model")) as writer:
            writer.write(Document(name, (result_of(name),)))
        assert path.stat().st_size
    (row,) = csv.DictReader(io.StringIO((folder / "out.csv").read_bytes().decode()))
    assert row["text"] == "12"
    (document,) = json.loads((folder / "out.json").read_text("utf-8"))["documents"]
    # Bytes that are no UTF-8 come as escapes, from which Python has them again.
    assert document["source"] == name
    (stem,) = overlay_stems([name]).values()
    picture = save_overlay(folder, stem, 2000, draw_overlay(draw_number("12"), result_of(name)))
    assert picture.parent == folder
    assert cv2.imread(str(picture)) is not None


@given(st.lists(NAMES, unique=True, max_size=8))
def test_no_two_overlays_have_one_name(names):
    stems = overlay_stems(names)
    assert len({stem.casefold() for stem in stems.values()}) == len(names)


@given(st.text())
@example("\x1b]0;title\x07 \u202e gnp.exe")
def test_no_control_character_reaches_the_terminal(text):
    assert plain(text).isprintable() or not any(
        character < " " or character == "\x7f" for character in plain(text)
    )
    assert all(ord(character) >= 32 and ord(character) != 127 for character in plain(text))


def test_messages_of_a_run_are_plain(digitocr, tmp_path):
    name = "red\x1b[31m\nsecond line.png"
    (tmp_path / name).write_bytes(b"no picture")
    run = digitocr("read", tmp_path / name)
    assert run.returncode == 4
    assert b"\x1b" not in run.stderr
    assert b"\\x1b[31m\\nsecond line.png: not an image" in run.stderr


def test_a_name_that_begins_as_formulas_do_begins_no_cell(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    names = ["=1+1.png", "+a.png", "@b.png", "-c.png", "d=.png"]
    for name in names:
        (tmp_path / name).touch()
    assert expand(["=1+1.png", "+a.png", "-c.png", "d=.png"]) == [
        f".{os.sep}=1+1.png",
        f".{os.sep}+a.png",
        f".{os.sep}-c.png",
        "d=.png",
    ]


def test_what_a_folder_holds_besides_is_told(digitocr, scans):
    for name in ("notes.txt", "table.docx", ".hidden"):
        (scans / name).touch()
    run = digitocr("read", scans)
    assert b"0 failed; 2 other files not read: " in run.stderr
    assert b"notes.txt" in run.stderr
    assert told_left_out([]) == ""
    assert told_left_out([f"{n}.txt" for n in range(9)]).endswith("4.txt, ...")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_point_back_end(tmp_path):
    deep = tmp_path
    for name in "abcdefgh":
        deep = deep / name
        deep.mkdir()
        (deep / "up").symlink_to(tmp_path)
        (deep / "again").symlink_to(tmp_path / "a")
    (deep / "1.png").touch()
    assert expand([f"{tmp_path}/**/*.png"]) == [str(deep / "1.png")]
