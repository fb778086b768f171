"""`digitocr read` as it is called: in a process of its own, by its output, its exit code and its files."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import jsonschema
import pytest
from material import draw_number
from PIL import Image
from typer.testing import CliRunner

from digitocr.cli.app import app
from digitocr.output.schema import json_schema


def rows(text):
    return list(csv.DictReader(io.StringIO(text.decode() if isinstance(text, bytes) else text)))


def sources(text):
    return [Path(row["source"]).name for row in rows(text)]


def save_tiff(path, count):
    pages = [Image.fromarray(draw_number(str(7919 * number))) for number in range(1, count + 1)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def test_a_folder_becomes_a_table(digitocr, scans):
    run = digitocr("read", scans)
    assert run.returncode == 0
    assert sources(run.stdout) == [f"n{number}.png" for number in range(1, 11)]
    assert run.stderr.decode().splitlines()[-1].startswith("10 files, 10 pages, ")
    assert len(run.stderr.splitlines()) == 1


def test_bytes_do_not_depend_on_the_jobs(digitocr, scans, tmp_path):
    save_tiff(scans / "long.tif", 40)
    for number in range(11, 41):
        cv2.imwrite(str(scans / f"n{number}.png"), draw_number(str(number**3)))
    (scans / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    for form in ("csv", "json", "jsonl"):
        runs = [digitocr("read", scans, "-f", form, "--jobs", jobs) for jobs in (1, 2, 3)]
        assert [run.returncode for run in runs] == [3, 3, 3]
        assert runs[0].stdout == runs[1].stdout == runs[2].stdout
        assert len({run.stderr for run in runs}) == 1


def test_what_comes_of_a_file_does_not_depend_on_the_order(digitocr, scans):
    names = [str(scans / f"n{number}.png") for number in (4, 9, 2)]
    forward = digitocr("read", *names, "-f", "jsonl").stdout.splitlines()
    assert digitocr("read", *reversed(names), "-f", "jsonl").stdout.splitlines() == forward[::-1]


def test_json_is_as_its_schema_says(digitocr, scans):
    run = digitocr("read", scans, "-f", "json", "--min-confidence", "0.3")
    answer = json.loads(run.stdout)
    jsonschema.validate(answer, json_schema())
    assert answer["run"]["options"]["min_confidence"] == 0.3
    assert answer["run"]["model"].startswith("toy ")


def test_an_output_file_takes_its_form_from_its_name(digitocr, scans, tmp_path):
    run = digitocr("read", scans / "n1.png", "-o", tmp_path / "out.jsonl")
    assert run.stdout == b""
    assert json.loads((tmp_path / "out.jsonl").read_text())["source"].endswith("n1.png")


def test_wide_is_a_row_a_page(digitocr, scans):
    assert len(rows(digitocr("read", scans, "--wide").stdout)) == 10


def test_an_image_comes_from_standard_input(digitocr, scans):
    run = digitocr("read", "-", input=(scans / "n5.png").read_bytes())
    assert run.returncode == 0
    assert sources(run.stdout) == ["-"]


def test_a_list_names_the_inputs(digitocr, scans):
    (scans / "some.txt").write_text("n7.png\n# not this: n1.png\nn3.png\n")
    run = digitocr("read", f"@{scans / 'some.txt'}")
    assert sources(run.stdout) == ["n7.png", "n3.png"]


def test_folders_are_searched_when_asked(digitocr, scans):
    (scans / "deeper").mkdir()
    cv2.imwrite(str(scans / "deeper" / "inner.png"), draw_number("5"))
    assert "inner.png" not in sources(digitocr("read", scans).stdout)
    assert "inner.png" in sources(digitocr("read", scans, "-r").stdout)


def test_pages_are_chosen(digitocr, tmp_path):
    run = digitocr("read", save_tiff(tmp_path / "five.tif", 5), "--pages", "2,4-")
    assert [row["page"] for row in rows(run.stdout)] == ["2", "4", "5"]


def test_overlays_are_drawn_for_inputs_of_one_name_too(digitocr, scans, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "n1.png"), draw_number("99"))
    drawn = tmp_path / "drawn"
    for jobs in (1, 2):
        run = digitocr("read", scans, other, "--overlay", drawn, "--jobs", jobs)
        assert run.returncode == 0, run.stderr
        assert len(rows(run.stdout)) == 11
        assert len(list(drawn.iterdir())) == 11
    assert all(cv2.imread(str(picture)) is not None for picture in drawn.iterdir())


def test_some_failed_is_3_and_all_others_are_read(digitocr, scans):
    (scans / "n4.png").write_bytes(b"")
    run = digitocr("read", scans, scans / "none.png")
    assert run.returncode == 3
    assert [row["source"][-8:] for row in rows(run.stdout) if row["status"] == "error"] == [
        "s/n4.png",
        "none.png",
    ]
    told = run.stderr.decode().splitlines()
    assert len(told) == 3
    assert "n4.png: the file is empty" in told[0]
    assert told[-1].endswith("2 failed")


def test_a_broken_page_in_the_middle_is_3(digitocr, tmp_path):
    path = save_tiff(tmp_path / "pages.tif", 3)
    run = digitocr("read", path, "--max-megapixels", "0.00001")
    assert (run.returncode, len(rows(run.stdout))) == (4, 3)


@pytest.mark.parametrize("what", ["empty folder", "text", "pattern"])
def test_nothing_readable_is_4(digitocr, tmp_path, what):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.png").write_text("hello")
    names = {"empty folder": "folder", "text": "text.png", "pattern": "*.tif"}
    run = digitocr("read", tmp_path / names[what])
    assert run.returncode == 4
    assert [row["status"] for row in rows(run.stdout)] == ["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["--layout", "diagonal"],
        ["--min-confidence", "2"],
        ["--jobs", "-1"],
        ["--pages", "x-y"],
        ["-f", "xml"],
        ["-o", "out.docx"],
        ["--statuses"],
        ["--format", "json"],
        ["--format", "us-zpi"],
        ["--format", "luhn", "--format", "us-zpi"],
        ["--pattern", "[0-"],
        ["--wide", "-f", "json"],
        ["@no-such-list"],
    ],
)
def test_wrong_usage_is_2(digitocr, scans, arguments):
    run = digitocr("read", scans, *arguments)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr
    assert b"Traceback" not in run.stderr


def test_a_form_of_the_output_is_no_format_of_numbers(digitocr, scans):
    assert b"-f json" in digitocr("read", scans, "--format", "json").stderr


def test_what_is_accepted_has_the_format(digitocr, scans):
    run = digitocr(
        "read", scans, "--pattern", "[0-4]{3}", "--layout", "line", "--min-confidence", "0", "-f", "json"
    )
    assert run.returncode == 0
    told = json.loads(run.stdout)
    assert told["run"]["options"]["pattern"] == "[0-4]{3}"
    readings = [reading for one in told["documents"] for reading in one["pages"][0]["readings"]]
    assert len(readings) == 10
    for reading in readings:
        unfit = reading["reason"] == "no reading fits the format"
        assert unfit or not reading["text"] or re.fullmatch("[0-4]{3}", reading["text"])


@pytest.mark.parametrize("output", ["no-such-folder/out.csv", "."])
def test_an_output_that_cannot_be_written_is_5(digitocr, scans, tmp_path, output):
    run = digitocr("read", scans, "-o", tmp_path / output)
    assert run.returncode == 5
    assert str(tmp_path) in run.stderr.decode()


def test_a_folder_of_overlays_that_cannot_be_made_is_5_before_anything_is_read(digitocr, scans, tmp_path):
    (tmp_path / "file").write_text("")
    run = digitocr("read", scans, "--overlay", tmp_path / "file", "-o", tmp_path / "out.csv")
    assert run.returncode == 5
    assert f"{tmp_path / 'file'}: the overlay cannot be written" in run.stderr.decode()
    assert b"check the folder given to --overlay" in run.stderr
    assert not (tmp_path / "out.csv").exists()


def test_overlays_that_cannot_be_written_are_5_and_the_table_is_there(digitocr, scans, tmp_path):
    for number in range(1, 11):  # a folder stands where each picture would
        (tmp_path / "drawn" / f"n{number}.p1.jpg").mkdir(parents=True)
    run = digitocr("read", scans, "--overlay", tmp_path / "drawn", "-o", tmp_path / "out.csv")
    assert run.returncode == 5
    assert b"10 overlays are missing, the table is whole" in run.stderr
    digitocr("read", scans, "-o", tmp_path / "plain.csv")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_a_missing_or_spoiled_model_is_6(digitocr, scans, tmp_path, toy_model):
    missing = digitocr("read", scans, "--model", tmp_path / "none")
    (tmp_path / "digits.tflite").write_bytes(b"other")
    (tmp_path / "digits.json").write_bytes((toy_model / "digits.json").read_bytes())
    spoiled = [digitocr("read", scans, "--model", tmp_path, "--jobs", jobs) for jobs in (1, 2)]
    for run in (missing, *spoiled):
        assert run.returncode == 6
        assert str(tmp_path) in run.stderr.decode()
        assert len(run.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_trouble(scans, toy_model):
    command = [sys.executable, "-m", "digitocr", "read", str(scans), "--model", str(toy_model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(timeout=30) == 5
    assert told == b""


def on_a_terminal(command, **options):
    """What a command writes to a terminal on stderr."""
    terminal, theirs = os.openpty()
    with subprocess.Popen(command, stderr=theirs, **options) as process:
        os.close(theirs)
        told = b""
        while chunk := _read_some(terminal):
            told += chunk
    os.close(terminal)
    assert process.returncode == 0
    return told.decode()


def _read_some(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux ends a terminal
        return b""


def test_progress_is_drawn_on_a_terminal_unless_the_results_are(scans, toy_model, tmp_path):
    command = [sys.executable, "-m", "digitocr", "read", str(scans), "--model", str(toy_model)]
    told = on_a_terminal([*command, "-o", str(tmp_path / "out.csv")])
    assert "10/10" in told
    assert "10 files" in told.splitlines()[-1]
    assert "10/10" in on_a_terminal(command, stdout=subprocess.DEVNULL)
    terminal, theirs = os.openpty()
    assert "10/10" not in on_a_terminal(command, stdout=theirs)
    os.close(theirs)
    os.close(terminal)


def test_quiet_says_nothing(digitocr, scans):
    (scans / "n4.png").write_bytes(b"")
    run = digitocr("read", scans, "--quiet")
    assert (run.returncode, run.stderr) == (3, b"")


def test_verbose_says_more(digitocr, scans):
    told = digitocr("read", scans / "n1.png", "--verbose").stderr.decode()
    assert "n1.png: 1 page, " in told


@pytest.mark.parametrize("verbose", [False, True])
def test_a_defect_is_1_with_its_traceback_when_asked(monkeypatch, scans, toy_model, verbose):
    def broken(*_, **__):
        raise ZeroDivisionError("once more")

    monkeypatch.setattr("digitocr.batch.run.read_documents", broken)
    arguments = ["read", str(scans), "--model", str(toy_model), *(["--verbose"] if verbose else [])]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "internal error: ZeroDivisionError: once more" in result.stderr
    assert ("Traceback" in result.stderr) == verbose
