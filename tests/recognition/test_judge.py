"""What the judge says of a candidate."""

import numpy as np
import pytest

from digitocr.errors import ModelError
from digitocr.imaging.candidates import GEOMETRY
from digitocr.recognition.judge import (
    CONTEXTS,
    MARK,
    MARK_COST,
    PART,
    WHOLE,
    Judge,
    features,
    judges_from_contract,
    judges_to_contract,
)

INPUTS = 11 + len(GEOMETRY)


def judge_of(seed):
    rng = np.random.default_rng(seed)
    shapes = ((INPUTS, 6), (6, 3))
    return Judge(
        tuple(
            (rng.normal(size=(i, o)).astype(np.float32), rng.normal(size=o).astype(np.float32))
            for i, o in shapes
        ),
    )


def some_candidates(count=40):
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 4, (count, 11)).astype(np.float32)
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return logs, rng.normal(0, 1, (count, len(GEOMETRY))).astype(np.float32)


def test_kinds_are_probabilities():
    kinds = judge_of(1).kinds(*some_candidates())
    assert kinds.shape == (40, 3)
    assert np.allclose(np.exp(kinds).sum(axis=1), 1, atol=1e-5)


def test_digits_share_what_is_a_whole_one():
    judge, (logs, geometry) = judge_of(1), some_candidates()
    digits, marks = judge.scores(logs, geometry)
    kinds = judge.kinds(logs, geometry)
    odds = digits - digits.max(axis=1, keepdims=True)
    assert np.allclose(odds, logs[:, :10] - logs[:, :10].max(axis=1, keepdims=True), atol=1e-4)
    together = np.logaddexp.reduce(digits, axis=1) - marks
    assert np.allclose(together, kinds[:, WHOLE] - kinds[:, MARK] + MARK_COST, atol=1e-4)


def test_what_is_likely_a_part_scores_less_than_what_is_not():
    judge, (logs, geometry) = judge_of(2), some_candidates()
    best = np.maximum(judge.scores(logs, geometry)[0].max(axis=1), judge.scores(logs, geometry)[1])
    part = judge.kinds(logs, geometry)[:, PART]
    assert np.corrcoef(best, part)[0, 1] < -0.3


def test_a_candidate_is_judged_alike_in_any_batch():
    judge, (logs, geometry) = judge_of(4), some_candidates()
    together = judge.kinds(logs, geometry)
    for n in (0, 17, 39):
        assert np.array_equal(judge.kinds(logs[n : n + 1], geometry[n : n + 1])[0], together[n])


def test_features_are_bounded():
    logs, geometry = np.full((2, 11), -80, np.float32), np.full((2, len(GEOMETRY)), 99, np.float32)
    made = features(logs, geometry)
    assert made.shape == (2, INPUTS)
    assert made.min() >= -3
    assert made.max() <= 5


def test_judges_survive_the_contract():
    judges = {context: judge_of(n) for n, context in enumerate(CONTEXTS)}
    again = judges_from_contract(judges_to_contract(judges))
    for context in CONTEXTS:
        kinds = (each[context].kinds(*some_candidates()) for each in (judges, again))
        assert np.allclose(*kinds, atol=1e-4)


@pytest.mark.parametrize("lost", ["geometry", *CONTEXTS])
def test_a_contract_without_its_judges_is_refused(lost):
    lattice = judges_to_contract({context: judge_of(1) for context in CONTEXTS})
    del lattice[lost]
    with pytest.raises(ModelError, match="train it again"):
        judges_from_contract(lattice)
