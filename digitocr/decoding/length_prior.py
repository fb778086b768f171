"""A prior for the number of digits: most people write one digit in each box of a form."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

from digitocr.decoding.beam_search import Hypothesis

DIGIT_COST = 5.0  # log-probability lost per digit more or less than there are filled boxes


def with_length_prior(hypotheses: Sequence[Hypothesis], digits: int | None) -> list[Hypothesis]:
    """The strings of a line reweighted by the number of digits expected, most probable first.

    Args:
        hypotheses: the strings with their probabilities.
        digits: the number of filled boxes; None for no boxes, which changes nothing.
    """
    if digits is None or not hypotheses:
        return list(hypotheses)
    weights = [
        string.probability * exp(-DIGIT_COST * abs(len(string.text) - digits)) for string in hypotheses
    ]
    # The probability of strings that are not listed stays the same.
    listed = sum(string.probability for string in hypotheses)
    total = sum(weights)
    if total <= 0:
        return list(hypotheses)
    reweighted = [
        replace(string, probability=listed * weight / total)
        for string, weight in zip(hypotheses, weights, strict=True)
    ]
    return sorted(reweighted, key=lambda string: (-string.probability, string.text))
