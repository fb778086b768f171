"""One scale of confidence, from the evidence of both readers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.decoding.confidence import (
    FEATURES,
    Calibration,
    Evidence,
    calibration_from_contract,
    calibration_to_contract,
    features,
)
from digitocr.errors import ModelError

EVIDENCE = Evidence(
    line=-0.1,
    digits=np.log(np.array([0.9, 0.99], np.float32)),
    agree=True,
    searched=False,
    contrast=90.0,
    height_px=30.0,
    at_side=False,
    at_margin=False,
    left_out=0.05,
    others=0,
    signs=0,
)


def calibration(value=1.0, lines=998):
    weights = np.zeros(len(FEATURES))
    weights[FEATURES.index("line")] = value
    return Calibration(weights, lines)


def test_a_feature_for_each_name_and_impossible_values_are_bounded():
    hopeless = replace(EVIDENCE, line=-np.inf, digits=np.array([-np.inf], np.float32))
    assert features(EVIDENCE).shape == (len(FEATURES),)
    assert np.isfinite(features(hopeless)).all()


@given(st.floats(-12, 0), st.floats(-12, 0))
def test_what_the_line_recogniser_believes_more_is_no_less_sure(one, other):
    low, high = sorted((one, other))
    model = calibration()
    assert model.confidence(replace(EVIDENCE, line=low)) <= model.confidence(replace(EVIDENCE, line=high))


def test_nothing_is_surer_than_the_number_of_labelled_lines_supports():
    certain = replace(EVIDENCE, line=-12)
    assert calibration(-1e6).confidence(certain) == 0.999
    assert calibration(-1e6, lines=8).confidence(certain) == 0.9


def test_probabilities_near_one_are_told_apart():
    nearly, surely = (
        features(replace(EVIDENCE, line=np.log(1 - doubt)))[FEATURES.index("line_doubt")]
        for doubt in (1e-2, 1e-4)
    )
    assert nearly - surely == pytest.approx(np.log(100) / 4, rel=1e-3)


def test_the_contract_keeps_it_and_one_for_other_features_is_none():
    entry = calibration_to_contract(calibration(0.5))
    kept = calibration_from_contract(entry)
    assert kept.confidence(EVIDENCE) == pytest.approx(calibration(0.5).confidence(EVIDENCE))
    assert calibration_from_contract({}) is None
    entry["confidence"]["features"] = ["another"]
    assert calibration_from_contract(entry) is None


def test_lines_in_boxes_have_weights_of_their_own_if_the_card_has_them():
    alone, in_boxes = calibration(1.0), calibration(3.0)
    both = Calibration(alone.weights, 998, in_boxes.weights)
    read = calibration_from_contract(calibration_to_contract(both))
    boxed = replace(EVIDENCE, count=-0.1)
    assert read.confidence(EVIDENCE) == alone.confidence(EVIDENCE) == alone.confidence(boxed)
    assert read.confidence(boxed) == in_boxes.confidence(boxed) != alone.confidence(boxed)


def test_a_card_of_fewer_features_is_read_and_one_with_a_number_missing_is_refused():
    entry = {"confidence": {"features": ["one", "line"], "weights": [0.0, 1.0]}}
    assert calibration_from_contract(entry).confidence(EVIDENCE) == calibration().confidence(EVIDENCE)
    entry["confidence"]["weights"] = [0.0, 1.0, 2.0]
    with pytest.raises(ModelError, match="fit it again"):
        calibration_from_contract(entry)
