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
from digitocr.training.confidence_material import drawn_non_numbers, labelled_lines, single_digits
from digitocr.training.drawn_fields import drawn_fields
from digitocr.training.fit_confidence import Example, fit_confidence

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
    digits = single_digits([(apart, "47"), (touching, "47"), (draw_number("5"), "5")], classifier)
    assert [(digit.label, digit.line_right) for digit in digits] == [("4", True), ("7", True)]
    reader = Reader(layout="line")
    assert [reader.read(digit.gray).readings[0].text for digit in digits] == ["4", "7"]
    assert [digit.line_right for digit in single_digits([(apart, "49")], classifier)] == [False, False]
    assert single_digits([(apart, "477")], classifier) == []


def test_pictures_of_no_number_are_drawn_alike_each_time():
    lines = list(drawn_non_numbers(4))
    assert all(gray.ndim == 2 and gray.dtype == np.uint8 and not label for gray, label in lines)
    again = list(drawn_non_numbers(4))
    assert all(np.array_equal(gray, other) for (gray, _), (other, _) in zip(lines, again, strict=True))


def test_the_boxes_change_nothing_that_is_believed_of_other_lines():
    rng = np.random.default_rng(2)
    lines = [
        Example(replace(PLAIN, line=float(line)), bool(rng.random() < np.exp(line)))
        for line in -rng.exponential(1.0, 2000)
    ]
    in_boxes = [
        Example(replace(PLAIN, line=-0.2, count=count), right)
        for count, right in [(0.0, True), (-8.0, False)]
        for _ in range(200)
    ]
    without, fitted = fit_confidence(lines), fit_confidence([*lines, *in_boxes])
    assert fitted.confidence(PLAIN) == pytest.approx(without.confidence(PLAIN), abs=1e-3)
    surely, hardly = (fitted.confidence(replace(PLAIN, line=-0.2, count=count)) for count in (0.0, -8.0))
    assert surely > 0.95 > 0.05 > hardly


def test_a_letter_in_a_box_makes_a_number_less_sure():
    lines = [Example(PLAIN, n > 0) for n in range(20)]
    in_boxes = [
        Example(replace(PLAIN, count=-0.1, letter=letter), right)
        for letter, right in [(-8.0, True), (-0.1, False)]
        for _ in range(200)
    ]
    fitted = fit_confidence([*lines, *in_boxes])
    surely, hardly = (fitted.confidence(replace(PLAIN, count=-0.1, letter=each)) for each in (-8.0, -0.1))
    assert surely > 0.9 > 0.2 > hardly


def test_drawn_fields_hold_the_digits_that_are_written_in_their_boxes():
    digits = [(draw_number(digit), digit) for digit in "4725"]
    fields = list(drawn_fields(digits, 12))
    assert all(set(label) <= set("4725") for _, label in fields)
    assert sum(row.digits == len(label) for row, label in fields) > len(fields) / 2
    again = list(drawn_fields(digits, 12))
    assert [label for _, label in fields] == [label for _, label in again]
    assert list(drawn_fields([(np.full((20, 20), 255, np.uint8), "1")], 3)) == []
