"""What the library says of its work, and how the command prints it."""

import json
import logging
import subprocess
import sys

import pytest

from digitocr import Reader


@pytest.fixture
def inputs(scans, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    return [str(scans / "n1.png"), str(tmp_path / "broken.png")]


def test_the_library_logs_documents_and_failures(toy_model, inputs, caplog):
    caplog.set_level(logging.INFO, "digitocr")
    list(Reader(model=toy_model, layout="line").read_many(inputs))
    about = [(record.levelname, record.source) for record in caplog.records]
    assert about == [("INFO", inputs[0]), ("WARNING", inputs[1]), ("INFO", inputs[1])]
    assert caplog.records[0].numbers == 1
    assert caplog.records[1].reason_code == "unreadable_file"


def test_without_a_handler_nothing_is_printed(toy_model, inputs, capfd):
    list(Reader(model=toy_model, layout="line").read_many(inputs))
    assert capfd.readouterr().out == ""


def test_the_command_prints_json(toy_model, inputs, tmp_path):
    arguments = ["read", *inputs, "--model", str(toy_model), "--log-format", "json", "-v", "--layout", "line"]
    run = subprocess.run(
        [sys.executable, "-m", "digitocr", *arguments, "-o", str(tmp_path / "numbers.csv")],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 3
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["info", "warning", "info", "info"]
    assert lines[1]["source"] == inputs[1]
    assert lines[-1]["files"] == 2
    assert all({"time", "level", "message"} <= set(line) for line in lines)


def test_errors_are_json_too(tmp_path):
    arguments = ["read", str(tmp_path), "--pages", "a-b", "--log-format", "json"]
    run = subprocess.run(
        [sys.executable, "-m", "digitocr", *arguments], capture_output=True, timeout=120, check=False
    )
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    assert json.loads(line)["level"] == "error"
