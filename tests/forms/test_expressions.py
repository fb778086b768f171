"""What can be written as a rule, and what is said of the rest."""

import pytest

from digitocr.errors import UsageError
from digitocr.forms.expressions import parse_rule

FIELDS = ("total", "men", "women", "ward_1", "ward_2", "ward_all", "start", "end")


@pytest.mark.parametrize(
    ("rule", "values", "holds"),
    [
        ("total = men + women", {"total": 5, "men": 2, "women": 3}, True),
        ("total == men + women", {"total": 6, "men": 2, "women": 3}, False),
        ("end >= start", {"end": 4, "start": 4}, True),
        ("start < end <= 10", {"end": 11, "start": 4}, False),
        ("men = women", {"men": 1, "women": 2}, False),
        ("total - 2 * men = -women", {"total": 1, "men": 2, "women": 3}, True),
        ("sum(ward_*) = total", {"ward_1": 1, "ward_2": 2, "ward_all": 3, "total": 6}, True),
        ("sum(ward_*) = ward_all", {"ward_1": 1, "ward_2": 2, "ward_all": 3}, True),
    ],
)
def test_a_rule_means_what_it_says(rule, values, holds):
    parsed = parse_rule(rule, FIELDS)
    assert set(parsed.fields) == set(values)
    assert parsed.holds(values) == holds


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("total = mne + women", "no field mne; did you mean men"),
        ("total = zzzzz", "there are total, men"),
        ("total =", "cannot be understood"),
        ("men + women", "compares nothing"),
        ("total = men / women", "men / women"),
        ("total = 2.5", "2.5"),
        ("total in men", "no comparison"),
        ("1 = 1", "names no field"),
        ("sum(room_*) = total", "named like room_"),
        ("total = max(men, women)", "max"),
        ("__import__('os').getcwd() = total", "cannot be part of a rule"),
    ],
)
def test_what_is_no_rule_is_told(rule, says):
    with pytest.raises(UsageError) as told:
        parse_rule(rule, FIELDS)
    assert says in str(told.value)
    assert rule in str(told.value)
