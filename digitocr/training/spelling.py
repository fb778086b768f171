"""What the lattice of a drawn number says of the right string, and which scores would have it say more.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition" (1998),
section VI: the paths that spell the right string against all paths, by the forward-backward algorithm.
"""

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import NOT_A_DIGIT

DoubleFloats = NDArray[np.float64]
Nodes = NDArray[np.int32]


def share_and_gradient(
    first: Nodes, last: Nodes, scores: DoubleFloats, digits: str
) -> tuple[float, DoubleFloats] | None:
    """How much of the lattice spells `digits`, and how that changes with the scores.

    Args:
        first: (N,) the node that edge n leaves, in rising order; node 0 is the row's start.
        last: (N,) the node that it reaches, after `first`.
        scores: (N, 11) of each edge, for the ten digits and for a mark, which spells nothing.
        digits: the right string.

    Returns:
        The log of the share, and its gradient (N, 11) by the scores; None where no path spells `digits`.
    """
    edges = list(zip(range(len(first)), first.tolist(), last.tolist(), strict=True))
    nodes, length = int(last.max()) + 1, len(digits)
    spelled = np.array([int(digit) for digit in digits], np.intp)
    wanted, marks = scores[:, spelled], scores[:, NOT_A_DIGIT]
    either = np.logaddexp.reduce(scores, axis=1)
    # Of the right string: by node and by the digits spelled before it, or from there on.
    before, after = np.full((2, nodes, length + 1), -np.inf)
    all_before, all_after = np.full((2, nodes), -np.inf)
    before[0, 0] = all_before[0] = after[-1, -1] = all_after[-1] = 0
    for edge, start, end in edges:
        along = before[start] + marks[edge]
        along[1:] = np.logaddexp(along[1:], before[start, :-1] + wanted[edge])
        before[end] = np.logaddexp(before[end], along)
        all_before[end] = np.logaddexp(all_before[end], all_before[start] + either[edge])
    right, whole = before[-1, -1], all_before[-1]
    if not np.isfinite(right):
        return None
    for edge, start, end in reversed(edges):
        along = after[end] + marks[edge]
        along[:-1] = np.logaddexp(along[:-1], after[end, 1:] + wanted[edge])
        after[start] = np.logaddexp(after[start], along)
        all_after[start] = np.logaddexp(all_after[start], all_after[end] + either[edge])
    # The share of the right paths, less that of all, which pass an edge by each of its readings.
    gradient = -np.exp((all_before[first] + all_after[last] - whole)[:, None] + scores)
    gradient[:, NOT_A_DIGIT] += np.exp(before[first] + after[last] + marks[:, None] - right).sum(axis=1)
    passing = np.exp(before[first, :-1] + after[last, 1:] + wanted - right)
    for location, digit in enumerate(spelled):
        gradient[:, digit] += passing[:, location]
    return float(right - whole), gradient
