"""The first lesson, command by command, as docs/first-lesson.md has it, on a small set in MNIST's place."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_docs import code_blocks, commands_in

ROOT = Path(__file__).parents[1]
LESSON = (ROOT / "docs" / "first-lesson.md").read_text(encoding="utf-8")
COMMANDS = [
    command[1:]
    for language, code in code_blocks(LESSON)
    if language == "sh"
    for command in commands_in(code)
    if command[0] == "digitocr"
]
SMALL = ["--epochs", "2", "--epoch-samples", "1500"]


@pytest.fixture(scope="module")
def lesson(tmp_path_factory, digits_npz):
    """A folder with the samples, and a Keras home that holds a small set where MNIST would be."""
    folder = tmp_path_factory.mktemp("lesson")
    (folder / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    (folder / "keras" / "datasets").mkdir(parents=True)
    with np.load(digits_npz) as arrays:
        np.savez(folder / "keras" / "datasets" / "mnist.npz", **arrays)
    return folder


def run(folder, command):
    environment = {**os.environ, "KERAS_HOME": str(folder / "keras"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "digitocr", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.slow
def test_every_command_of_the_lesson_runs_in_turn(lesson):
    pytest.importorskip("tensorflow")
    names = [command[0] for command in COMMANDS]
    assert names == ["train", "model", "evaluate", "read", "read", "train", "model"]
    told = {}
    for command in COMMANDS:
        more = SMALL if command[0] == "train" else []
        done = run(lesson, [*command, *more])
        assert done.returncode == 0, (command, done.stderr)
        told.setdefault(command[0], []).append(done)
    first, _ = told["train"]
    assert first.stdout == ""
    assert "in all" in first.stderr
    assert "taken from the model that comes along" in first.stderr
    assert "tensorflow" not in first.stderr.lower().replace("tensorflow.log", "")
    rows = list(csv.DictReader((lesson / "classic" / "history.csv").open()))
    assert {"epoch", "loss", "training_accuracy", "accuracy", "validation_loss"} <= set(rows[0])
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert "macro average" in told["evaluate"][0].stdout
    drawn = {file.name for file in (lesson / "plots").iterdir()}
    assert {"mnist-confusion.png", "mnist-confidence.png"} <= drawn
    assert "digits.tflite" in told["model"][0].stdout
    assert "p worse" in told["model"][1].stdout
    assert all(len(done.stdout.splitlines()) == 2 for done in told["read"])
