"""The most probable values of a form's fields that satisfy its rules together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from digitocr.forms.rules.expressions import Rule
from digitocr.forms.rules.satisfaction import Assignment, FieldReadings, satisfying_assignments

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


def solve(readings: FieldReadings, rules: Sequence[Rule]) -> Solution:
    """The most probable values that satisfy the rules together; never a value that no reading proposes.

    The probability of a value is its share among the assignments that satisfy the rules; others keep the
    probability of a writer's error, as in `decoding.answer.constrain`.

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


def _probable_assignments(readings: FieldReadings, rules: Sequence[Rule]) -> list[Assignment]:
    assignments = satisfying_assignments(readings, rules)
    inside = sum(assignment.probability for assignment in assignments)
    return assignments if inside >= SATISFIABLE * _total_probability(readings, rules, assignments) else []


def _total_probability(
    readings: FieldReadings, rules: Sequence[Rule], assignments: Sequence[Assignment]
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


def _conflicting(readings: FieldReadings, rules: Sequence[Rule]) -> list[Rule]:
    """Of rules that cannot all be satisfied, those that cannot alone; else those that likely texts break."""
    if len(rules) == 1:
        return list(rules)
    alone = [rule for rule in rules if not _probable_assignments(readings, [rule])]
    return alone or [rule for rule in rules if not _is_satisfied(readings, rule)] or list(rules)


def _is_satisfied(readings: FieldReadings, rule: Rule) -> bool:
    return rule.allows({name: readings[name][0][0] for name in rule.fields})


def _deciding_rule(name: str, rules: Sequence[Rule], top: Mapping[str, str]) -> Rule:
    """The rule that the most probable text of a field violates; else the first rule of the field."""
    broken = [rule for rule in rules if not rule.allows(top)]
    about = [rule for rule in rules if name in rule.fields]
    return next((rule for rule in about if rule in broken), about[0])
