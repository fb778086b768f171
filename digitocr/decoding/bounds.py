"""How probable it is at most that a row says so many digits: what is far from it need not be searched.

To search a row for the strings of a format takes longer than all else, and most rows of a page are words.
"""

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT


def ctc_log_share(columns: NDArray[np.float32], least: int) -> NDArray[np.float64]:
    """The log-probability that columns show at least `least` digits, by the forward algorithm.

    Args:
        columns: (S, T, 11) log-probabilities, the last of them for nothing.
        least: a number of digits, 1 or more.

    Returns:
        (S,), -inf where it is too small for a number.
    """
    # Of S sights, by the digits shown up to `least`: what ends in nothing, and in each digit.
    in_nothing = np.zeros((len(columns), least + 1))
    in_nothing[:, 0] = 1.0
    in_digit = np.zeros((*in_nothing.shape, NOT_A_DIGIT))
    for now in np.moveaxis(np.exp(columns.astype(np.float64)), 1, 0):
        digits, nothing = now[:, np.newaxis, :NOT_A_DIGIT], now[:, NOT_A_DIGIT:]
        either = in_nothing + in_digit.sum(axis=2)
        # The same digit twice has nothing between.
        another = (either[..., np.newaxis] - in_digit) * digits
        in_digit *= digits
        in_digit[:, 1:] += another[:, :-1]
        in_digit[:, -1] += another[:, -1]
        in_nothing = either * nothing
    shown = in_nothing[:, -1] + in_digit[:, -1].sum(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(shown, 0.0)), np.float64)
