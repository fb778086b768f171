"""The decoder, against all paths counted by hand."""

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.decoding import beam_search
from digitocr.decoding.beam_search import Hypothesis, Pruning
from digitocr.decoding.lattice import Lattice, rank_digits
from digitocr.formats.formats import make_format

FEW = ("3", "8")  # the digits that candidates of the random graphs may be; the others cannot be


def scores_of(readings):
    """(N, 10) and (N,) log-probabilities from a mapping {digit or "": probability} for each arc."""
    digits, marks = np.full((len(readings), 10), -50, np.float32), np.full(len(readings), -50, np.float32)
    for n, reading in enumerate(readings):
        for text, probability in reading.items():
            if text:
                digits[n, int(text)] = np.log(probability)
            else:
                marks[n] = np.log(probability)
    return digits, marks


def lattice_of(arcs, readings):
    start, end = (np.array([arc[side] for arc in arcs], np.int32) for side in (0, 1))
    return Lattice(start, end, *scores_of(readings))


def read(arcs, readings, n_best=5, **options):
    return lattice_of(arcs, readings).decode(n_best, **options)


@st.composite
def graphs(draw):
    """A row of up to four seams: every slice alone, some runs of two or three, and what each may be."""
    nodes = draw(st.integers(2, 5))
    runs = [(a, b) for a in range(nodes) for b in range(a + 2, min(a + 4, nodes))]
    kept = draw(st.lists(st.sampled_from(runs), unique=True)) if runs else []
    arcs = sorted([(a, a + 1) for a in range(nodes - 1)] + kept)
    chance = st.integers(1, 99).map(lambda percent: percent / 100)
    return arcs, [{text: draw(chance) for text in (*FEW, "")} for _ in arcs]


def all_strings(arcs, readings):
    """Every string with the sum over the paths that spell it, and its best path."""
    end = max(last for _, last in arcs)
    sums, best = defaultdict(float), defaultdict(float)

    def walk(node, text, probability):
        if node == end:
            sums[text] += probability
            best[text] = max(best[text], probability)
        for (first, last), reading in zip(arcs, readings, strict=True):
            if first == node:
                for symbol, chance in reading.items():
                    walk(last, text + symbol, probability * chance)

    walk(0, "", 1.0)
    return sums, best


@given(graph=graphs())
def test_the_best_string_is_the_best_of_all_paths(graph):
    arcs, readings = graph
    sums, best = all_strings(arcs, readings)
    with pytest.MonkeyPatch.context() as patch:  # a beam that loses nothing
        patch.setattr(beam_search, "UNCONSTRAINED", Pruning(10**6, np.inf, 10, -np.inf))
        found = read(arcs, readings, n_best=10**6)
    whole = sum(sums.values())
    assert sums[found[0].text] == pytest.approx(max(sums.values()))
    for hypothesis in found:
        assert hypothesis.probability == pytest.approx(sums[hypothesis.text] / whole, rel=1e-3, abs=1e-5)
        assert np.exp(hypothesis.score) == pytest.approx(best[hypothesis.text], rel=1e-3)


@given(
    graph=graphs(),
    spec=st.sampled_from([{"length": 2}, {"length": [1, 3], "checksum": "luhn"}, {"min": 20}, {"max": 7}]),
)
def test_of_strings_of_a_format_the_best_is_found_with_its_share_of_all(graph, spec):
    arcs, readings = graph
    allowed = make_format(spec)
    sums, _ = all_strings(arcs, readings)
    fitting = {text: total for text, total in sums.items() if not text or allowed.accepts(text)}
    found = read(arcs, readings, allowed=allowed)
    assert all(hypothesis.text in fitting for hypothesis in found)
    assert sum(hypothesis.probability for hypothesis in found) <= 1 + 1e-6
    if fitting and max(fitting.values()) > 1e-4 * sum(sums.values()):
        best = max(fitting.values())
        assert found[0].probability == pytest.approx(best / sum(sums.values()), rel=0.01)


@given(graph=graphs())
def test_a_narrow_beam_finds_a_string_nearly_as_probable(graph):
    sums, _ = all_strings(*graph)
    assert sums[read(*graph, n_best=1)[0].text] >= 0.5 * max(sums.values())


@given(graph=graphs(), n_best=st.integers(1, 6))
def test_probabilities_are_shares_in_order(graph, n_best):
    found = read(*graph, n_best=n_best)
    assert 1 <= len(found) <= n_best
    probabilities = [hypothesis.probability for hypothesis in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-9
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert len({hypothesis.text for hypothesis in found}) == len(found)


@given(graph=graphs())
def test_a_hypothesis_is_spelt_by_its_path(graph):
    arcs, _ = graph
    for hypothesis in read(*graph):
        assert "".join(str(digit) for _, digit in hypothesis.arcs) == hypothesis.text
        ends = [arcs[arc] for arc, _ in hypothesis.arcs]
        assert all(before[1] <= after[0] for before, after in pairwise(ends))


@given(graph=graphs())
def test_fewer_hypotheses_are_the_first_of_more(graph):
    assert read(*graph, n_best=2) == read(*graph, n_best=5)[:2]


def test_two_digits_one_wide_digit_or_a_mark():
    arcs = [(0, 1), (0, 2), (1, 2)]
    found = read(arcs, [{"3": 0.9}, {"8": 0.05}, {"8": 0.5, "": 0.4}])
    assert [hypothesis.text for hypothesis in found] == ["38", "3", "8"]
    total = 0.9 * 0.5 + 0.9 * 0.4 + 0.05
    assert found[0].probability == pytest.approx(0.45 / total, rel=1e-4)
    assert found[0].arcs == ((0, 3), (2, 8))
    assert np.exp(found[0].score) == pytest.approx(0.45, rel=1e-4)


def test_paths_that_spell_one_string_add_up():
    arcs = [(0, 1), (0, 2), (1, 2)]
    found = read(arcs, [{"": 0.5}, {"8": 0.3}, {"8": 0.4, "3": 0.1}])
    assert found[0].text == "8"
    assert found[0].probability == pytest.approx((0.2 + 0.3) / (0.2 + 0.3 + 0.05), rel=1e-4)
    assert found[0].arcs == ((1, 8),)  # the better of the two


def test_a_row_of_marks_says_nothing():
    found = read([(0, 1), (1, 2)], [{"": 0.9}, {"": 0.9}])
    assert found[0] == Hypothesis("", 1.0, pytest.approx(2 * np.log(0.9), rel=1e-4), ())


def test_no_candidates_say_the_empty_string():
    empty = np.empty(0, np.int32)
    found = Lattice(empty, empty, np.empty((0, 10), np.float32), np.empty(0, np.float32)).decode(3)
    assert [hypothesis.text for hypothesis in found] == [""]


def test_equal_strings_come_in_the_order_of_their_text():
    found = read([(0, 1)], [{"3": 0.5, "8": 0.5}])
    assert [hypothesis.text for hypothesis in found] == ["3", "8"]


def test_a_long_row_of_doubts_stays_quick():
    count = 40
    arcs = [(n, n + 1) for n in range(count)] + [(n, n + 2) for n in range(count - 1)]
    readings = [dict.fromkeys((*FEW, ""), 0.33) for _ in arcs]
    assert len(read(arcs, readings)) == 5


@pytest.mark.parametrize("n_best", [1, 4])
def test_one_crop_is_ranked(n_best):
    logs = np.log(np.array([0.1, 0.5, 0.05, 0.2, *[0.01] * 6, 0.09], np.float32))
    found = rank_digits(logs, n_best)
    assert [hypothesis.text for hypothesis in found] == ["1", "3", "0", "2"][:n_best]
    assert found[0].probability == pytest.approx(0.5, rel=1e-5)
    assert found[0].arcs == ((0, 1),)


def test_walking_by_hand_counts_all_readings():
    sums, _ = all_strings([(0, 1), (1, 2)], [{"3": 0.5, "": 0.5}, {"8": 1.0}])
    assert dict(sums) == {"38": 0.5, "8": 0.5}


@given(graphs())
def test_a_spelled_string_is_the_one_decoded(graph):
    arcs, readings = graph
    lattice = lattice_of(arcs, readings)
    for hypothesis in lattice.decode(4):
        spelled = lattice.align(hypothesis.text)
        assert spelled.score == pytest.approx(hypothesis.score, abs=1e-3)
        assert [digit for _, digit in spelled.arcs] == [int(digit) for digit in hypothesis.text]
        for (_, end), (start, _) in pairwise([arcs[arc] for arc, _ in spelled.arcs]):
            assert end <= start


def test_arcs_are_told_as_the_candidates_that_they_are():
    lattice = lattice_of([(0, 1), (1, 2)], [{"3": 0.9, "": 0.1}, {"8": 0.9, "": 0.1}])
    of_row = replace(lattice, candidate=np.array([4, 7]))
    assert of_row.decode(1)[0].arcs == ((4, 3), (7, 8))
    assert of_row.align("38").arcs == ((4, 3), (7, 8))
    assert lattice.align("38").arcs == ((0, 3), (1, 8))


def test_what_has_more_digits_than_candidates_cannot_be_spelled():
    assert lattice_of([(0, 1)], [{"3": 1.0}]).align("33") is None
