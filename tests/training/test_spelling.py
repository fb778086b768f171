"""The share of the right string in a lattice, against all its paths counted one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitocr.training.spelling import share_and_gradient

# Three slices; every run of them is a candidate.
FIRST = np.array([0, 0, 0, 1, 1, 2], np.int32)
LAST = np.array([1, 2, 3, 2, 3, 3], np.int32)
PATHS = [(0, 3, 5), (0, 4), (1, 5), (2,)]


def counted(scores, digits):
    """The log of the share, path by path and reading by reading."""
    right, whole = 0.0, 0.0
    for path in PATHS:
        for readings in product(range(11), repeat=len(path)):
            weight = np.exp(sum(scores[e, r] for e, r in zip(path, readings, strict=True)))
            whole += weight
            right += weight * ("".join(str(r) for r in readings if r < 10) == digits)
    return np.log(right / whole)


def some_scores(seed):
    return np.random.default_rng(seed).normal(0, 2, (6, 11))


@given(seed=st.integers(0, 999), digits=st.text("0123456789", max_size=3))
@settings(max_examples=12, deadline=None)
def test_the_share_is_that_of_all_paths(seed, digits):
    scores = some_scores(seed)
    assert share_and_gradient(FIRST, LAST, scores, digits)[0] == pytest.approx(counted(scores, digits))


@pytest.mark.parametrize("digits", ["", "7", "41", "333"])
def test_the_gradient_is_the_slope(digits):
    scores, step = some_scores(5), 1e-5
    gradient = share_and_gradient(FIRST, LAST, scores, digits)[1]
    for edge, reading in product(range(6), (0, 1, 3, 4, 7, 10)):
        nudge = np.zeros_like(scores)
        nudge[edge, reading] = step
        up, down = (share_and_gradient(FIRST, LAST, scores + sign * nudge, digits)[0] for sign in (1, -1))
        assert gradient[edge, reading] == pytest.approx((up - down) / (2 * step), abs=1e-6)


def test_more_digits_than_slices_cannot_be_spelled():
    assert share_and_gradient(FIRST, LAST, some_scores(1), "1234") is None
