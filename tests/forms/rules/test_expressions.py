"""What can be written as a rule, and what is said of the rest."""

import pytest

from digitocr.errors import UsageError
from digitocr.formats.dates import dates_written
from digitocr.forms.rules.expressions import parse_rule

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


DATES = {
    "start": dates_written("%d.%m.%Y"),
    "end": dates_written("%Y%m%d"),
    "birthday": dates_written("%d%m"),
    "noon": dates_written("%H%M"),
}


@pytest.mark.parametrize(
    ("rule", "texts", "allows"),
    [
        ("end >= start", {"start": "31012020", "end": "20200201"}, True),
        ("end >= start", {"start": "01022020", "end": "20200131"}, False),
        ("end = start", {"start": "01022020", "end": "20200201"}, True),
        ("start >= '2020-02-01'", {"start": "31012021"}, True),
        ("'2020-02-01' > start", {"start": "31012020"}, True),
        ("start != '2020-01-31'", {"start": "31012020"}, False),
        ("start < end", {"start": "99999999", "end": "20200131"}, False),
        ("birthday > birthday", {"birthday": "2902"}, False),
        ("noon >= men + 100", {"noon": "1200", "men": "1100"}, True),
    ],
)
def test_dates_are_compared_by_the_calendar(rule, texts, allows):
    assert parse_rule(rule, (*FIELDS, *DATES), DATES).allows(texts) == allows


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("end - start <= 30", "end is a date, which is no part of a sum"),
        ("men = women + start", "start is a date"),
        ("-start < end", "start is a date"),
        ("men = sum(st*)", "start is a date"),
        ("start >= 2020", "a date is compared with a number"),
        ("men >= start", "a number is compared with a date"),
        ("men >= '2020-01-31'", "a number is compared with a date"),
        ("birthday >= start", "a day without a year is compared with a date"),
        ("start >= '31.01.2020'", "cannot be part of a rule"),
        ("'2020-01-31' + 1 <= start", "no part of a sum"),
    ],
)
def test_dates_are_no_numbers(rule, says):
    with pytest.raises(UsageError) as told:
        parse_rule(rule, (*FIELDS, *DATES), DATES)
    assert says in str(told.value)
    assert rule in str(told.value)
