"""Connectionist temporal classification: what the columns of a line say of whole strings.

A. Graves et al., "Connectionist temporal classification" (2006): each column shows a digit or nothing;
neighbours with the same digit are one, and a string's probability is the sum over all that spell it.
"""

from collections.abc import Sequence
from math import exp, inf, log1p

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.formats.formats import Format

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
    states, passing = _states(texts)
    return _forward(np.moveaxis(columns, -2, 0)[..., states], passing, texts)


def log_likelihood_of_each(columns: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """(N,) the log-probability of a text of its own for each of N lines, columns (N, T, 11)."""
    states, passing = _states(texts)
    return _forward(np.moveaxis(np.take_along_axis(columns, states[:, None], axis=2), 1, 0), passing, texts)


def _states(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(N, S) what is shown in turn, and (N, S) 0 where the blank before it may be passed over."""
    longest = max(map(len, texts))
    # Between the digits of a string, before and after them, there may be columns of nothing.
    states = np.full((len(texts), 2 * longest + 1), NOT_A_DIGIT)
    for n, text in enumerate(texts):
        states[n, 1 : 2 * len(text) : 2] = [int(digit) for digit in text]
    passing = np.full(states.shape, NEVER)
    passing[:, 3::2] = np.where(states[:, 3::2] != states[:, 1:-2:2], 0, NEVER)
    return states, passing


def _forward(
    seen: NDArray[np.float32], passing: NDArray[np.float32], texts: Sequence[str]
) -> NDArray[np.float32]:
    """(..., N) from the log-probabilities (T, ..., N, S) of the states of N texts."""
    reach = np.full((*seen.shape[1:-1], passing.shape[1] + 2), NEVER)
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
        nothing = column[NOT_A_DIGIT]
        likely = [(str(digit), score) for digit, score in enumerate(column[:NOT_A_DIGIT]) if score > FLOOR]
        grown: dict[str, tuple[float, float]] = {}
        for prefix, ends in beam.items():
            again = ends[1] + column[int(prefix[-1])] if prefix else -inf
            grown[prefix] = _log_add(*ends) + nothing, again
        # What is longer than all prefixes so far comes in one way alone: it must be likelier than the last.
        least = min(_log_add(*ends) for ends in grown.values()) if len(grown) == BEAM else -inf
        for prefix, (in_nothing, in_digit) in beam.items() if likely else ():
            either = _log_add(in_nothing, in_digit)
            may_follow = allowed.following(prefix)
            for digit, score in likely:
                # The same digit twice has nothing between.
                grows = (in_nothing if prefix.endswith(digit) else either) + score
                if digit in may_follow and (grows >= least or prefix + digit in beam):
                    known = grown.get(prefix + digit, (-inf, -inf))
                    grown[prefix + digit] = known[0], _log_add(known[1], grows)
        beam = dict(_ranked(grown)[:BEAM]) if likely else grown
    return [text for text, _ in _ranked(beam) if allowed.accepts(text)][:n_best]


def _ranked(grown: dict[str, tuple[float, float]]) -> list[tuple[str, tuple[float, float]]]:
    return sorted(grown.items(), key=lambda item: (-_log_add(*item[1]), item[0]))


def _log_add(one: float, other: float) -> float:
    high, low = (one, other) if one > other else (other, one)
    return high if low == -inf else high + log1p(exp(low - high))
