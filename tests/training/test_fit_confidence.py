"""The confidence is fitted on labelled lines, and says how often such lines are right."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from material import draw_number

pytest.importorskip("scipy", reason="the extra train has it")

from digitocr.decoding.confidence import Evidence
from digitocr.evaluation.disputed import DisputedLabels
from digitocr.reader import Reader
from digitocr.recognition.classifier import load_classifier
from digitocr.training.fit_confidence import (
    Example,
    drawn_non_numbers,
    fit_confidence,
    labelled_lines,
    single_digits,
)

PLAIN = Evidence(
    line=-0.1,
    digits=np.log(np.array([0.9, 0.9], np.float32)),
    agree=True,
    searched=False,
    contrast=80.0,
    height_px=30.0,
    at_side=False,
    at_margin=False,
    left_out=0.05,
    others=0,
    signs=0,
)


def test_the_fitted_confidence_is_the_share_that_was_right():
    rng = np.random.default_rng(1)
    lines = -rng.exponential(1.0, 4000)
    known = [
        Example(replace(PLAIN, searched=searched, line=float(line)), bool(rng.random() < np.exp(line)))
        for searched in (False, True)
        for line in lines
    ]
    fitted = fit_confidence(known)
    for line in (-0.2, -1.0, -2.0):
        for searched in (False, True):
            confidence = fitted.confidence(replace(PLAIN, searched=searched, line=line))
            assert abs(confidence - np.exp(line)) < 0.08


def test_only_half_a_is_fitted_on(tmp_path):
    folder = tmp_path / "cells"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(folder / name), np.full((20, 40), 255, np.uint8))
    (folder / "labels.csv").write_text("file,label\na.png,1\nb.png,2\n")
    halves = tmp_path / "halves.csv"
    halves.write_text("set,file,half\ncells,a.png,A\ncells,b.png,B\n")
    assert [label for _, label in labelled_lines([folder], halves)] == ["1"]
    assert [label for _, label in labelled_lines([folder], None)] == ["1", "2"]
    corrected = DisputedLabels({("cells", "b.png"): "7", ("other", "a.png"): "8"})
    assert [label for _, label in labelled_lines([folder], None, corrected)] == ["1", "7"]


def test_digits_that_stand_apart_are_cut_from_lines_with_their_labels():
    apart, touching = draw_number("4 7"), draw_number("47")
    touching[:, 40:60] = np.minimum(touching[:, 40:60], draw_number("-")[:, 20:40])
    classifier = load_classifier()
    digits = single_digits([(apart, "47"), (touching, "47"), (draw_number("5"), "5")], classifier, 10)
    assert [label for _, label in digits] == ["4", "7"]
    reader = Reader(layout="line")
    assert [reader.read(gray).readings[0].text for gray, _ in digits] == ["4", "7"]
    assert [label for _, label in single_digits([(apart, "47")], classifier, 1)] == ["4"]
    assert single_digits([(apart, "477")], classifier, 10) == []


def test_pictures_of_no_number_are_drawn_alike_each_time():
    lines = list(drawn_non_numbers(4))
    assert all(gray.ndim == 2 and gray.dtype == np.uint8 and not label for gray, label in lines)
    again = list(drawn_non_numbers(4))
    assert all(np.array_equal(gray, other) for (gray, _), (other, _) in zip(lines, again, strict=True))
