"""What rules determine is offered to the person who looks at a field."""

import pytest

from digitocr.formats.formats import make_format
from digitocr.forms.rules.expressions import parse_rule
from digitocr.forms.rules.offer import determined_value, offer_values
from digitocr.records import Box, Reading

NAMES = ["total", "men", "women", "all", "rest"]
SUM = parse_rule("total = men + women", NAMES)


def reading(field, text, status="accept", alternatives=()):
    return Reading(field, 1, Box(0, 0, 9, 9), text, status, 0.95, "", alternatives or ((text, 0.95),))


def offers(readings, rules=(SUM,), formats=None, n_best=5):
    return {
        offered.field: offered.alternatives[-1][0]
        for before, offered in zip(
            readings, offer_values(readings, readings, rules, formats or {}, n_best), strict=True
        )
        if offered != before
    }


@pytest.mark.parametrize(
    ("status", "text", "alternatives"), [("blank", "", ()), ("review", "19", (("19", 0.4), ("15", 0.3)))]
)
def test_a_field_that_was_not_read_surely_is_offered_what_the_rule_determines(status, text, alternatives):
    readings = [reading("total", "30"), reading("men", "12"), reading("women", text, status, alternatives)]
    assert offers(readings) == {"women": "18"}
    offered = offer_values(readings, readings, [SUM], {}, 5)[2]
    assert (offered.text, offered.status, offered.alternatives[-1]) == (text, status, ("18", 0.0))
    assert "18" in offered.reason


def test_what_was_read_surely_or_known_already_is_left():
    assert offers([reading("total", "31"), reading("men", "12"), reading("women", "18")]) == {}
    known = (("19", 0.4), ("18", 0.3))
    readings = [reading("total", "30"), reading("men", "12"), reading("women", "19", "review", known)]
    assert offers(readings) == {}


def test_nothing_is_offered_where_another_field_is_unsure():
    unsure = [reading("total", "30"), reading("men", "12", "review"), reading("women", "", "blank")]
    assert offers(unsure) == {}
    twice = [*unsure[::2], reading("men", "12"), reading("men", "11")]
    assert offers(twice) == {}


@pytest.mark.parametrize("rule", ["all = women + rest", "women > 20", "women = rest"])
def test_nothing_is_offered_that_another_rule_contradicts(rule):
    known = {"total": "30", "men": "12", "all": "40", "rest": "21"}
    assert determined_value("women", known, [SUM], None) == "18"
    assert determined_value("women", known, [SUM, parse_rule(rule, NAMES)], None) == ""


def test_an_offer_has_the_format_of_its_field():
    known = {"total": "30", "men": "12"}
    assert determined_value("women", known, [SUM], make_format({"length": 3})) == "018"
    assert determined_value("women", known, [SUM], make_format({"length": 1})) == ""


def test_an_offer_takes_the_place_of_the_last_alternative():
    many = tuple((str(n), 0.1) for n in range(5))
    readings = [reading("total", "30"), reading("men", "12"), reading("women", "0", "review", many)]
    offered = offer_values(readings, readings, [SUM], {}, 5)[2]
    assert [text for text, _ in offered.alternatives] == ["0", "1", "2", "3", "18"]
