"""Beam search over the arcs of a lattice: at each node only the most probable strings are kept."""

from dataclasses import dataclass
from math import exp, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS
from digitocr.formats.formats import Format


class Pruning(NamedTuple):
    """What a beam search leaves out; scores are log-probabilities."""

    beam_size: int  # strings kept at a node
    beam_width: float  # a string this much worse than the best of its node is dropped
    digits_per_arc: int  # digits tried for an arc, beside the reject class
    score_min: float  # a less probable reading of an arc is not tried, unless it is the arc's best


UNCONSTRAINED = Pruning(beam_size=6, beam_width=7.0, digits_per_arc=3, score_min=-8.0)
# Where a format says which strings may be, the right one may be far down.
CONSTRAINED = Pruning(beam_size=32, beam_width=14.0, digits_per_arc=6, score_min=-12.0)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One string that a line may say.

    `probability` (0..1) is its share of all strings, `score` the log-probability of its best path, and
    `arcs` that path's digits as (candidate, digit).
    """

    text: str
    probability: float
    score: float
    arcs: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Path:
    """The paths that spell one string: the log-sum over them, and the score and the digits of the best."""

    total: float
    best: float
    arcs: tuple[tuple[int, int], ...]


class _Reading(NamedTuple):
    symbol: str  # "" for the reject class
    digit: int
    score: float


def beam_search(
    arcs: list[tuple[int, int]],
    digit_scores: NDArray[np.float32],
    reject_scores: NDArray[np.float32],
    allowed: Format | None,
) -> list[tuple[str, Path]]:
    """The strings left at the last node, most probable first; arguments as in `Lattice`."""
    pruning = CONSTRAINED if allowed else UNCONSTRAINED
    nodes = max((end for _, end in arcs), default=0) + 1
    strings: list[dict[str, Path]] = [{} for _ in range(nodes)]
    strings[0][""] = Path(0.0, 0.0, ())
    readings = _readings(digit_scores, reject_scores, pruning)
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    for arc, (start, end) in enumerate(arcs):
        leaving[start].append((arc, end))
    for node in range(nodes - 1):
        beam = _beam(strings[node], pruning)
        following = [allowed.following(text) if allowed else DIGITS for text, _ in beam]
        for arc, end in leaving[node]:
            _extend(strings[end], beam, following, arc, readings[arc])
    finals = sorted(strings[-1].items(), key=lambda item: (-item[1].total, item[0]))
    return [(text, path) for text, path in finals if not allowed or not text or allowed.accepts(text)]


def _readings(
    digit_scores: NDArray[np.float32], reject_scores: NDArray[np.float32], pruning: Pruning
) -> list[list[_Reading]]:
    """For each arc its probable readings, at least one."""
    likely = np.argsort(-digit_scores, axis=1, kind="stable")[:, : pruning.digits_per_arc]
    scores = np.take_along_axis(digit_scores, likely, axis=1).tolist()
    readings = []
    for digits, digit_score, reject in zip(likely.tolist(), scores, reject_scores.tolist(), strict=True):
        options = [_Reading("", -1, reject)]
        options += [_Reading(str(d), d, s) for d, s in zip(digits, digit_score, strict=True)]
        readings.append(
            [o for o in options if o.score >= pruning.score_min] or [max(options, key=lambda o: o.score)]
        )
    return readings


def _beam(strings: dict[str, Path], pruning: Pruning) -> list[tuple[str, Path]]:
    ranked = sorted(strings.items(), key=lambda item: (-item[1].total, item[0]))[: pruning.beam_size]
    return [item for item in ranked if item[1].total >= ranked[0][1].total - pruning.beam_width]


def _extend(
    target: dict[str, Path],
    beam: list[tuple[str, Path]],
    following: list[str],
    arc: int,
    readings: list[_Reading],
) -> None:
    """Read an arc after each string of a beam, with the digits that may be `following` it and as a reject."""
    for symbol, digit, score in readings:
        for (text, path), may_follow in zip(beam, following, strict=True):
            if symbol not in may_follow:  # the reject class, "", is in every string
                continue
            total, best = path.total + score, path.best + score
            known = target.get(text + symbol)
            if known is None:
                arcs = (*path.arcs, (arc, digit)) if symbol else path.arcs
                target[text + symbol] = Path(total, best, arcs)
                continue
            high, low = (known.total, total) if known.total > total else (total, known.total)
            known.total = high + log1p(exp(low - high))
            if best > known.best:
                known.best = best
                known.arcs = (*path.arcs, (arc, digit)) if symbol else path.arcs
