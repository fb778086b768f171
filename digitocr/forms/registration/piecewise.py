"""Long windows searched in parts, for paper stretches and bends over a row of many boxes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.registration.refinement import Floats, Found, Matrix, Window, middles_of

PART_PX = 100  # about so long are the parts
STIFF_PX = 60  # paper is taken for straight where parts so far from the middle say nothing clear


def in_parts(windows: Sequence[Window]) -> tuple[tuple[Window, ...], NDArray[np.int_]]:
    """The parts of windows from the left, and (P,) of which window each is."""
    parts: list[Window] = []
    owner: list[int] = []
    for n, (left, top, right, bottom) in enumerate(windows):
        edges = np.linspace(left, right, max(1, round((right - left) / PART_PX)) + 1)
        for start, end in pairwise(edges.tolist()):
            parts.append((start, top, end, bottom))
            owner.append(n)
    return tuple(parts), np.array(owner, np.int_)


def aside(parts: Sequence[Window], found: Found) -> Matrix:
    """(3, 3) what takes a window to where its parts were found: moved, stretched and turned a little."""
    x = middles_of(parts)[:, 0]
    trust = np.nan_to_num(np.maximum(found.seen, 0) ** 2) + 1e-6
    trust = trust / trust.sum()
    middle = float(trust @ x)
    moved: Floats = trust @ found.moved
    off = x - middle
    slope: Floats = (trust * off) @ (found.moved - moved) / (trust @ off**2 + STIFF_PX**2 / len(parts) ** 2)
    (dx, dy), (stretch, turn) = moved - slope * middle, slope
    return np.array([[1 + stretch, 0, dx], [turn, 1, dy], [0, 0, 1]])
