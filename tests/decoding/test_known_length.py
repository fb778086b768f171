"""What the line recogniser says given the number of digits, against all spellings counted by hand."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.decoding.ctc import best_string, log_likelihoods
from digitocr.decoding.known_length import (
    best_string_of_length,
    length_log_probability,
    log_probability_given_length,
    steps_of_length,
)

FEW = (3, 8, NOT_A_DIGIT)  # what the columns may show; the other digits cannot be


def columns_of(seed, count):
    """(count, 11) log-probabilities over `FEW`."""
    columns = np.full((count, 11), -50, np.float32)
    columns[:, FEW] = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(FEW)), count))
    return columns


def paths_of(columns):
    """Every path over `FEW`: its string and its log-probability."""
    for path in product(FEW, repeat=len(columns)):
        text = "".join(str(shown) for shown, _ in groupby(path) if shown != NOT_A_DIGIT)
        yield text, path, float(sum(columns[step, shown] for step, shown in enumerate(path)))


@given(st.integers(0, 1000), st.integers(1, 5))
def test_a_number_of_digits_is_as_probable_as_all_strings_with_as_many(seed, count):
    columns = columns_of(seed, count)
    by_hand = np.zeros(count + 1)
    for text, _, log_probability in paths_of(columns):
        by_hand[len(text)] += np.exp(log_probability)
    shares = [np.exp(length_log_probability(columns, digits)) for digits in range(count + 1)]
    assert shares == pytest.approx(by_hand, abs=1e-5)
    assert sum(shares) == pytest.approx(1, abs=1e-4)


@given(st.integers(0, 1000), st.integers(1, 5), st.data())
def test_the_best_path_with_so_many_digits_is_found(seed, count, data):
    columns = columns_of(seed, count)
    digits = data.draw(st.sampled_from(sorted({len(text) for text, _, _ in paths_of(columns)})))
    best = max(log_probability for text, _, log_probability in paths_of(columns) if len(text) == digits)
    steps = steps_of_length(columns, digits)
    assert columns[np.arange(count), steps].sum() == pytest.approx(best, abs=1e-4)
    assert len(best_string_of_length(columns, digits)) == digits


def test_more_digits_than_steps_are_none():
    columns = columns_of(1, 3)
    assert steps_of_length(columns, 4) is None
    assert best_string_of_length(columns, 4) == best_string(columns)
    assert length_log_probability(columns, 4) < -500


def test_a_stroke_that_is_rather_a_border_is_a_digit_where_two_are_known_to_stand():
    """The first symbol is a 3 with a probability of 0.1, else nothing; an 8 follows surely."""
    shown = np.full((4, 11), 1e-9, np.float32)
    shown[0, [3, NOT_A_DIGIT]] = 0.1, 0.9
    shown[[1, 3], NOT_A_DIGIT] = shown[2, 8] = 1.0
    columns = np.log(shown)
    assert best_string_of_length(columns, None) == "8"
    assert best_string_of_length(columns, 2) == "38"
    assert log_probability_given_length(columns, "38", None) == pytest.approx(np.log(0.1), abs=1e-3)
    assert log_probability_given_length(columns, "38", 2) == pytest.approx(0, abs=1e-3)
    assert log_probability_given_length(columns, "8", 2) == pytest.approx(np.log(0.9), abs=1e-3)


def test_several_views_are_read_at_once_as_each_alone():
    views = np.stack([columns_of(seed, 6) for seed in (1, 2, 3)])
    assert length_log_probability(views, 2) == pytest.approx(
        [float(length_log_probability(view, 2)) for view in views]
    )
    alone = [log_likelihoods(view, ["38"])[0] - length_log_probability(view, 2) for view in views]
    assert log_probability_given_length(views, "38", 2) == pytest.approx(np.mean(alone))
