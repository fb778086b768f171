"""Values that satisfy the rules of a form, against all sets of values tried by hand."""

from itertools import product
from math import prod
from time import monotonic

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.errors import UsageError
from digitocr.formats.dates import dates_written
from digitocr.forms.rules.apply import apply_rules
from digitocr.forms.rules.expressions import parse_rule
from digitocr.forms.rules.solve import solve
from digitocr.records import Box, Digit, Reading

NAMES = ("a", "b", "c", "d")
RULES = ("a = b + c", "d >= a", "b = c", "a + b = d", "sum(*) = a", "a != d")


@st.composite
def forms(draw):
    """Up to four candidates for each of four fields, and one to three rules across them."""
    readings = {}
    for name in NAMES:
        texts = draw(st.lists(st.integers(0, 9).map(str), min_size=1, max_size=4, unique=True))
        weights = [draw(st.integers(1, 50)) for _ in texts]
        whole = sum(weights) + draw(st.integers(0, 20))
        pairs = [(text, weight / whole) for text, weight in zip(texts, weights, strict=True)]
        readings[name] = sorted(pairs, key=lambda pair: -pair[1])
    texts = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True))
    return readings, [parse_rule(text, NAMES) for text in texts]


def all_sets(readings, rules):
    """(texts by field, probability) of every set of values that satisfies the rules."""
    for pairs in product(*readings.values()):
        texts = dict(zip(readings, (text for text, _ in pairs), strict=True))
        if all(rule.holds({name: int(text) for name, text in texts.items()}) for rule in rules):
            yield texts, prod(share for _, share in pairs)


@given(form=forms())
def test_the_values_satisfy_the_rules_that_did_not_fail_and_were_proposed(form):
    readings, rules = form
    solution = solve(readings, rules)
    chosen = {name: solution.shares.get(name, readings[name])[0][0] for name in NAMES}
    for rule in rules:
        if rule not in solution.failed:
            assert rule.holds({name: int(text) for name, text in chosen.items()})
    for name, text in chosen.items():
        assert text in [proposed for proposed, _ in readings[name]]
    for pairs in solution.shares.values():
        assert sum(share for _, share in pairs) <= 1 + 1e-9
    for name, by in solution.changed.items():
        assert chosen[name] != readings[name][0][0]
        assert by in [rule.text for rule in rules]


@given(form=forms())
def test_no_other_values_are_likelier(form):
    readings, rules = form
    solution = solve(readings, rules)
    if solution.failed:
        return
    best = max(probability for _, probability in all_sets(readings, rules))
    chosen = {name: solution.shares.get(name, readings[name])[0][0] for name in NAMES}
    shares = {name: dict(pairs) for name, pairs in readings.items()}
    assert prod(shares[name][text] for name, text in chosen.items()) == pytest.approx(best)


def test_thirty_fields_of_which_nothing_is_sure_do_not_take_long():
    rng = np.random.default_rng(1)
    names = [f"n{n}" for n in range(30)]
    rule = parse_rule("sum(n*) = all", [*names, "all"])
    readings = {name: [(str(n), 0.12) for n in rng.integers(0, 1000, 8).tolist()] for name in (*names, "all")}
    start = monotonic()
    assert solve(readings, [rule]).failed == (rule,)
    assert monotonic() - start < 10


def reading(field, *alternatives, status="accept", reason=""):
    text, share = alternatives[0] if alternatives else ("", 1.0)
    digits = tuple(Digit(digit, 0.9, Box(n, 0, n + 1, 1)) for n, digit in enumerate(text))
    status = "blank" if not alternatives else status
    return Reading(field, 1, Box(0, 0, 9, 9), text, status, share, reason, alternatives, digits)


def test_a_value_that_a_rule_changes_says_so():
    total, men, women = apply_rules(
        [
            reading("total", ("30", 0.97)),
            reading("men", ("12", 0.98)),
            reading("women", ("16", 0.5), ("18", 0.45), status="review", reason="low confidence"),
        ],
        ["total = men + women"],
        0.9,
    )
    assert (women.text, women.raw, women.status) == ("18", "16", "accept")
    assert women.reason == 'changed by rule "total = men + women"'
    assert women.alternatives[0][0] == "18"
    assert "".join(digit.text for digit in women.digits) == "18"
    assert (total.text, total.raw, total.reason, men.raw) == ("30", "", "", "")


def test_a_rule_that_agrees_makes_values_sure():
    readings = [reading("a", ("7", 0.6), status="review", reason="low confidence"), reading("b", ("7", 0.95))]
    first, _ = apply_rules(readings, ["a = b"], 0.9)
    assert (first.status, first.reason, first.text) == ("accept", "", "7")
    assert first.confidence > 0.99


def test_a_comparison_that_agrees_makes_nothing_sure():
    readings = [reading("a", ("7", 0.6), status="review"), reading("b", ("3", 0.95))]
    assert apply_rules(readings, ["a >= b"], 0.9) == tuple(readings)


def test_values_that_are_certain_are_not_changed_for_a_rule():
    total, men, women = apply_rules(
        [reading("total", ("31", 0.999)), reading("men", ("12", 0.999)), reading("women", ("18", 0.999))],
        ["total = men + women"],
        0.9,
    )
    for one in (total, men, women):
        assert one.status == "review"
        assert one.reason == "rule not satisfied: total = men + women"
    assert (total.text, men.text, women.text) == ("31", "12", "18")


def test_a_clear_value_stays_clear_where_another_rule_is_hardly_satisfied():
    readings = [
        reading("total", ("30", 0.999)),
        reading("men", ("12", 0.999)),
        reading("women", ("16", 0.97), ("18", 0.0005)),
        reading("rest", ("5", 0.99)),
        reading("all", ("35", 0.999)),
    ]
    rules = ["total = men + women", "all = total + rest"]
    total, men, women, rest, whole = apply_rules(readings, rules, 0.9)
    assert (women.text, women.raw, women.status) == ("18", "16", "review")
    assert total.status == men.status == "review"
    assert men.reason == "rule hardly satisfied: total = men + women"
    assert rest.status == whole.status == "accept"
    assert women.confidence < 0.5 < min(rest.confidence, whole.confidence)


def test_far_fetched_values_are_for_review():
    readings = [reading("a", ("31", 0.995), ("30", 0.0004)), reading("b", ("30", 0.995))]
    for one in apply_rules(readings, ["a = b"], 0.9):
        assert one.status == "review"
        assert one.reason


def test_a_rule_with_a_blank_is_not_checked_and_says_so():
    men = reading("men", ("12", 0.98))
    blank, unchanged = apply_rules([reading("total"), men], ["total = men"], 0.9)
    assert blank.status == "blank"
    assert "rule not checked: total = men" in blank.reason
    assert unchanged == men


def test_one_rule_that_fails_leaves_the_others():
    readings = [reading("a", ("5", 0.9)), reading("b", ("6", 0.6), ("5", 0.4)), reading("c", ("99", 0.99))]
    a, b, c = apply_rules(readings, ["a = b", "c = a + 1"], 0.9)
    assert b.text == "5"
    assert "c = a + 1" in c.reason
    assert "c = a + 1" in a.reason


def test_no_rules_no_change():
    readings = (reading("a", ("5", 0.9)),)
    assert apply_rules(readings, [], 0.9) == readings


def test_a_rule_of_another_form_is_an_error():
    with pytest.raises(UsageError, match="no field b"):
        apply_rules([reading("a", ("5", 0.9))], ["a = b"], 0.9)


DATES = dict.fromkeys(("start", "end"), dates_written("%d%m%Y"))


def test_of_two_dates_the_later_one_is_not_the_larger_number():
    start = reading("start", ("31012020", 0.99))
    right = reading("end", ("01022020", 0.99))
    assert apply_rules([start, right], ["end >= start"], 0.9, DATES) == (start, right)
    wrong = reading("end", ("30012020", 0.6), ("30072020", 0.35), status="review", reason="low confidence")
    _, end = apply_rules([start, wrong], ["end >= start"], 0.9, DATES)
    assert (end.text, end.raw) == ("30072020", "30012020")
    assert end.reason == 'changed by rule "end >= start"'


def test_what_is_no_date_is_not_compared_and_says_so():
    start = reading("start", ("31012020", 0.99))
    none = reading("end", ("39012020", 0.9), status="review", reason="no reading fits the format")
    first, end = apply_rules([start, none], ["end >= start"], 0.9, DATES)
    assert first == start
    assert (end.status, end.text) == ("review", "39012020")
    assert end.reason == "no reading fits the format; rule not checked: end >= start"
