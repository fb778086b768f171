"""What every source of drawn or collected writing gives: one character as ink, and the hand that makes it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One character as ink.

    `ink` is (h, w) uint8, 255 where the pen was and 0 on paper, cut tight. `size` is the height in
    pixels of a full digit of the same hand, so that a comma knows how small it is. `base` is the row,
    counted from the top of `ink`, of the writing line (>= h for a raised mark, < h for a tail below).
    """

    text: str
    ink: NDArray[np.uint8]
    size: float
    base: float


class Hand(Protocol):
    """One writer (or one font): whatever it draws shares slant, width, pressure and style."""

    def draw(self, text: str) -> Glyph:
        """Draw one character, a little differently each time. Raises KeyError for one it has not learned."""
        ...
