"""Runs of marked places."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitocr.segmentation.true_runs import true_runs


def test_runs_at_the_ends_count():
    assert true_runs(np.array([1, 1, 0, 1, 0, 0, 1], bool)).tolist() == [[0, 2], [3, 4], [6, 7]]


@given(st.lists(st.booleans(), max_size=40))
def test_spans_are_what_is_marked(marked):
    array = np.array(marked, bool)
    again = np.zeros_like(array)
    for start, end in true_runs(array):
        assert start < end
        assert not again[max(0, start - 1) : end].any()
        again[start:end] = True
    assert (again == array).all()
