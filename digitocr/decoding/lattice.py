"""From candidates to numbers: all segmentations of a row in one graph, read by probability.

Nodes are the seams of a row, edges its candidates. An edge may be read as one of ten digits or as a mark
(comma, dash, dirt) that adds nothing to the text; a candidate that is a piece of a digit, or more than
one, is neither. A path's probability is the product over its edges; a string's is the sum over the paths
that spell it, as a share of all paths (Y. LeCun et al., 1998, section VII; forward algorithm).
"""

from dataclasses import dataclass
from math import exp, log1p

import numpy as np
from numpy.typing import NDArray

from digitocr.formats.constraints import DIGITS
from digitocr.formats.formats import Format

BEAM = 6  # strings kept at a node
BEAM_WIDTH = 7.0  # in log-probability: strings this much worse than the best of their node are dropped
READINGS = 3  # digits tried for an edge, beside the mark
FLOOR = -8.0  # a less probable reading of an edge is not tried, unless it is the edge's best
# The same where a format says which strings may be: the right one may be far down.
BEAM_WITHIN, BEAM_WIDTH_WITHIN, READINGS_WITHIN, FLOOR_WITHIN = 32, 14.0, 6, -12.0

# `first`, `last`, `digit_scores` and `mark_scores` of N edges, as in `decode`.
Edges = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One string that a row may say.

    `probability` (0..1) is its share of all strings, `score` that of its best path, and
    `edges` that path's digits as (candidate, digit).
    """

    text: str
    probability: float
    score: float
    edges: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Path:
    total: float  # log-sum over the paths that spell this string
    best: float
    edges: tuple[tuple[int, int], ...]


def decode(
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    digit_scores: NDArray[np.float32],
    mark_scores: NDArray[np.float32],
    n_best: int,
    *,
    allowed: Format | None = None,
) -> list[Hypothesis]:
    """The most probable strings of one row.

    Args:
        first: (N,) the node that edge n leaves; node 0 is the row's start.
        last: (N,) the node that it reaches, after `first`.
        digit_scores: (N, 10) log-probability that the candidate is that digit, whole and alone.
        mark_scores: (N,) log-probability that it is a mark.
        n_best: the number of strings to return.
        allowed: the format that strings must have; the empty one may always be.

    Returns:
        At most `n_best` hypotheses, most probable first; the empty string is one of them where the row
        may hold no digit. Probabilities are shares of all strings in the beam; of all there are, whatever
        their format, where one is demanded.
    """
    nodes = int(last.max()) + 1 if len(last) else 1
    at: list[dict[str, _Path]] = [{} for _ in range(nodes)]
    at[0][""] = _Path(0.0, 0.0, ())
    readings = _edge_readings(digit_scores, mark_scores, within=allowed is not None)
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    for edge, (start, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        leaving[start].append((edge, end))
    for node in range(nodes - 1):
        beam = _beam(at[node], allowed)
        following = [allowed.following(text) if allowed else DIGITS for text, _ in beam]
        for edge, end in leaving[node]:
            _extend(at[end], beam, following, edge, readings[edge])
    finals = sorted(at[-1].items(), key=lambda item: (-item[1].total, item[0]))
    if allowed:
        finals = [(text, path) for text, path in finals if not text or allowed.accepts(text)]
    if not finals:
        return []
    if allowed:
        whole = score_of_all(first, last, digit_scores, mark_scores)
    else:
        whole = float(np.logaddexp.reduce([path.total for _, path in finals]))
    return [Hypothesis(text, exp(p.total - whole), p.best, p.edges) for text, p in finals[:n_best]]


def spell(
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    digit_scores: NDArray[np.float32],
    mark_scores: NDArray[np.float32],
    text: str,
) -> Hypothesis | None:
    """The best path that spells `text`, however improbable; edges as in `decode`.

    Returns:
        The path with its share of all paths, not of a beam; None where there are fewer edges than digits.
    """
    nodes, length = int(last.max()) + 1 if len(last) else 1, len(text)
    wanted = digit_scores[:, [int(digit) for digit in text]].astype(np.float64)
    # By node and by the digits spelled before it.
    total, best = np.full((2, nodes, length + 1), -np.inf)
    came = np.full((nodes, length + 1), -1)
    drawn = np.zeros((nodes, length + 1), bool)  # whether the edge that came there spelled a digit
    total[0, 0] = best[0, 0] = 0.0
    marks = mark_scores.tolist()
    for edge, (start, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        total[end] = np.logaddexp(total[end], total[start] + marks[edge])
        total[end, 1:] = np.logaddexp(total[end, 1:], total[start, :-1] + wanted[edge])
        along = best[start] + marks[edge]
        stepped = best[start, :-1] + wanted[edge]
        by_digit = np.zeros(length + 1, bool)
        by_digit[1:] = stepped > along[1:]
        along[1:] = np.maximum(along[1:], stepped)
        better = along > best[end]
        best[end, better] = along[better]
        came[end, better] = edge
        drawn[end, better] = by_digit[better]
    if not np.isfinite(best[-1, -1]):
        return None
    edges = []
    node, place = nodes - 1, length
    while node:
        edge = int(came[node, place])
        if drawn[node, place]:
            place -= 1
            edges.append((edge, int(text[place])))
        node = int(first[edge])
    whole = score_of_all(first, last, digit_scores, mark_scores)
    return Hypothesis(text, exp(total[-1, -1] - whole), float(best[-1, length]), tuple(reversed(edges)))


def score_of_all(
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    digit_scores: NDArray[np.float32],
    mark_scores: NDArray[np.float32],
) -> float:
    """The log-sum over all paths of a row, whatever they spell; edges as in `decode`."""
    either = np.logaddexp(np.logaddexp.reduce(digit_scores, axis=1), mark_scores).tolist()
    whole = [0.0] + [-np.inf] * int(last.max(initial=0))
    for start, end, score in zip(first.tolist(), last.tolist(), either, strict=True):
        whole[end] = float(np.logaddexp(whole[end], whole[start] + score))
    return whole[-1]


def score_of_marks(
    first: NDArray[np.int32], last: NDArray[np.int32], mark_scores: NDArray[np.float32]
) -> float:
    """The score of the best path that reads a row as marks alone; edges as in `decode`."""
    best = [0.0] + [-np.inf] * int(last.max())
    for start, end, score in sorted(zip(first.tolist(), last.tolist(), mark_scores.tolist(), strict=True)):
        best[end] = max(best[end], best[start] + score)
    return best[-1]


def rank_digits(log_probabilities: NDArray[np.float32], n_best: int) -> list[Hypothesis]:
    """The digits that one crop may show, given that it shows one: (11,) log-probabilities in."""
    order = np.argsort(-log_probabilities[:10], kind="stable")[:n_best].tolist()
    scores = log_probabilities.tolist()
    return [Hypothesis(str(d), exp(scores[d]), scores[d], ((0, d),)) for d in order]


def _edge_readings(
    digit_scores: NDArray[np.float32], mark_scores: NDArray[np.float32], *, within: bool
) -> list[list[tuple[str, int, float]]]:
    """For each edge its probable readings: (text, digit or -1, score), at least one."""
    most, floor = (READINGS_WITHIN, FLOOR_WITHIN) if within else (READINGS, FLOOR)
    likely = np.argsort(-digit_scores, axis=1, kind="stable")[:, :most]
    scores = np.take_along_axis(digit_scores, likely, axis=1).tolist()
    readings = []
    for digits, digit_score, mark in zip(likely.tolist(), scores, mark_scores.tolist(), strict=True):
        options = [("", -1, mark)] + [(str(d), d, s) for d, s in zip(digits, digit_score, strict=True)]
        readings.append([o for o in options if o[2] >= floor] or [max(options, key=lambda o: o[2])])
    return readings


def _beam(strings: dict[str, _Path], allowed: Format | None) -> list[tuple[str, _Path]]:
    most, width = (BEAM_WITHIN, BEAM_WIDTH_WITHIN) if allowed else (BEAM, BEAM_WIDTH)
    ranked = sorted(strings.items(), key=lambda item: (-item[1].total, item[0]))[:most]
    return [item for item in ranked if item[1].total >= ranked[0][1].total - width]


def _extend(
    target: dict[str, _Path],
    beam: list[tuple[str, _Path]],
    following: list[str],
    edge: int,
    readings: list[tuple[str, int, float]],
) -> None:
    """Read an edge after each string of a beam, with the digits that may be `following` it and as a mark."""
    for symbol, digit, score in readings:
        for (text, path), may_follow in zip(beam, following, strict=True):
            if symbol not in may_follow:  # a mark, "", is in every string
                continue
            total, best = path.total + score, path.best + score
            known = target.get(text + symbol)
            if known is None:
                edges = (*path.edges, (edge, digit)) if symbol else path.edges
                target[text + symbol] = _Path(total, best, edges)
                continue
            high, low = (known.total, total) if known.total > total else (total, known.total)
            known.total = high + log1p(exp(low - high))
            if best > known.best:
                known.best = best
                known.edges = (*path.edges, (edge, digit)) if symbol else path.edges
