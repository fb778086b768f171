"""Which values of several fields together satisfy rules: an exact search, likeliest sets first.

Best-first over partial sets in the manner of A* (P. Hart et al., 1968): a set is as good as what is chosen
so far and the best of what is not, so that the first whole set that comes up is the likeliest of all.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import exp, log

from digitocr.forms.rules.expressions import Rule, value_of

STEPS_MAX = 20_000  # partial sets looked at, for half a second at most: of 30 fields some are sure
SETS_MAX = 2_000
FAR_WORSE = 9.0  # in log-probability: sets so much worse than the best change no share
LEAST = 1e-6  # a probability of 0 is a rounded one

Candidates = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class JointSet:
    """A text for each field, and the product of their probabilities."""

    texts: Mapping[str, str]
    probability: float


def satisfying(candidates: Candidates, rules: Sequence[Rule]) -> list[JointSet]:
    """The sets of values that satisfy all rules, likeliest first, without those that hardly count.

    Args:
        candidates: for each field of the rules, (text, probability) pairs of digits; of dates that are some.
        rules: what is to hold.

    Returns:
        The best of all and those near it; nothing where no set satisfies the rules, or none is among the
        likeliest `STEPS_MAX`.
    """
    found: list[JointSet] = []
    for one in _sets(candidates, rules):
        if len(found) == SETS_MAX or (found and one.probability < found[0].probability * exp(-FAR_WORSE)):
            break
        found.append(one)
    return found


def _sets(candidates: Candidates, rules: Sequence[Rule]) -> Iterator[JointSet]:
    order = _order(candidates, rules)
    dates = {name: one for rule in rules for name, one in rule.dates.items()}
    ranked = {
        name: sorted(((log(max(p, LEAST)), text) for text, p in candidates[name]), key=lambda one: -one[0])
        for name in order
    }
    numbers = {
        name: {text: value_of(text, dates.get(name)) or 0 for _, text in ranked[name]} for name in order
    }
    if not all(ranked.values()):
        return
    # Each rule is checked as soon as the last of its fields has a value.
    due: list[list[Rule]] = [[] for _ in order]
    for rule in rules:
        due[max(order.index(name) for name in rule.fields)].append(rule)
    best_left = [0.0]
    for name in reversed(order):
        best_left.append(best_left[-1] + ranked[name][0][0])
    best_left.reverse()
    tie = count()
    queue: list[tuple[float, int, float, tuple[str, ...]]] = [(-best_left[0], next(tie), 0.0, ())]
    for _ in range(STEPS_MAX):
        if not queue:
            return
        _, _, score, texts = heapq.heappop(queue)
        place = len(texts)
        if place == len(order):
            yield JointSet(dict(zip(order, texts, strict=True)), exp(score))
            continue
        values = {name: numbers[name][text] for name, text in zip(order, texts, strict=False)}
        here = numbers[order[place]]
        for more, text in ranked[order[place]]:
            values[order[place]] = here[text]
            if all(rule.holds(values) for rule in due[place]):
                bound = score + more + best_left[place + 1]
                heapq.heappush(queue, (-bound, next(tie), score + more, (*texts, text)))


def _order(candidates: Candidates, rules: Sequence[Rule]) -> list[str]:
    """The fields, rule by rule so that rules are checked early; the surest first, so that few sets branch."""
    order: dict[str, None] = {}
    for rule in sorted(rules, key=lambda rule: len(rule.fields)):
        order.update(dict.fromkeys(sorted(rule.fields, key=lambda name: -_surest(candidates[name]))))
    return list(order)


def _surest(pairs: Sequence[tuple[str, float]]) -> float:
    return max((probability for _, probability in pairs), default=0.0)
