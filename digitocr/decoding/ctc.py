"""Connectionist temporal classification (CTC): from probabilities of time steps to those of strings.

A. Graves et al., "Connectionist temporal classification" (2006): each time step is a digit or the blank;
equal neighbours merge, and the probability of a string is the sum over all paths that spell it.
"""

from collections.abc import Sequence
from math import exp, inf, log1p

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.formats.formats import Format

IMPOSSIBLE = -1e30  # a log-probability; unlike -inf, sums of it are numbers
TINY = 1e-300  # size of a probability that a float can still be divided by
RESCALED_STEPS = 16  # size of a group of time steps; the best path has more than 1e-300 of it
# Prefix beam search under a format:
PREFIXES_MAX = 24  # prefixes kept at a time step
DIGIT_LOG_MIN = -9.0  # log-probability below which a digit is not tried


def best_string(columns: NDArray[np.float32]) -> str:
    """The string of the best path, from (T, 11) log-probabilities."""
    best = columns.argmax(axis=1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(str(digit) for digit in best[changed & (best != NOT_A_DIGIT)].tolist())


def log_likelihoods(columns: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """The log-probability of each string, by the forward algorithm, all strings at once.

    Args:
        columns: (..., T, 11) log-probabilities, the CTC blank last.
        texts: N strings of digits.

    Returns:
        (..., N).
    """
    states, skips = _states(texts)
    return _forward(np.moveaxis(columns, -2, 0)[..., states], skips, texts)


def log_likelihood_of_each(columns: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """(N,) the log-probability of `texts[n]` by `columns[n]`, which are (N, T, 11)."""
    states, skips = _states(texts)
    return _forward(np.moveaxis(np.take_along_axis(columns, states[:, None], axis=2), 1, 0), skips, texts)


def _states(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(N, S) the states of each text, and (N, S) 1 where the blank before a state may be skipped, else 0."""
    longest = max(map(len, texts))
    # Blanks may stand before, between and after the digits.
    states = np.full((len(texts), 2 * longest + 1), NOT_A_DIGIT)
    for n, text in enumerate(texts):
        states[n, 1 : 2 * len(text) : 2] = [int(digit) for digit in text]
    skips = np.zeros(states.shape)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    return states, skips


def _forward(
    of_states: NDArray[np.float32], skips: NDArray[np.float64], texts: Sequence[str]
) -> NDArray[np.float32]:
    """(..., N) from the log-probabilities (T, ..., N, S) of the states of N texts."""
    # Probabilities, a third of the time of log-probabilities, scaled at each step to the state that is best
    # there, and every few steps to the best path, so that they do not underflow.
    best = of_states.max(axis=-1, keepdims=True)
    probabilities = np.exp((of_states - best).astype(np.float64))
    scale = best[..., 0].sum(axis=0, dtype=np.float64)
    forward = np.zeros((*of_states.shape[1:-1], skips.shape[1] + 2))
    forward[..., 2:4] = probabilities[0, ..., :2]
    for n, step in enumerate(probabilities[1:], 1):
        forward[..., 2:] = (forward[..., 2:] + forward[..., 1:-1] + forward[..., :-2] * skips) * step
        if n % RESCALED_STEPS == 0:
            highest = np.maximum(forward.max(axis=-1, keepdims=True), TINY)
            forward /= highest
            scale += np.log(highest[..., 0])
    ends = 2 + 2 * np.array([len(text) for text in texts])
    rows = np.arange(len(texts))
    whole = forward[..., rows, ends] + forward[..., rows, ends - 1]
    likelihoods = np.where(whole > 0, np.log(np.maximum(whole, TINY)) + scale, IMPOSSIBLE)
    return np.asarray(likelihoods, np.float32)


def strings_within(columns: NDArray[np.float32], allowed: Format, n_best: int) -> list[str]:
    """The most probable strings of a format, by prefix beam search.

    Args:
        columns: (T, 11) log-probabilities, the CTC blank last.
        allowed: the format; prefixes that cannot be completed to it are dropped at once.
        n_best: how many strings to return at most, most probable first.
    """
    # Of each prefix the log-sums of the paths that end in the blank, and in its last digit.
    beam = {"": (0.0, -inf)}
    for column in columns.tolist():
        blank = column[NOT_A_DIGIT]
        digits = [
            (str(digit), score) for digit, score in enumerate(column[:NOT_A_DIGIT]) if score > DIGIT_LOG_MIN
        ]
        extended: dict[str, tuple[float, float]] = {}
        for prefix, ends in beam.items():
            repeated = ends[1] + column[int(prefix[-1])] if prefix else -inf
            extended[prefix] = log_add(*ends) + blank, repeated
        # A new prefix has one parent alone: to stay in the beam it must beat the least probable prefix.
        threshold = (
            min(log_add(*ends) for ends in extended.values()) if len(extended) == PREFIXES_MAX else -inf
        )
        for prefix, (in_blank, in_digit) in beam.items() if digits else ():
            either = log_add(in_blank, in_digit)
            may_follow = allowed.following(prefix)
            for digit, score in digits:
                # Between two equal digits there is a blank.
                total = (in_blank if prefix.endswith(digit) else either) + score
                if digit in may_follow and (total >= threshold or prefix + digit in beam):
                    known = extended.get(prefix + digit, (-inf, -inf))
                    extended[prefix + digit] = known[0], log_add(known[1], total)
        beam = dict(_ranked(extended)[:PREFIXES_MAX]) if digits else extended
    return [text for text, _ in _ranked(beam) if allowed.accepts(text)][:n_best]


def _ranked(extended: dict[str, tuple[float, float]]) -> list[tuple[str, tuple[float, float]]]:
    return sorted(extended.items(), key=lambda item: (-log_add(*item[1]), item[0]))


def log_add(first: float, second: float) -> float:
    """The logarithm of the sum of two probabilities, given as logarithms; NumPy's is for arrays."""
    high, low = (first, second) if first > second else (second, first)
    return high if low == -inf else high + log1p(exp(low - high))
