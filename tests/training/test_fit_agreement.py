"""What a second reader's agreement is worth is fitted on labelled lines."""

from math import exp, log

import numpy as np
import pytest
from material import draw_number

pytest.importorskip("scipy", reason="the extra train has it")

from digitocr.reader import Reader
from digitocr.reading.agreement import evidence
from digitocr.training.fit_agreement import Comparison, comparisons, fit_agreement


def test_the_odds_change_as_the_labels_say():
    rng = np.random.default_rng(4)
    known = []
    for _ in range(6000):
        right = bool(rng.random() < 0.7)
        same = rng.random() < (0.8 if right else 0.2)  # its text has this probability to the second reader
        known.append(Comparison(0.7, log(0.9 if same else 0.01), right))
    weights = fit_agreement(known)
    for log_probability, ratio in ((log(0.9), 4.0), (log(0.01), 0.25)):
        assert exp(float(weights @ evidence(log_probability))) == pytest.approx(ratio, rel=0.15)


class Blind:
    """A second reader to which all texts of one digit are as probable."""

    def columns(self, pictures):
        uniform = np.full((1, 11), -np.log(11), np.float32)
        return [uniform for _ in pictures]


def test_readings_are_compared_with_their_labels():
    lines = [(draw_number("7"), "7"), (draw_number("7"), "1"), (np.full((40, 60), 240, np.uint8), "")]
    known = list(comparisons(lines, Reader(layout="line", min_confidence=0.0), Blind()))
    assert [each.right for each in known] == [True, False]
    assert [each.log_probability for each in known] == pytest.approx([-log(11)] * 2, abs=1e-5)
