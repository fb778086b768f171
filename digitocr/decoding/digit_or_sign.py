"""Characters that may be a digit or a sign, such as 1 and /: by the posteriors of the line recogniser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, BLANK, CURRENCY, DIGITS, SIGNS
from digitocr.decoding.alignment import TimedSymbol

RIVAL_MIN = 0.02  # probability; what is less probable is no rival
# As likely a rival makes a reading doubtful, whatever the classifier says: none of 690 numbers without signs,
# half A of cheques, logbook cells and photographs, is.
LIKELY_RIVAL_MIN = 0.2
_WRITTEN_SIGNS = [ALPHABET.index(sign) for sign in (*SIGNS.strip(), CURRENCY)]


@dataclass(frozen=True, slots=True)
class Rival:
    """A digit of a line that may be a sign, or a sign that may be a digit.

    Attributes:
        symbol: the symbol of the best path.
        text: the digits of the line, were it the other.
        probability: that of the other, in the time step that shows it best.
    """

    symbol: TimedSymbol
    text: str
    probability: float


def rivals(path: Sequence[TimedSymbol], steps: NDArray[np.float32]) -> Iterator[Rival]:
    """The digits and signs of a line that may be the other.

    Args:
        path: the symbols on the best path.
        steps: (T, A) log-probabilities of the symbols; with digits and the blank alone there are no rivals.
    """
    if steps.shape[1] < len(ALPHABET):
        return
    for position, symbol in enumerate(path):
        is_digit = symbol.symbol in DIGITS
        if not is_digit and ALPHABET.index(symbol.symbol) not in _WRITTEN_SIGNS:
            continue
        others = steps[symbol.first : symbol.last, _WRITTEN_SIGNS if is_digit else slice(BLANK)].max(axis=0)
        probability = exp(float(others.max()))
        if probability >= RIVAL_MIN:
            instead = "" if is_digit else DIGITS[int(others.argmax())]
            shown = [*(s.symbol for s in path[:position]), instead, *(s.symbol for s in path[position + 1 :])]
            text = "".join(symbol for symbol in shown if symbol in DIGITS)
            yield Rival(symbol, text, probability)
