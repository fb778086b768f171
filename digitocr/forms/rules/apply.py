"""Rules across fields applied to the readings of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from digitocr.alphabet import with_digits
from digitocr.formats.dates import Dates
from digitocr.forms.rules.expressions import Rule, parse_rule, value_of
from digitocr.forms.rules.solve import Solution, solve
from digitocr.reasons import ReasonCode
from digitocr.records import Digit, Reading


def apply_rules(
    readings: Sequence[Reading],
    rules: Sequence[str],
    min_confidence: float,
    dates: Mapping[str, Dates] | None = None,
) -> tuple[Reading, ...]:
    """The readings of one form, constrained by its rules.

    A rule that names a field without a value, or a name that several fields have, is not checked. The
    `reason` of a reading says which rule changed it; `raw` is its text before.

    Args:
        readings: One for each field, with many `alternatives`.
        rules: The rules as written.
        min_confidence: As in `ReadOptions`.
        dates: How the fields are written that are dates.

    Raises:
        UsageError: As `parse_rule`.
    """
    if not rules:
        return tuple(readings)
    dates = dates or {}
    parsed = parsed_rules(readings, rules, dates)
    candidates: dict[str, list[tuple[str, float]]] = {}
    for reading in readings:
        pairs = _comparable_values(reading, dates.get(reading.field))
        candidates[reading.field] = [] if reading.field in candidates else pairs
    solution = solve(candidates, parsed)
    return tuple(_constrained(reading, solution, min_confidence) for reading in readings)


def parsed_rules(readings: Sequence[Reading], rules: Sequence[str], dates: Mapping[str, Dates]) -> list[Rule]:
    """The rules of a form of which these are the readings.

    Raises:
        UsageError: As `parse_rule`.
    """
    names = tuple(dict.fromkeys(reading.field for reading in readings))
    return [_parsed(rule, names, tuple(dates.items())) for rule in rules]


@lru_cache(maxsize=256)
def _parsed(rule: str, names: tuple[str, ...], dates: tuple[tuple[str, Dates], ...]) -> Rule:
    return parse_rule(rule, names, dict(dates))


def _comparable_values(reading: Reading, dates: Dates | None) -> list[tuple[str, float]]:
    """The alternatives of a reading that can be compared; none where its text cannot."""
    if not reading.text or value_of(reading.text, dates) is None:
        return []
    return [(text, p) for text, p in reading.alternatives if text and value_of(text, dates) is not None]


def _constrained(reading: Reading, solution: Solution, min_confidence: float) -> Reading:
    name = reading.field
    failed = [rule.text for rule in solution.failed if name in rule.fields]
    unchecked = [rule.text for rule in solution.unchecked if name in rule.fields]
    if not reading.text or (unchecked and name in solution.valueless):
        reasons = [reading.reason, *(f"rule not checked: {rule}" for rule in unchecked)]
        return replace(reading, reason="; ".join(filter(None, reasons)))
    if name in solution.shares:
        reading = _chosen(reading, solution.shares[name], solution.changed.get(name), min_confidence)
    if failed:
        reason = "; ".join(f"rule not satisfied: {rule}" for rule in failed)
        return replace(reading, status="review", reason=reason, reason_code="rule_violated")
    improbable = [rule.text for rule in solution.improbable if name in rule.fields]
    if improbable and reading.status == "accept":
        reason = f"rule hardly satisfied: {'; '.join(improbable)}"
        return replace(reading, status="review", reason=reason, reason_code="rule_violated")
    return reading


def _chosen(
    reading: Reading, shares: Sequence[tuple[str, float]], deciding_rule: str | None, min_confidence: float
) -> Reading:
    """A reading with the text that the rules chose, and its alternatives with their new shares."""
    text, share = shares[0]
    sure = share >= min_confidence
    # What was for review for another reason than that it was unsure stays so.
    doubted = reading.status == "review" and reading.confidence >= min_confidence
    reason: str = ""
    code: ReasonCode = ""
    if deciding_rule is not None:
        reason, code = f'changed by rule "{deciding_rule}"', "rule_changed"
    elif doubted or (not sure and reading.reason):
        reason, code = reading.reason, reading.reason_code
    elif not sure:
        reason, code = "low confidence", "low_confidence"
    return replace(
        reading,
        text=text,
        status="accept" if sure and (deciding_rule or not reason) else "review",
        confidence=share,
        reason=reason,
        alternatives=tuple(shares),
        digits=_digits(reading, text, share),
        raw=reading.raw if deciding_rule is None else reading.raw or reading.text,
        written=with_digits(reading.written, text),
        reason_code=code,
    )


def _digits(reading: Reading, text: str, share: float) -> tuple[Digit, ...]:
    """The digits of a text at the places of those of a reading; none where their numbers differ."""
    if text == reading.text:
        return reading.digits
    if len(text) != len(reading.digits):
        return ()
    return tuple(
        digit if digit.text == now else Digit(now, share, digit.box)
        for digit, now in zip(reading.digits, text, strict=True)
    )
