"""How much of a row may be so many digits, beside what the searches find."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.decoding.bounds import ctc_log_share
from digitocr.decoding.ctc import log_likelihoods
from digitocr.decoding.lattice import Lattice


def random_lattice(segments, seed):
    """A row of slices, each alone and each with its neighbour, with scores of any kind."""
    rng = np.random.default_rng(seed)
    arcs = sorted([(n, n + 1) for n in range(segments)] + [(n, n + 2) for n in range(segments - 1)])
    first, last = np.array(arcs, np.int32).T
    scores = np.log(rng.dirichlet(np.ones(12), len(arcs))).astype(np.float32)
    return Lattice(first, last, scores[:, :10], scores[:, 10])


def columns(count, seed):
    """(1, count, 11) log-probabilities of any kind."""
    return np.log(np.random.default_rng(seed).dirichlet(np.ones(11), count)).astype(np.float32)[np.newaxis]


@given(segments=st.integers(1, 6), least=st.integers(1, 4), seed=st.integers(0, 99))
def test_no_string_of_a_lattice_that_is_long_enough_is_more_probable(segments, least, seed):
    lattice = random_lattice(segments, seed)
    share = lattice.log_share(least)
    assert share <= 1e-6
    for found in lattice.decode(50):
        spelled = lattice.align(found.text)
        if len(found.text) >= least:
            assert np.log(spelled.probability) <= share + 1e-6


def test_a_row_of_fewer_pieces_than_digits_spells_none():
    assert random_lattice(3, 1).log_share(4) == -np.inf
    assert random_lattice(3, 1).log_share(3) > -np.inf


@pytest.mark.parametrize("least", [1, 2])
def test_columns_show_so_many_digits_as_all_their_strings_do_together(least):
    shown = columns(3, 7)
    strings = ["".join(text) for n in range(least, 4) for text in product("0123456789", repeat=n)]
    expected = np.logaddexp.reduce(log_likelihoods(shown[0], strings))
    assert ctc_log_share(shown, least) == pytest.approx([expected], abs=1e-4)


def test_columns_that_show_nothing_hold_no_number():
    nothing = np.full((1, 40, 11), -30, np.float32)
    nothing[..., 10] = 0
    assert ctc_log_share(nothing, 5)[0] < -100
