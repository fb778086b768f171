"""What columns say of strings, against all their spellings counted by hand."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.recognition.contract import NOT_A_DIGIT
from digitocr.recognition.ctc import best_string, log_likelihoods

FEW = (3, 8, NOT_A_DIGIT)  # what the columns may show; the other digits cannot be


def columns_of(seed, count):
    """(count, 11) log-probabilities over `FEW`."""
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(FEW)), count)
    columns = np.full((count, 11), -50, np.float32)
    columns[:, FEW] = np.log(shares)
    return columns


def spelled(path):
    return "".join(str(shown) for shown, _ in groupby(path) if shown != NOT_A_DIGIT)


@given(st.integers(0, 1000), st.integers(1, 5))
def test_a_string_is_as_probable_as_all_its_spellings(seed, count):
    columns = columns_of(seed, count)
    by_hand = {}
    for path in product(FEW, repeat=count):
        text = spelled(path)
        by_hand[text] = by_hand.get(text, 0) + np.exp(sum(columns[t, c] for t, c in enumerate(path)))
    texts = sorted(by_hand)
    assert np.exp(log_likelihoods(columns, texts)) == pytest.approx([by_hand[t] for t in texts], rel=1e-3)


def test_what_cannot_be_spelled_is_impossible():
    assert log_likelihoods(columns_of(1, 2), ["338"])[0] < -1000


def test_the_best_string_joins_neighbours_and_parts_them_by_nothing():
    shown = [NOT_A_DIGIT, 3, 3, NOT_A_DIGIT, 3, 8, 8, NOT_A_DIGIT]
    assert best_string(np.eye(11, dtype=np.float32)[shown]) == "338"
    assert best_string(np.eye(11, dtype=np.float32)[[NOT_A_DIGIT] * 3]) == ""
