"""What the judge says of a candidate."""

import numpy as np
import pytest

from digitocr.decoding.candidate_scorer import (
    CONTEXTS,
    REJECT_PENALTY,
    CandidateScorer,
    features,
    scorers_from_contract,
    scorers_to_contract,
)
from digitocr.errors import ModelError
from digitocr.segmentation.candidates import GEOMETRY

INPUTS = 11 + len(GEOMETRY)


def candidate_scorer_of(seed, outputs_scale=1.0):
    rng = np.random.default_rng(seed)
    return CandidateScorer(
        tuple(
            (
                (scale * rng.normal(size=(i, o))).astype(np.float32),
                (scale * rng.normal(size=o)).astype(np.float32),
            )
            for i, o, scale in ((INPUTS, 6, 1.0), (6, 11, outputs_scale))
        ),
    )


def some_candidates(count=40):
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 4, (count, 11)).astype(np.float32)
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return logs, rng.normal(0, 1, (count, len(GEOMETRY))).astype(np.float32)


def test_a_judge_that_knows_nothing_leaves_what_the_classifier_says():
    logs, geometry = some_candidates()
    digits, marks = candidate_scorer_of(1, outputs_scale=0.0).scores(logs, geometry)
    assert np.array_equal(digits, logs[:, :10])
    assert np.allclose(marks, logs[:, 10] - REJECT_PENALTY)


def test_the_same_crop_is_worth_something_else_elsewhere():
    (logs, geometry), scorer = some_candidates(), candidate_scorer_of(2)
    here, there = scorer.scores(logs, geometry)[0], scorer.scores(logs, geometry + 1)[0]
    assert not np.allclose(here, there)


def test_the_batch_changes_no_bit():
    (logs, geometry), scorer = some_candidates(), candidate_scorer_of(4)
    digits, marks = scorer.scores(logs, geometry)
    for n in range(len(logs)):
        one_digits, one_mark = scorer.scores(logs[n : n + 1], geometry[n : n + 1])
        assert np.array_equal(one_digits[0], digits[n])
        assert one_mark[0] == marks[n]


def test_features_are_bounded():
    logs, geometry = np.full((2, 11), -80, np.float32), np.full((2, len(GEOMETRY)), 99, np.float32)
    made = features(logs, geometry)
    assert made.shape == (2, INPUTS)
    assert np.abs(made).max() <= 5


def test_judges_travel_in_the_contract():
    candidate_scorers = {context: candidate_scorer_of(n) for n, context in enumerate(CONTEXTS)}
    again = scorers_from_contract(scorers_to_contract(candidate_scorers))
    for context in CONTEXTS:
        scores = [each[context].scores(*some_candidates()) for each in (candidate_scorers, again)]
        assert np.allclose(scores[0][0], scores[1][0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("lost", ["geometry", *CONTEXTS])
def test_a_contract_without_its_lattice(lost):
    lattice = scorers_to_contract(dict.fromkeys(CONTEXTS, candidate_scorer_of(1)))
    del lattice[lost]
    with pytest.raises(ModelError, match="digitocr train"):
        scorers_from_contract(lattice)
