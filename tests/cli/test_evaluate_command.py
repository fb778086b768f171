"""`digitocr evaluate` and `digitocr model compare` as a user calls them, without TensorFlow."""

import json
import sys

import pytest


@pytest.fixture
def labelled(scans):
    """The folder of ten drawn numbers, with what stands on each."""
    rows = [f"n{number}.png,{1037 * number}" for number in range(1, 11)]
    (scans / "labels.csv").write_text("\n".join(["file,label", *rows]))
    return scans


def test_a_model_that_is_worse_than_the_baseline_is_refused(digitocr, labelled, toy_model):
    arguments = ("evaluate", labelled, "--model", toy_model, "--json")
    alone = digitocr(*arguments)
    assert (alone.returncode, alone.stderr) == (0, b"")
    done = digitocr(*arguments, "--baseline", "models")
    assert (done.returncode, done.stderr) == (1, b"")
    (compared,) = json.loads(done.stdout)["baseline"]
    assert compared["p_worse"] < 0.05
    assert compared["only_baseline"] > compared["only_model"] == 0


def test_a_model_is_no_worse_than_itself(digitocr, labelled, toy_model):
    done = digitocr("evaluate", labelled, "--model", toy_model, "--baseline", toy_model)
    assert done.returncode == 0


def test_the_table_names_threshold_count_and_interval(digitocr, labelled):
    done = digitocr("evaluate", labelled, env={"COLUMNS": "200", "PYTHONPATH": ":".join(sys.path)})
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert "10 pictures" in shown
    for wanted in ("accepted at 1% error", "of confidence", "of them wrong", " to "):
        assert wanted in shown


def test_two_models_are_compared(digitocr, labelled, toy_model):
    done = digitocr("model", "compare", "models", toy_model, labelled)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"p worse" in done.stdout


def test_tables_in_a_pipe_are_wide_enough_for_their_names(monkeypatch, capsys):
    from rich.table import Table

    from digitocr.cli.console import console

    heads = [f"what is told in column {n}" for n in range(5)]
    monkeypatch.delenv("COLUMNS", raising=False)
    console().print(Table(*heads))
    printed = capsys.readouterr().out
    assert all(head in printed for head in heads)
    monkeypatch.setenv("COLUMNS", "60")
    console().print(Table(*heads))
    assert max(map(len, capsys.readouterr().out.splitlines())) == 60
