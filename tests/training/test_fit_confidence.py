"""The confidence is fitted on labelled lines, and says how often such lines are right."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra train has it")

from digitocr.decoding.confidence import Evidence
from digitocr.training.fit_confidence import Example, drawn_non_numbers, fit_confidence, labelled_lines

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
    disputed = tmp_path / "disputed.csv"
    disputed.write_text("set,file\ncells,b.png\nother,a.png\n")
    assert [label for _, label in labelled_lines([folder], None, disputed)] == ["1"]


def test_pictures_of_no_number_are_drawn_alike_each_time():
    lines = list(drawn_non_numbers(4))
    assert all(gray.ndim == 2 and gray.dtype == np.uint8 and not label for gray, label in lines)
    again = list(drawn_non_numbers(4))
    assert all(np.array_equal(gray, other) for (gray, _), (other, _) in zip(lines, again, strict=True))
