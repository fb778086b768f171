"""Names of files that hold anything: through every output, and onto the terminal."""

import csv
import io
import json
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace

import cv2
import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from material import draw_number

from digitocr.cli.export import write_table
from digitocr.cli.plain import plain
from digitocr.cli.report import told_left_out
from digitocr.io.inputs import expand
from digitocr.output.overlay import draw_overlay, overlay_stems, save_overlay
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Box, Document, PageFailure, PageResult, Reading
from digitocr.store.crop_folder import write_crops
from digitocr.store.documents import stored_documents
from digitocr.store.merging import merge_stores
from digitocr.store.progress import failures
from digitocr.store.saving import RunSettings, register_run, save
from digitocr.store.sources import Stamp, register
from digitocr.store.store import open_store

BYTES = st.binary(min_size=1, max_size=255).map(lambda name: name.replace(b"\0", b"_").replace(b"/", b"_"))
NAMES = BYTES.filter(lambda name: name not in (b".", b"..")).map(os.fsdecode)


def result_of(name):
    reading = Reading("", 1, Box(2, 2, 40, 20), "12", "accept", 0.99)
    return PageResult(name, 1, 60, 30, "line", (reading,))


ODD = ("two\nlines.png", "x" * 251 + ".png", "\udcff\x1b[31m.png", '=1+1,";.png', "\U0001f4a9\x7f\udced.png")


def with_odd_names(test):
    for name in ODD:
        test = example(name)(test)
    return settings(max_examples=40)(given(NAMES)(test))


def sources_in(path):
    """The names in the column or member `source` of an output."""
    match path.suffix:
        case ".csv":
            return [row["source"] for row in csv.DictReader(io.StringIO(path.read_bytes().decode()))]
        case ".json":
            return [document["source"] for document in json.loads(path.read_text("utf-8"))["documents"]]
        case ".jsonl":
            return [json.loads(line)["source"] for line in path.read_text("utf-8").split("\n") if line]
        case ".xlsx":
            sheet = openpyxl.load_workbook(path).worksheets[0]
            return [openpyxl.utils.escape.unescape(row[0]) for row in list(sheet.values)[1:]]
        case ".parquet":
            return pyarrow.parquet.read_table(path)["source"].to_pylist()
        case _:
            with closing(sqlite3.connect(path)) as table:
                return [source for (source,) in table.execute("SELECT source FROM readings")]


def expected_in(form, name):
    # Bytes that are no UTF-8 come as escapes, from which Python has them again; elsewhere as backslashes.
    return name if form in ("json", "jsonl") else name.encode("utf-8", "backslashreplace").decode()


FORMS = ("csv", "json", "jsonl", "xlsx", "parquet", "db")


@with_odd_names
def test_every_name_goes_through_every_output(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    for form in FORMS:
        path = folder / f"out.{form}"
        with open_writer(path, form, RunInfo("0", "model")) as writer:
            writer.write(Document(name, (result_of(name), PageFailure(name, 2, f"{name}, page 2: bad"))))
        assert set(sources_in(path)) == {expected_in(form, name)}, form
    (stem,) = overlay_stems([name]).values()
    picture = save_overlay(folder, stem, 2000, draw_overlay(draw_number("12"), result_of(name)))
    assert picture.parent == folder
    assert cv2.imread(str(picture)) is not None


@with_odd_names
def test_every_name_goes_through_a_run_store(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    pages = (replace(result_of(name), crops=(b"jpeg",)), PageFailure(name, 2, f"{name}, page 2: bad"))
    run = RunSettings(
        "f", "0", "model", str(folder / name[:40]), name, "litert", "card", {"templates": [name]}
    )
    with open_store(folder / "a.db", create=True) as store:
        number = register_run(store, run)
        register(store, [name])
        save(store, Document(name, pages), number, "me", Stamp())
        (document,) = stored_documents(store)
        assert [page.source for page in document.pages] == [name, name]
        assert document.failures[0].error == f"{name}, page 2: bad"
        for form in FORMS:
            write_table(store, folder / f"out.{form}", form)
            assert set(sources_in(folder / f"out.{form}")) == {expected_in(form, name)}, form
        write_crops(store, folder / "crops")
        assert failures(store, -1)[0][0] == name
    merge_stores([folder / "a.db"], folder / "merged.db")
    with open_store(folder / "merged.db") as store:
        assert list(stored_documents(store)) == [document]


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_the_command_takes_every_name(digitocr, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    names = [
        b"\xff\xfe.png",
        b"new\nline.png",
        b"\x1b[31m.png",
        b"=1+1.png",
        b"\"q'.png",
        b"\xed\xa0\x80.png",
    ]
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(cv2.imencode(".png", draw_number("12"))[1].tobytes())
        (folder / os.fsdecode(b"bad" + name)).write_bytes(b"no picture")
    runs = [(form, ["-o", tmp_path / f"out.{form}"]) for form in FORMS]
    for what, options in (
        *runs,
        ("store", ["--run", tmp_path / "a.db"]),
        ("json log", ["--log-format", "json"]),
    ):
        run = (
            digitocr("read", folder, "--overlay", tmp_path / what, *options)
            if what in FORMS
            else digitocr("read", folder, *options)
        )
        assert run.returncode == 3, (what, run.stderr)
        assert b"\x1b" not in run.stderr + run.stdout.replace(b"\x1b[31m.png", b"")
        if what in FORMS:
            assert len(sources_in(tmp_path / f"out.{what}")) == 2 * len(names)
            assert len(list((tmp_path / what).iterdir())) == len(names)
    for command in (["status"], ["status", "--json"], ["export"], ["export", "-f", "json"]):
        run = digitocr(*command, tmp_path / "a.db")
        assert run.returncode == (3 if "status" in command else 0), run.stderr
    assert b"\x1b" not in digitocr("status", tmp_path / "a.db").stdout


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
