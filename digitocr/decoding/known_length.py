"""What the line recogniser says of a line of which it is known how many digits it has, as in a form's boxes.

A stroke at the end of a line may be a 1 or a border; in a box whose print was removed it is no border. The
probability of a string given the number of digits is its own over that of all strings with as many.
"""

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT
from digitocr.decoding.ctc import TINY, best_string, log_likelihoods

# Log-probability of the number of digits below which something in the boxes is no digit: of 525 drawn numbers
# that are read rightly none has less than -7.1, of 113 words in capitals and letters nine in ten have.
LENGTH_MIN = -10.0
# (11, 10): a digit follows any symbol but itself.
_FOLLOWS = np.where(np.eye(NOT_A_DIGIT + 1, NOT_A_DIGIT, dtype=np.bool_), -np.inf, 0.0)


def length_log_probability(columns: NDArray[np.float32], digits: int) -> NDArray[np.float64]:
    """The log-probability that a line has so many digits, by the forward algorithm over all strings at once.

    Args:
        columns: (..., T, 11) log-probabilities, the CTC blank last.
        digits: how many.

    Returns:
        (...,).
    """
    steps = np.moveaxis(columns, -2, 0).astype(np.float64)
    best = steps.max(axis=-1, keepdims=True)
    scale = best[..., 0].sum(axis=0)
    # After how many digits (0 to `digits`), and which symbol the last step shows.
    forward = np.zeros((*columns.shape[:-2], digits + 1, NOT_A_DIGIT + 1))
    forward[..., 0, NOT_A_DIGIT] = 1.0
    for step in np.exp(steps - best)[..., None, :]:
        whole = forward.sum(axis=-1, keepdims=True)
        moved = forward.copy()
        # The next digit follows any symbol but itself.
        moved[..., 1:, :NOT_A_DIGIT] += np.maximum(whole[..., :-1, :] - forward[..., :-1, :NOT_A_DIGIT], 0.0)
        moved[..., NOT_A_DIGIT] = whole[..., 0]
        forward = moved * step
        highest = np.maximum(forward.max(axis=(-2, -1), keepdims=True), TINY)
        forward /= highest
        scale = scale + np.log(highest[..., 0, 0])
    return np.asarray(np.log(np.maximum(forward[..., digits, :].sum(axis=-1), TINY)) + scale)


def steps_of_length(columns: NDArray[np.float32], digits: int) -> NDArray[np.int64] | None:
    """(T,) the class of each time step on the best path with so many digits; None if there are too few steps.

    Args:
        columns: (T, 11) log-probabilities, the CTC blank last.
        digits: how many.
    """
    scores = np.full((digits + 1, NOT_A_DIGIT + 1), -np.inf)
    scores[0, NOT_A_DIGIT] = 0.0
    count, symbols = scores.shape
    came_from = np.zeros((len(columns), count, symbols), np.int64)
    states = np.arange(count * symbols).reshape(count, symbols)
    for n, column in enumerate(columns):
        stay, from_state = scores.copy(), states.copy()
        stay[:, NOT_A_DIGIT] = scores.max(axis=1)
        from_state[:, NOT_A_DIGIT] = states[np.arange(count), scores.argmax(axis=1)]
        # (digits, 11 before, 10 after): the next digit follows any symbol but itself.
        onward = scores[:-1, :, None] + _FOLLOWS
        entered = onward.max(axis=1)
        better = entered > stay[1:, :NOT_A_DIGIT]
        stay[1:, :NOT_A_DIGIT] = np.where(better, entered, stay[1:, :NOT_A_DIGIT])
        before = states[:-1, 0, None] + onward.argmax(axis=1)
        from_state[1:, :NOT_A_DIGIT] = np.where(better, before, from_state[1:, :NOT_A_DIGIT])
        scores, came_from[n] = stay + column, from_state
    state = int(states[digits, scores[digits].argmax()])
    if scores[digits].max() == -np.inf:
        return None
    path = np.zeros(len(columns), np.int64)
    for n in range(len(columns) - 1, -1, -1):
        path[n] = state % symbols
        state = int(came_from[n].ravel()[state])
    return path


def best_string_of_length(columns: NDArray[np.float32], digits: int | None) -> str:
    """The string of the best path by (T, 11) log-probabilities, of so many digits unless that is None."""
    best = best_string(columns)
    if digits is None or digits == len(best):
        return best
    steps = steps_of_length(columns, digits)
    return best if steps is None else best_string(np.eye(NOT_A_DIGIT + 1, dtype=np.float32)[steps])


def log_probability_given_length(columns: NDArray[np.float32], text: str, digits: int | None) -> float:
    """The log-probability of a text by (..., T, 11), the mean of all views, given the number of digits.

    Args:
        columns: log-probabilities, the CTC blank last.
        text: digits; of a text with more or fewer of them it is the log-probability without that condition.
        digits: how many digits there are; None if that is not known.
    """
    log_probability = float(log_likelihoods(columns, [text]).mean())
    if digits is None or digits != len(text):
        return log_probability
    return log_probability - float(length_log_probability(columns, digits).mean())
