"""Constraint satisfaction: the values of several fields that satisfy rules together, most probable first.

An exact best-first search over partial assignments in the manner of A* (P. Hart et al., 1968): the bound of a
partial assignment is the probability of its values times the best of all other fields, so the first complete
assignment is the most probable one.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import exp, log

from digitocr.forms.rules.expressions import Rule, value_of

STEPS_MAX = 20_000  # partial assignments that are expanded, within half a second
ASSIGNMENTS_MAX = 2_000
LOG_RATIO_MAX = 9.0  # an assignment less probable than the best by more changes no share
READING_PROBABILITY_MIN = 1e-6  # a probability of 0 was rounded

FieldReadings = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A text for each field, and the product of their probabilities."""

    texts: Mapping[str, str]
    probability: float


def satisfying_assignments(candidates: FieldReadings, rules: Sequence[Rule]) -> list[Assignment]:
    """The assignments that satisfy all rules, most probable first.

    Args:
        candidates: For each field of the rules its (text, probability) pairs; texts are digits, and of dates
            they are valid dates.
        rules: The rules.

    Returns:
        The best assignments, without those too improbable to matter; none where no assignment satisfies the
        rules, or none was found within `STEPS_MAX` steps.
    """
    assignments: list[Assignment] = []
    for assignment in _assignments(candidates, rules):
        unlikely = assignments and assignment.probability < assignments[0].probability * exp(-LOG_RATIO_MAX)
        if unlikely or len(assignments) == ASSIGNMENTS_MAX:
            break
        assignments.append(assignment)
    return assignments


def _assignments(candidates: FieldReadings, rules: Sequence[Rule]) -> Iterator[Assignment]:
    order = _order(candidates, rules)
    dates = {name: format_ for rule in rules for name, format_ in rule.dates.items()}
    ranked = {
        name: sorted(
            ((log(max(p, READING_PROBABILITY_MIN)), text) for text, p in candidates[name]),
            key=lambda pair: -pair[0],
        )
        for name in order
    }
    numbers = {
        name: {text: value_of(text, dates.get(name)) or 0 for _, text in ranked[name]} for name in order
    }
    if not all(ranked.values()):
        return
    # Each rule is checked as soon as the last of its fields has a value.
    rules_after: list[list[Rule]] = [[] for _ in order]
    for rule in rules:
        rules_after[max(order.index(name) for name in rule.fields)].append(rule)
    best_of_rest = [0.0]
    for name in reversed(order):
        best_of_rest.append(best_of_rest[-1] + ranked[name][0][0])
    best_of_rest.reverse()
    tie_breaker = count()
    queue: list[tuple[float, int, float, tuple[str, ...]]] = [(-best_of_rest[0], next(tie_breaker), 0.0, ())]
    for _ in range(STEPS_MAX):
        if not queue:
            return
        _, _, score, texts = heapq.heappop(queue)
        depth = len(texts)
        if depth == len(order):
            yield Assignment(dict(zip(order, texts, strict=True)), exp(score))
            continue
        values = {name: numbers[name][text] for name, text in zip(order, texts, strict=False)}
        numbers_here = numbers[order[depth]]
        for more, text in ranked[order[depth]]:
            values[order[depth]] = numbers_here[text]
            if all(rule.holds(values) for rule in rules_after[depth]):
                bound = score + more + best_of_rest[depth + 1]
                heapq.heappush(queue, (-bound, next(tie_breaker), score + more, (*texts, text)))


def _order(candidates: FieldReadings, rules: Sequence[Rule]) -> list[str]:
    """The fields in the order in which they get values: rule by rule, and the surest field first."""
    order: dict[str, None] = {}
    for rule in sorted(rules, key=lambda rule: len(rule.fields)):
        order.update(
            dict.fromkeys(sorted(rule.fields, key=lambda name: -_highest_probability(candidates[name])))
        )
    return list(order)


def _highest_probability(pairs: Sequence[tuple[str, float]]) -> float:
    return max((probability for _, probability in pairs), default=0.0)
