"""Rules applied: the values of a form's fields that satisfy them together, and what that changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

from digitocr.alphabet import with_digits
from digitocr.formats.dates import Dates
from digitocr.forms.rules.expressions import Rule, parse_rule, value_of
from digitocr.forms.rules.satisfaction import Candidates, JointSet, satisfying
from digitocr.reasons import ReasonCode
from digitocr.records import Digit, Reading

# How often people add up wrongly, as odds: one in a hundred does, and of values that were misread hardly one
# in ten sets satisfies a rule by chance.
EXCEPTIONS = 0.001
EVEN = 0.5  # where they are less probable than this, it is likelier that the writer added up wrongly
LEAST = 0.05  # where values that satisfy the rules are less probable than this, the rules are not satisfied


@dataclass(frozen=True, slots=True)
class Solution:
    """What rules make of the readings of fields.

    `shares` has for each field of a satisfied rule its texts with their probability under the rules, the
    chosen one first; `changed` for each field whose text is another than its likeliest the rule that did it.
    `strained` are rules that only values satisfy which are less probable than that the writer added up
    wrongly, `failed` those that no likely values satisfy, `unchecked` those with a field that is `valueless`.
    """

    shares: Mapping[str, Sequence[tuple[str, float]]]
    changed: Mapping[str, str]
    strained: tuple[Rule, ...]
    failed: tuple[Rule, ...]
    unchecked: tuple[Rule, ...]
    valueless: frozenset[str] = frozenset()


def solve(readings: Candidates, rules: Sequence[Rule]) -> Solution:
    """The jointly most probable values that satisfy the rules; never one that no reading proposes.

    A probability under the rules is the share of sets of values that satisfy them, of which it is known
    beforehand that they are far likelier than others, as in `recognition.answer.confine`.

    Args:
        readings: for each field (text, probability) pairs, likeliest first; none for a blank one.
        rules: the rules, of fields that `readings` has.
    """
    unchecked = tuple(rule for rule in rules if not all(readings.get(name) for name in rule.fields))
    checked = [rule for rule in rules if rule not in unchecked]
    shares: dict[str, list[tuple[str, float]]] = {}
    changed: dict[str, str] = {}
    strained: list[Rule] = []
    failed: list[Rule] = []
    open_sets = _connected(checked)
    while open_sets:
        linked = open_sets.pop()
        sets = _believable(readings, linked)
        if not sets:
            wrong = _to_blame(readings, linked)
            failed += wrong
            open_sets += _connected([rule for rule in linked if rule not in wrong])
            continue
        top = {name: readings[name][0][0] for rule in linked for name in rule.fields}
        if not any(rule.exact for rule in linked) and sets[0].texts == top:
            continue  # values in the right order are no more probable for that
        whole = _whole(readings, linked, sets)
        if sum(one.probability for one in sets) < EVEN * whole:
            strained += [rule for rule in linked if not _holds(readings, rule)]
        for name, text in top.items():
            shares[name] = _shares(name, sets, whole, dict(readings[name]))
            if shares[name][0][0] != text:
                changed[name] = _changer(name, linked, top).text
    valueless = frozenset(name for rule in unchecked for name in rule.fields if not readings.get(name))
    held = _in_order(strained, rules), _in_order(failed, rules)
    return Solution(shares, changed, *held, unchecked, valueless)


def _in_order(some: Sequence[Rule], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule in some)


def apply_rules(
    readings: Sequence[Reading],
    rules: Sequence[str],
    min_confidence: float,
    dates: Mapping[str, Dates] | None = None,
) -> tuple[Reading, ...]:
    """The readings of one form, held to its rules.

    Fields are told apart by name; a rule that names one that has no value, or several, is not checked. What
    a rule changed says so in `reason` and has in `raw` what it was.

    Args:
        readings: one for each field, with deep `alternatives`.
        rules: as they are written.
        min_confidence: as in `ReadOptions`.
        dates: how the fields are written that are dates.

    Raises:
        UsageError: as `parse_rule`.
    """
    if not rules:
        return tuple(readings)
    names = tuple(dict.fromkeys(reading.field for reading in readings))
    dates = dates or {}
    parsed = [_parsed(rule, names, tuple(dates.items())) for rule in rules]
    candidates: dict[str, list[tuple[str, float]]] = {}
    for reading in readings:
        pairs = _values(reading, dates.get(reading.field))
        candidates[reading.field] = [] if reading.field in candidates else pairs
    solution = solve(candidates, parsed)
    return tuple(_held(reading, solution, min_confidence) for reading in readings)


@lru_cache(maxsize=256)
def _parsed(rule: str, names: tuple[str, ...], dates: tuple[tuple[str, Dates], ...]) -> Rule:
    return parse_rule(rule, names, dict(dates))


def _values(reading: Reading, dates: Dates | None) -> list[tuple[str, float]]:
    """The alternatives of a reading that can be compared; none where what was read cannot."""
    if not reading.text or value_of(reading.text, dates) is None:
        return []
    return [(text, p) for text, p in reading.alternatives if text and value_of(text, dates) is not None]


def _held(reading: Reading, solution: Solution, min_confidence: float) -> Reading:
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
    strained = [rule.text for rule in solution.strained if name in rule.fields]
    if strained and reading.status == "accept":
        reason = f"rule hardly satisfied: {'; '.join(strained)}"
        return replace(reading, status="review", reason=reason, reason_code="rule_violated")
    return reading


def _chosen(
    reading: Reading, shares: Sequence[tuple[str, float]], changer: str | None, min_confidence: float
) -> Reading:
    """A reading with the text that the rules chose and what they leave of its alternatives."""
    text, share = shares[0]
    sure = share >= min_confidence
    # What was for review for another reason than that it was unsure stays so.
    doubted = reading.status == "review" and reading.confidence >= min_confidence
    reason: str = ""
    code: ReasonCode = ""
    if changer is not None:
        reason, code = f'changed by rule "{changer}"', "rule_changed"
    elif doubted or (not sure and reading.reason):
        reason, code = reading.reason, reading.reason_code
    elif not sure:
        reason, code = "low confidence", "low_confidence"
    return replace(
        reading,
        text=text,
        status="accept" if sure and (changer or not reason) else "review",
        confidence=share,
        reason=reason,
        alternatives=tuple(shares),
        digits=_digits(reading, text, share),
        raw=reading.raw if changer is None else reading.raw or reading.text,
        written=with_digits(reading.written, text),
        reason_code=code,
    )


def _digits(reading: Reading, text: str, share: float) -> tuple[Digit, ...]:
    """The digits of a text in the places of those of a reading; none where there are more or fewer."""
    if text == reading.text:
        return reading.digits
    if len(text) != len(reading.digits):
        return ()
    return tuple(
        digit if digit.text == now else Digit(now, share, digit.box)
        for digit, now in zip(reading.digits, text, strict=True)
    )


def _believable(readings: Candidates, rules: Sequence[Rule]) -> list[JointSet]:
    sets = satisfying(readings, rules)
    inside = sum(one.probability for one in sets)
    return sets if inside >= LEAST * _whole(readings, rules, sets) else []


def _whole(readings: Candidates, rules: Sequence[Rule], sets: Sequence[JointSet]) -> float:
    """What shares are of: the sets that satisfy the rules, and the chance that the truth is none of them.

    A value that no reading proposes satisfies an equation hardly ever, but a comparison as often as not.
    """
    inside = sum(one.probability for one in sets)
    names = {name for rule in rules for name in rule.fields}
    named = prod(min(1.0, sum(share for _, share in readings[name])) for name in names)
    other = 0.0 if any(rule.exact for rule in rules) else 1 - named
    return inside + other + EXCEPTIONS * max(0.0, 1 - inside - other)


def _shares(
    name: str, sets: Sequence[JointSet], whole: float, alone: Mapping[str, float]
) -> list[tuple[str, float]]:
    """The texts of a field with their shares, that of the likeliest set first.

    Where the writer added up wrongly, a text is as probable as it is `alone`: a clear value stays clear in a
    rule that others break.
    """
    inside: dict[str, float] = {}
    for one in sets:
        inside[one.texts[name]] = inside.get(one.texts[name], 0.0) + one.probability
    shares = {
        text: (within + EXCEPTIONS * max(0.0, alone[text] - within)) / whole
        for text, within in inside.items()
    }
    first, *others = shares
    return [(first, shares[first]), *sorted(((t, shares[t]) for t in others), key=lambda pair: -pair[1])]


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The rules, those together that share fields, by way of others too."""
    groups: list[list[Rule]] = []
    for rule in rules:
        linked = [group for group in groups if any(set(rule.fields) & set(one.fields) for one in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([*(one for group in linked for one in group), rule])
    return groups


def _to_blame(readings: Candidates, rules: Sequence[Rule]) -> list[Rule]:
    """Of rules that cannot all be satisfied those that cannot alone, else those that the likeliest fail."""
    if len(rules) == 1:
        return list(rules)
    alone = [rule for rule in rules if not _believable(readings, [rule])]
    return alone or [rule for rule in rules if not _holds(readings, rule)] or list(rules)


def _holds(readings: Candidates, rule: Rule) -> bool:
    return rule.allows({name: readings[name][0][0] for name in rule.fields})


def _changer(name: str, rules: Sequence[Rule], top: Mapping[str, str]) -> Rule:
    """The rule that did not allow the likeliest text of a field; one of its own where that is not plain."""
    broken = [rule for rule in rules if not rule.allows(top)]
    about = [rule for rule in rules if name in rule.fields]
    return next((rule for rule in about if rule in broken), about[0])
