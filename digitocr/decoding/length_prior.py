"""What the boxes of a form tell: so many of them are written in, so many digits there should be."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

from digitocr.decoding.beam_search import Hypothesis

DIGIT_COST = 5.0  # of log-probability, for each digit more or less than there are boxes written in


def with_length_prior(hypotheses: Sequence[Hypothesis], digits: int | None) -> list[Hypothesis]:
    """The strings of a row weighed anew, most probable first: people write one digit in a box, most of them.

    Args:
        hypotheses: the strings and their shares of the probability.
        digits: how many boxes are written in; None where there are none, and nothing changes.
    """
    if digits is None or not hypotheses:
        return list(hypotheses)
    weights = [one.probability * exp(-DIGIT_COST * abs(len(one.text) - digits)) for one in hypotheses]
    # What the strings have left to others stays theirs.
    known = sum(one.probability for one in hypotheses)
    whole = sum(weights)
    if whole <= 0:
        return list(hypotheses)
    shared = [
        replace(one, probability=known * weight / whole)
        for one, weight in zip(hypotheses, weights, strict=True)
    ]
    return sorted(shared, key=lambda one: (-one.probability, one.text))
