"""An upper bound of the probability that a line has at least some number of digits.

The search for strings of a format is the slowest part of reading, and most lines of a page are words: where
the bound is low, the search is skipped.
"""

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT


def ctc_log_share(columns: NDArray[np.float32], min_digits: int) -> NDArray[np.float64]:
    """The log-probability that lines have at least `min_digits` digits, by the forward algorithm.

    Args:
        columns: (S, T, 11) log-probabilities of S lines, the CTC blank last.
        min_digits: 1 or more.

    Returns:
        (S,), -inf where it underflows.
    """
    # Probability of the prefixes that end in the blank, and in each digit, by their number of digits.
    in_blank = np.zeros((len(columns), min_digits + 1))
    in_blank[:, 0] = 1.0
    in_digit = np.zeros((*in_blank.shape, NOT_A_DIGIT))
    for column in np.moveaxis(np.exp(columns.astype(np.float64)), 1, 0):
        digits, blank = column[:, np.newaxis, :NOT_A_DIGIT], column[:, NOT_A_DIGIT:]
        either = in_blank + in_digit.sum(axis=2)
        # Between two equal digits there is a blank.
        next_digit = (either[..., np.newaxis] - in_digit) * digits
        in_digit *= digits
        in_digit[:, 1:] += next_digit[:, :-1]
        in_digit[:, -1] += next_digit[:, -1]
        in_blank = either * blank
    probability = in_blank[:, -1] + in_digit[:, -1].sum(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(probability, 0.0)), np.float64)
