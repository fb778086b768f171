"""Rules across fields applied to the readings of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

from digitocr.alphabet import with_digits
from digitocr.formats.dates import Dates
from digitocr.forms.rules.expressions import Rule, parse_rule, value_of
from digitocr.forms.rules.satisfaction import Assignment, Candidates, satisfying_assignments
from digitocr.reasons import ReasonCode
from digitocr.records import Digit, Reading

# The probability that the writer added up wrongly. One person in a hundred does; of misread values hardly one
# assignment in ten satisfies a rule by chance.
WRITER_ERROR = 0.001
PROBABLE = 0.5  # a less probable solution is likelier the writer's error
SATISFIABLE = 0.05  # with a less probable solution, the rules count as not satisfied


@dataclass(frozen=True, slots=True)
class Solution:
    """What rules make of the readings of fields.

    Attributes:
        shares: For each field of a satisfied rule its texts with their share, the chosen text first.
        changed: For each field whose text is not its most probable one, the rule that decided.
        improbable: The rules whose solutions are less probable than that the writer added up wrongly.
        failed: The rules that no probable values satisfy.
        unchecked: The rules with a field that is `valueless`.
        valueless: The fields that have no value.
    """

    shares: Mapping[str, Sequence[tuple[str, float]]]
    changed: Mapping[str, str]
    improbable: tuple[Rule, ...]
    failed: tuple[Rule, ...]
    unchecked: tuple[Rule, ...]
    valueless: frozenset[str] = frozenset()


def solve(readings: Candidates, rules: Sequence[Rule]) -> Solution:
    """The most probable values that satisfy the rules together; never a value that no reading proposes.

    The probability of a value is its share among the assignments that satisfy the rules; others keep the
    probability of a writer's error, as in `decoding.answer.confine`.

    Args:
        readings: For each field its (text, probability) pairs, most probable first; none for a blank field.
        rules: The rules, of fields that `readings` has.
    """
    unchecked = tuple(rule for rule in rules if not all(readings.get(name) for name in rule.fields))
    checked = [rule for rule in rules if rule not in unchecked]
    shares: dict[str, list[tuple[str, float]]] = {}
    changed: dict[str, str] = {}
    improbable: list[Rule] = []
    failed: list[Rule] = []
    components = _connected(checked)
    while components:
        component = components.pop()
        assignments = _probable_assignments(readings, component)
        if not assignments:
            conflicting = _conflicting(readings, component)
            failed += conflicting
            components += _connected([rule for rule in component if rule not in conflicting])
            continue
        top = {name: readings[name][0][0] for rule in component for name in rule.fields}
        if not any(rule.exact for rule in component) and assignments[0].texts == top:
            continue  # values in the right order are no more probable for that
        total = _total_probability(readings, component, assignments)
        if sum(assignment.probability for assignment in assignments) < PROBABLE * total:
            improbable += [rule for rule in component if not _is_satisfied(readings, rule)]
        for name, text in top.items():
            shares[name] = _shares_of_texts(name, assignments, total, dict(readings[name]))
            if shares[name][0][0] != text:
                changed[name] = _deciding_rule(name, component, top).text
    valueless = frozenset(name for rule in unchecked for name in rule.fields if not readings.get(name))
    kept = _in_order(improbable, rules), _in_order(failed, rules)
    return Solution(shares, changed, *kept, unchecked, valueless)


def _in_order(some: Sequence[Rule], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule in some)


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
    names = tuple(dict.fromkeys(reading.field for reading in readings))
    dates = dates or {}
    parsed = [_parsed(rule, names, tuple(dates.items())) for rule in rules]
    candidates: dict[str, list[tuple[str, float]]] = {}
    for reading in readings:
        pairs = _comparable_values(reading, dates.get(reading.field))
        candidates[reading.field] = [] if reading.field in candidates else pairs
    solution = solve(candidates, parsed)
    return tuple(_constrained(reading, solution, min_confidence) for reading in readings)


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


def _probable_assignments(readings: Candidates, rules: Sequence[Rule]) -> list[Assignment]:
    assignments = satisfying_assignments(readings, rules)
    inside = sum(assignment.probability for assignment in assignments)
    return assignments if inside >= SATISFIABLE * _total_probability(readings, rules, assignments) else []


def _total_probability(
    readings: Candidates, rules: Sequence[Rule], assignments: Sequence[Assignment]
) -> float:
    """What shares are of: the assignments that satisfy the rules, and the chance that none of them is true.

    A value that no reading proposes hardly ever satisfies an equation, but often a comparison.
    """
    inside = sum(assignment.probability for assignment in assignments)
    names = {name for rule in rules for name in rule.fields}
    named = prod(min(1.0, sum(share for _, share in readings[name])) for name in names)
    other = 0.0 if any(rule.exact for rule in rules) else 1 - named
    return inside + other + WRITER_ERROR * max(0.0, 1 - inside - other)


def _shares_of_texts(
    name: str, assignments: Sequence[Assignment], total: float, alone: Mapping[str, float]
) -> list[tuple[str, float]]:
    """The texts of a field with their shares, that of the most probable assignment first.

    If the writer added up wrongly, a text is as probable as it is `alone`; so a clear value stays clear in a
    rule that other fields violate.
    """
    inside: dict[str, float] = {}
    for assignment in assignments:
        inside[assignment.texts[name]] = inside.get(assignment.texts[name], 0.0) + assignment.probability
    shares = {
        text: (within + WRITER_ERROR * max(0.0, alone[text] - within)) / total
        for text, within in inside.items()
    }
    first, *others = shares
    return [(first, shares[first]), *sorted(((t, shares[t]) for t in others), key=lambda pair: -pair[1])]


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The rules in groups that share fields, directly or through other rules."""
    groups: list[list[Rule]] = []
    for rule in rules:
        linked = [group for group in groups if any(set(rule.fields) & set(other.fields) for other in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([*(other for group in linked for other in group), rule])
    return groups


def _conflicting(readings: Candidates, rules: Sequence[Rule]) -> list[Rule]:
    """Of rules that cannot all be satisfied, those that cannot alone; else those that likely texts break."""
    if len(rules) == 1:
        return list(rules)
    alone = [rule for rule in rules if not _probable_assignments(readings, [rule])]
    return alone or [rule for rule in rules if not _is_satisfied(readings, rule)] or list(rules)


def _is_satisfied(readings: Candidates, rule: Rule) -> bool:
    return rule.allows({name: readings[name][0][0] for name in rule.fields})


def _deciding_rule(name: str, rules: Sequence[Rule], top: Mapping[str, str]) -> Rule:
    """The rule that the most probable text of a field violates; else the first rule of the field."""
    broken = [rule for rule in rules if not rule.allows(top)]
    about = [rule for rule in rules if name in rule.fields]
    return next((rule for rule in about if rule in broken), about[0])
