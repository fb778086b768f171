"""What the benchmark of confidence counts, on hand-made readings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.confidence import AGREED, DISAGREED, DOUBTED, Judged, coverage, groups, judge
from digitocr.records import Box, Reading

DOUBTS = st.sampled_from([AGREED, DISAGREED, DOUBTED])
JUDGED = st.lists(st.builds(Judged, st.floats(0, 1), st.booleans(), DOUBTS), min_size=1)


def test_groups_count_what_is_wrong_and_what_was_expected():
    low, high = [Judged(0.5, right=n < 4) for n in range(10)], [Judged(0.9, right=n > 0) for n in range(10)]
    first, second = groups([*high, *low], 2)
    assert (first.count, first.lowest, first.highest, first.observed) == (10, 0.5, 0.5, 6)
    assert (first.expected, first.standard_error) == (pytest.approx(5), pytest.approx(2.5**0.5))
    assert first.deviation == pytest.approx(1 / 2.5**0.5)
    assert (second.observed, second.expected) == (1, pytest.approx(1))


@given(JUDGED, st.integers(1, 7))
def test_each_reading_is_in_one_group(judged, count):
    made = groups(judged, count)
    assert sum(group.count for group in made) == len(judged)
    assert sum(group.observed for group in made) == sum(not one.right for one in judged)
    assert all(a.highest <= b.lowest for a, b in pairwise(made))


def test_coverage_goes_to_the_lowest_threshold_that_keeps_the_bound():
    right = [Judged(1 - n / 1000, right=True) for n in range(200)]
    judged = [*right, Judged(0.7, right=False), Judged(0.6, right=False), Judged(0.5, right=False)]
    assert coverage(judged, second_reader=False) == pytest.approx(202 / 203)
    assert coverage(judged, second_reader=False, error_max=0.0) == pytest.approx(200 / 203)
    tied = [*right, Judged(right[-1].confidence, right=False)]
    assert coverage(tied, second_reader=False, error_max=0.0) == pytest.approx(199 / 201)


def test_coverage_leaves_out_what_is_for_review_anyway():
    judged = [Judged(0.9, right=True), Judged(0.99, right=False, doubt=DISAGREED)]
    assert coverage(judged, second_reader=False) == 0
    assert coverage(judged, second_reader=True) == 0.5
    assert coverage([Judged(0.9, right=True, doubt=DOUBTED)], second_reader=False) == 0


@given(JUDGED)
def test_coverage_is_no_less_with_a_looser_bound(judged):
    shares = [coverage(judged, second_reader=True, error_max=bound) for bound in (0.0, 0.01, 0.1, 1.0)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


@pytest.mark.parametrize(
    ("status", "code", "doubt"),
    [
        ("accept", "", AGREED),
        ("review", "readers_disagree", DISAGREED),
        ("review", "unlike_training", DOUBTED),
        ("blank", "no_digits", DOUBTED),
    ],
)
def test_a_reading_is_judged_by_its_label_and_its_doubt(status, code, doubt):
    text = "" if status == "blank" else "407"
    reading = Reading("", 1, Box(0, 0, 9, 9), text, status, 0.9, reason_code=code)
    assert judge(reading, "407") == Judged(0.9 if text else 0.0, text == "407", doubt)
