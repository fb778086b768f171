"""How `digitocr read` ends when something is wrong: its exit code, and what it has written by then."""

import subprocess
import sys

import pytest
from read_material import rows, save_tiff
from typer.testing import CliRunner

from digitocr.cli.app import app


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
