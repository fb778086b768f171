"""What columns say of strings, against all their spellings counted by hand."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.decoding.ctc import best_string, log_likelihoods, strings_within
from digitocr.formats.formats import make_format

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


def test_several_sights_are_weighed_at_once_as_each_alone():
    sheared_views = np.stack([columns_of(seed, 6) for seed in (1, 2, 3)])
    texts = ["", "3", "38", "838"]
    assert log_likelihoods(sheared_views, texts) == pytest.approx(
        np.stack([log_likelihoods(one, texts) for one in sheared_views])
    )


def test_the_log_probability_of_a_long_line_does_not_underflow():
    """Blanks of a probability of one half, with one digit among them, which may stand in any time step."""
    count = 5000
    columns = np.full((count, 11), -50, np.float32)
    columns[:, [3, NOT_A_DIGIT]] = np.log(0.5)
    ways = count * (count + 1) / 2  # a run of equal digits is one digit
    assert log_likelihoods(columns, ["3"])[0] == pytest.approx(np.log(ways) + count * np.log(0.5), rel=1e-4)
    assert log_likelihoods(columns, ["8"])[0] == pytest.approx(
        np.log(count) + (count - 1) * np.log(0.5) - 50, rel=1e-4
    )


def test_what_cannot_be_spelled_is_impossible():
    assert log_likelihoods(columns_of(1, 2), ["338"])[0] < -1000


def test_the_best_string_joins_neighbours_and_parts_them_by_nothing():
    shown = [NOT_A_DIGIT, 3, 3, NOT_A_DIGIT, 3, 8, 8, NOT_A_DIGIT]
    assert best_string(np.eye(11, dtype=np.float32)[shown]) == "338"
    assert best_string(np.eye(11, dtype=np.float32)[[NOT_A_DIGIT] * 3]) == ""


@given(
    seed=st.integers(0, 1000),
    count=st.integers(2, 6),
    spec=st.sampled_from(
        [{"length": 2}, {"length": [1, 3], "max": 40}, {"pattern": "8+3?"}, {"values": [38, 3]}]
    ),
)
def test_the_likeliest_strings_of_a_format_are_found(seed, count, spec):
    columns, allowed = columns_of(seed, count), make_format(spec)
    texts = {spelled(path) for path in product(FEW, repeat=count)}
    fitting = sorted(text for text in texts if allowed.accepts(text))
    found = strings_within(columns, allowed, 3)
    assert all(allowed.accepts(text) for text in found)
    if fitting:
        likelihoods = log_likelihoods(columns, fitting)
        assert log_likelihoods(columns, found[:1])[0] == pytest.approx(likelihoods.max(), abs=1e-3)


def test_a_string_far_down_is_found():
    shown = np.full((12, 11), 0.002, np.float32)
    for place, digit in enumerate((4, 0, 2, 7)):
        shown[3 * place, digit] = shown[3 * place + 1, NOT_A_DIGIT] = shown[3 * place + 2, NOT_A_DIGIT] = 0.98
    columns = np.log(shown)
    assert best_string(columns) == "4027"
    assert strings_within(columns, make_format({"values": ["4028", "1111"]}), 2)[0] == "4028"
