"""From candidates to numbers: all segmentations of a row in one graph, read by probability.

Nodes are the seams of a row, edges its candidates. An edge may be read as one of ten digits or as a mark
(comma, dash, dirt) that adds nothing to the text; a candidate that is a piece of a digit, or more than
one, is neither. A path's probability is the product over its edges; a string's is the sum over the paths that spell it,
as a share of all paths (Y. LeCun et al., 1998, section VII; forward algorithm over the graph).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BEAM = 24  # strings kept at a node


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One string that a row may say: `probability` 0..1, `edges` (candidate index, digit) of its best path."""

    text: str
    probability: float
    edges: tuple[tuple[int, int], ...]


def decode(
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    digit_scores: NDArray[np.float32],
    mark_scores: NDArray[np.float32],
    n_best: int,
) -> list[Hypothesis]:
    """The most probable strings of one row.

    Args:
        first, last: (N,) the nodes that edge n joins, first < last; node 0 is the row's start.
        digit_scores: (N, 10) log-probability that the candidate is that digit, whole and alone.
        mark_scores: (N,) log-probability that it is a mark.
        n_best: the number of strings to return.

    Returns:
        At most `n_best` hypotheses, most probable first; the empty string is one of them where the row
        may hold no digit. Probabilities are shares of all strings in the beam.
    """
    nodes = int(last.max()) + 1 if len(last) else 1
    # string -> [log-sum of its paths, score of its best path, that path's edges]
    at: list[dict[str, tuple[float, float, tuple[tuple[int, int], ...]]]] = [{} for _ in range(nodes)]
    at[0][""] = (0.0, 0.0, ())
    likely = np.argsort(-digit_scores, axis=1)[:, :3]
    floor = -14.0
    by_start: list[list[int]] = [[] for _ in range(nodes)]
    for n, start in enumerate(first.tolist()):
        by_start[start].append(n)
    ends = last.tolist()
    for node in range(nodes - 1):
        beam = sorted(at[node].items(), key=lambda item: -item[1][0])[:BEAM]
        for n in by_start[node]:
            readings = [("", -1, float(mark_scores[n]))] + [
                (str(d), d, float(digit_scores[n, d])) for d in likely[n].tolist()
            ]
            target = at[ends[n]]
            for symbol, digit, score in readings:
                if score < floor:
                    continue
                for text, (total, best, edges) in beam:
                    grown = text + symbol
                    path = best + score
                    known = target.get(grown)
                    steps = (*edges, (n, digit)) if digit >= 0 else edges
                    if known is None:
                        target[grown] = (total + score, path, steps)
                    else:
                        merged = float(np.logaddexp(known[0], total + score))
                        target[grown] = (merged, path, steps) if path > known[1] else (merged, *known[1:])
    finals = sorted(at[-1].items(), key=lambda item: (-item[1][0], item[0]))
    if not finals:
        return []
    whole = float(np.logaddexp.reduce([total for _, (total, _, _) in finals]))
    return [
        Hypothesis(text, float(np.exp(total - whole)), edges) for text, (total, _, edges) in finals[:n_best]
    ]
