"""`--second-reader` as a user calls it."""

import csv
import io
from importlib.util import find_spec

import pytest

INSTALLED = bool(find_spec("onnxruntime") and find_spec("rapidocr"))


@pytest.mark.skipif(not INSTALLED, reason="the extra second-reader is not installed")
def test_the_same_bytes_for_any_number_of_processes(digitocr, scans):
    runs = [
        digitocr(
            "read",
            scans,
            "--layout",
            "line",
            "--min-confidence",
            0,
            "--second-reader",
            "rapidocr",
            "-j",
            jobs,
        )
        for jobs in (1, 2)
    ]
    assert [run.returncode for run in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout
    rows = list(csv.DictReader(io.StringIO(runs[0].stdout.decode())))
    # The toy model is never right: where it reads digits the second reader reads others.
    assert {row["reason_code"] for row in rows if row["text"]} == {"readers_disagree"}


@pytest.mark.skipif(INSTALLED, reason="the extra second-reader is installed")
def test_where_it_is_not_installed_nothing_is_read_and_the_remedy_is_told(digitocr, scans):
    run = digitocr("read", scans, "--second-reader", "rapidocr")
    assert run.returncode == 2
    assert b"digitocr[second-reader]" in run.stderr


def test_another_name_is_wrong_usage(digitocr, scans):
    assert digitocr("read", scans, "--second-reader", "nobody").returncode == 2
