"""Connectionist temporal classification: what the columns of a line say of whole strings.

A. Graves et al., "Connectionist temporal classification" (2006): each column shows a digit or nothing;
neighbours with the same digit are one, and a string's probability is the sum over all that spell it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitocr.recognition.contract import NOT_A_DIGIT

NEVER = np.float32(-1e30)


def best_string(columns: NDArray[np.float32]) -> str:
    """The string of the best column by column: (T, 11) log-probabilities in, "" where all show nothing."""
    best = columns.argmax(axis=1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(str(digit) for digit in best[changed & (best != NOT_A_DIGIT)].tolist())


def log_likelihoods(columns: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """The log-probability of each string, by the forward algorithm, all strings at once.

    Args:
        columns: (T, 11) log-probabilities, the last of them for nothing.
        texts: strings of digits.
    """
    longest = max(map(len, texts))
    # Between the digits of a string, before and after them, there may be columns of nothing.
    states = np.full((len(texts), 2 * longest + 1), NOT_A_DIGIT)
    for n, text in enumerate(texts):
        states[n, 1 : 2 * len(text) : 2] = [int(digit) for digit in text]
    passing = np.full(states.shape, NEVER)
    passing[:, 3::2] = np.where(states[:, 3::2] != states[:, 1:-2:2], 0, NEVER)
    seen = columns[:, states]
    reach = np.full((len(texts), states.shape[1] + 2), NEVER)
    reach[:, 2:4] = seen[0, :, :2]
    for now in seen[1:]:
        before, skipped = reach[:, 1:-1], reach[:, :-2] + passing
        reach[:, 2:] = np.logaddexp(np.logaddexp(reach[:, 2:], before), skipped) + now
    ends = 2 + 2 * np.array([len(text) for text in texts])
    rows = np.arange(len(texts))
    likelihoods: NDArray[np.float32] = np.logaddexp(reach[rows, ends], reach[rows, ends - 1])
    return likelihoods
