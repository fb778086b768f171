"""Thresholds moved one at a time."""

import argparse

import cv2
import pytest
from material import draw_number

from benchmarks import constants, sensitivity
from digitocr.imaging import binarisation, drop_out


def test_the_constants_of_a_package_are_found():
    found = {t.name: t for t in constants.thresholds_of(["imaging"])}
    assert found["CONTRAST_MIN"].value == binarisation.CONTRAST_MIN
    assert "darker than its paper" in found["CONTRAST_MIN"].comment


def test_a_change_reaches_those_who_import_the_constant_and_is_undone():
    (threshold,) = [t for t in constants.thresholds_of(["imaging"]) if t.name == "CONTRAST_MIN"]
    before = binarisation.CONTRAST_MIN
    with constants.changed(threshold, 99):
        assert binarisation.CONTRAST_MIN == drop_out.CONTRAST_MIN == 99
    assert binarisation.CONTRAST_MIN == drop_out.CONTRAST_MIN == before


def test_a_threshold_is_tried_only_where_something_reads_it():
    with constants.calls_noted() as code:
        binarisation.ink_mask(draw_number("1"), 31)
    read = {t.name for t in constants.thresholds_of(["imaging"]) if constants.is_read_by(t, code)}
    assert "CONTRAST_MIN" in read
    assert "OFFSET_MAX" not in read


@pytest.mark.parametrize(
    ("value", "expected"), [(2.0, 1.6), (10, 8), (1, 0), ((1.0, 2.0), (0.8, 1.6)), ((5, 10), (4.0, 8.0))]
)
def test_numbers_are_scaled(value, expected):
    assert constants.scaled(value, 0.8) == pytest.approx(expected)


def test_the_document_names_sets_values_and_effects(tmp_path, toy_model, monkeypatch):
    for n in (1, 2):
        cv2.imwrite(str(tmp_path / f"n{n}.png"), draw_number(str(n)))
    (tmp_path / "labels.csv").write_text("file,label\nn1.png,1\nn2.png,2\n")
    only = [t for t in constants.thresholds_of(["imaging"]) if t.name == "CONTRAST_MIN"]
    monkeypatch.setattr(sensitivity, "thresholds_of", lambda _: only)
    arguments = argparse.Namespace(
        data=[tmp_path], auto=[tmp_path], model=toy_model, limit=2, modules=["imaging"], called="two numbers"
    )
    text = "\n".join(sensitivity.report(arguments))
    assert "| `imaging.binarisation.CONTRAST_MIN` | 10 |" in text
    assert f"of two numbers: {tmp_path.name} (" in text
    assert f"{tmp_path.name}, auto (" in text


def test_limits_and_sizes_are_listed_but_not_varied(tmp_path, toy_model, monkeypatch):
    cv2.imwrite(str(tmp_path / "n1.png"), draw_number("1"))
    (tmp_path / "labels.csv").write_text("file,label\nn1.png,1\n")
    size = [t for t in constants.thresholds_of(["imaging"]) if t.name == "CROP_SIZE"]
    monkeypatch.setattr(sensitivity, "thresholds_of", lambda _: size)
    arguments = argparse.Namespace(
        data=[tmp_path], auto=[], model=toy_model, limit=1, modules=["imaging"], called="one number"
    )
    thresholds, _, fixed = "\n".join(sensitivity.report(arguments)).partition("## Limits and sizes")
    assert "CROP_SIZE" not in thresholds
    assert "| `imaging.normaliser.CROP_SIZE` | 28 |" in fixed


def test_an_outcome_tells_points_changes_and_readings_too_many():
    base = sensitivity.Outcome(1, 2, (("7",), ("1", "2")))
    now = sensitivity.Outcome(2, 2, (("7",), ("12", "2", "9")))
    assert now.against(base) == "+50.0 (1 read otherwise, +0 extra)"
    assert base.against(base) == ""
