"""Connectionist temporal classification: what the columns of a line say of whole strings.

A. Graves et al., "Connectionist temporal classification" (2006): each column shows a digit or nothing;
neighbours with the same digit are one, and a string's probability is the sum over all that spell it.
"""

from collections.abc import Sequence
from itertools import islice
from math import exp, inf, log1p

import numpy as np
from numpy.typing import NDArray

from digitocr.recognition.contract import NOT_A_DIGIT
from digitocr.recognition.formats import Format

NEVER = np.float32(-1e30)
BEAM = 24  # strings kept at a column, where a format says which may be,
FLOOR = -9.0  # and the least log-probability of a digit to be tried there


def best_string(columns: NDArray[np.float32]) -> str:
    """The string of the best column by column: (T, 11) log-probabilities in, "" where all show nothing."""
    best = columns.argmax(axis=1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(str(digit) for digit in best[changed & (best != NOT_A_DIGIT)].tolist())


def log_likelihoods(columns: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """The log-probability of each string, by the forward algorithm, all strings at once.

    Args:
        columns: (..., T, 11) log-probabilities, the last of them for nothing.
        texts: N strings of digits.

    Returns:
        (..., N).
    """
    longest = max(map(len, texts))
    # Between the digits of a string, before and after them, there may be columns of nothing.
    states = np.full((len(texts), 2 * longest + 1), NOT_A_DIGIT)
    for n, text in enumerate(texts):
        states[n, 1 : 2 * len(text) : 2] = [int(digit) for digit in text]
    passing = np.full(states.shape, NEVER)
    passing[:, 3::2] = np.where(states[:, 3::2] != states[:, 1:-2:2], 0, NEVER)
    seen = np.moveaxis(columns, -2, 0)[..., states]
    reach = np.full((*seen.shape[1:-1], states.shape[1] + 2), NEVER)
    reach[..., 2:4] = seen[0, ..., :2]
    for now in seen[1:]:
        before, skipped = reach[..., 1:-1], reach[..., :-2] + passing
        reach[..., 2:] = np.logaddexp(np.logaddexp(reach[..., 2:], before), skipped) + now
    ends = 2 + 2 * np.array([len(text) for text in texts])
    rows = np.arange(len(texts))
    likelihoods: NDArray[np.float32] = np.logaddexp(reach[..., rows, ends], reach[..., rows, ends - 1])
    return likelihoods


def strings_within(columns: NDArray[np.float32], allowed: Format, n_best: int) -> list[str]:
    """The strings of a format that columns say are likeliest, by prefix beam search.

    Args:
        columns: (T, 11) log-probabilities, the last of them for nothing.
        allowed: what a string may be; prefixes that cannot become one are dropped at once.
        n_best: the most strings to return, likeliest first.
    """
    # Of each prefix the log-sums of the spellings that end in nothing, and in its last digit.
    beam = {"": (0.0, -inf)}
    for column in columns.tolist():
        likely = [(str(digit), score) for digit, score in enumerate(column[:NOT_A_DIGIT]) if score > FLOOR]
        grown: dict[str, tuple[float, float]] = {}
        for prefix, (in_nothing, in_digit) in beam.items():
            either = _log_add(in_nothing, in_digit)
            again = in_digit + column[int(prefix[-1])] if prefix else -inf
            _add(grown, prefix, either + column[NOT_A_DIGIT], again)
            for digit, score in likely:
                # The same digit twice has nothing between.
                before = in_nothing if prefix.endswith(digit) else either
                if before > -inf:
                    _add(grown, prefix + digit, -inf, before + score)
        ranked = sorted(grown.items(), key=lambda item: (-_log_add(*item[1]), item[0]))
        beam = dict(islice((item for item in ranked if allowed.viable(item[0])), BEAM))
    return [text for text in beam if allowed.accepts(text)][:n_best]


def _add(grown: dict[str, tuple[float, float]], text: str, in_nothing: float, in_digit: float) -> None:
    known = grown.get(text, (-inf, -inf))
    grown[text] = _log_add(known[0], in_nothing), _log_add(known[1], in_digit)


def _log_add(one: float, other: float) -> float:
    high, low = (one, other) if one > other else (other, one)
    return high if low == -inf else high + log1p(exp(low - high))
