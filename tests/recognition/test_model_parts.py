"""A model's parts: what a folder does not have is built in, what its card names has to be there."""

import json
import shutil

import pytest

from digitocr.errors import ModelError
from digitocr.recognition.classifier import borrowed_parts, find_model, load_classifier
from digitocr.recognition.contract import read_contract


@pytest.fixture
def bare_model(toy_model, tmp_path):
    """A classifier alone, as from a first lesson: neither lattice nor page segmenter nor line recogniser."""
    folder = tmp_path / "bare"
    shutil.copytree(toy_model, folder)
    card = json.loads((folder / "digits.json").read_text())
    files = {"digits.tflite": card["files"]["digits.tflite"]}
    (folder / "digits.json").write_text(json.dumps({**card, "files": files, "lattice": {}}))
    return folder


@pytest.fixture
def whole_model(tmp_path):
    """A copy of the model that comes along."""
    return shutil.copytree(find_model(None).parent, tmp_path / "whole")


def test_the_built_in_model_borrows_nothing():
    assert borrowed_parts(read_contract(find_model(None).with_name("digits.json"))) == []


def test_parts_that_are_missing_are_the_built_in_ones(bare_model):
    assert borrowed_parts(read_contract(bare_model / "digits.json")) == ["lattice", "page segmenter"]
    classifier, built_in = load_classifier(bare_model), load_classifier()
    assert classifier.lines is None
    assert classifier.candidate_scorers.keys() == built_in.candidate_scorers.keys()
    assert classifier.pages.maps(cv2_page()).core.shape == (32, 48)


def cv2_page():
    import numpy as np

    return np.full((64, 96), 240, np.uint8)


def test_the_run_says_what_is_borrowed(digitocr, bare_model, scans):
    run = digitocr("read", scans / "n1.png", "--model", bare_model, "-f", "json")
    assert run.returncode == 0
    assert b"no lattice and no page segmenter" in run.stderr
    assert "built-in lattice and page segmenter" in json.loads(run.stdout)["run"]["model"]


def test_a_digit_needs_the_classifier_alone(digitocr, bare_model, scans):
    run = digitocr("read", scans / "n1.png", "--model", bare_model, "--layout", "digit")
    assert run.returncode == 0
    assert b"no lattice" not in run.stderr
    assert len(run.stdout.splitlines()) == 2


@pytest.mark.parametrize("part", ["pages.tflite", "lines.tflite"])
def test_a_part_that_is_named_but_missing_or_changed_is_an_error(digitocr, whole_model, scans, part):
    (whole_model / part).write_bytes(b"another")
    with pytest.raises(ModelError, match=part):
        load_classifier(whole_model)
    (whole_model / part).unlink()
    run = digitocr("read", scans / "n1.png", "--model", whole_model)
    assert run.returncode == 6
    assert part.encode() in run.stderr
