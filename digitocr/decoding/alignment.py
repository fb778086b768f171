"""Aligns the digits that the line recogniser reads with the candidates of the segmentation.

The best path of connectionist temporal classification (A. Graves et al., 2006) tells the time steps of each
symbol. Each digit is assigned the candidate at that position; segments without a digit are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, BLANK
from digitocr.decoding.ctc import best_string
from digitocr.decoding.known_length import steps_of_length
from digitocr.segmentation.candidates import GEOMETRY, Candidates

OFFSET_UNIT = 0.22  # distance between the middles of candidate and digit that costs 1, in line heights
CUT_COST = 1.0  # per stroke width of ink that the edges of a candidate cut through
LEFT_OUT_COST = 6.0  # per area of one stroke as long as the line is high, left out: a dot costs little
SECOND_DIGIT_COST = 8.0  # per middle of another digit that lies on the candidate
_AREA, _LEFT, _RIGHT = (GEOMETRY.index(name) for name in ("area", "cut_left", "cut_right"))


@dataclass(frozen=True, slots=True)
class TimedSymbol:
    """A symbol and its time steps, from `first` to before `last`."""

    symbol: str
    first: int
    last: int

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


def best_path(
    steps: NDArray[np.float32], columns: NDArray[np.float32], digits: int | None = None
) -> list[TimedSymbol]:
    """The symbols on the best path, from left to right.

    Args:
        steps: (T, A) log-probabilities of the symbols.
        columns: (T, 11) the same with everything but digits summed in the last class; see `digit_columns`.
        digits: how many digits it has, as far as there are steps for them; None if that is not known.
    """
    best = columns.argmax(axis=1)
    if digits is not None and len(best_string(columns)) != digits:
        of_length = steps_of_length(columns, digits)
        best = best if of_length is None else of_length
    signs = steps[:, BLANK:].argmax(axis=1) + BLANK
    symbols: list[TimedSymbol] = []
    start = 0
    for index, run in groupby(np.where(best == BLANK, signs, best).tolist()):
        length = len(list(run))
        if index != BLANK:
            symbols.append(TimedSymbol(ALPHABET[index], start, start + length))
        start += length
    return symbols


def cut_digits(
    candidates: Candidates, boxes: NDArray[np.int32], middles: Sequence[float], height: float
) -> tuple[int, ...] | None:
    """The candidate of each digit on the cheapest segmentation, by dynamic programming.

    The states are pairs of a cut position and the number of digits before it.

    Args:
        candidates: N candidates in ascending order of their first segment.
        boxes: (K, 4) left, top, right, bottom of the line's segments, in the pixels of `middles`.
        middles: x of the middle of each digit, ascending.
        height: that of the writing, in the same pixels.

    Returns:
        A candidate for each digit; None if there are fewer segments than digits.
    """
    rights = np.maximum.accumulate(boxes[:, 2])
    left, right = boxes[candidates.first, 0], rights[candidates.last - 1]
    middle = np.asarray(middles)
    off = np.abs((left + right)[:, None] / 2 - middle) / (OFFSET_UNIT * height)
    holds = (left[:, None] <= middle) & (middle < right[:, None])
    near = holds | (off < 2)
    others = holds.sum(axis=1)[:, None] - holds
    cuts = CUT_COST * (candidates.geometry[:, _LEFT] + candidates.geometry[:, _RIGHT])
    costs = (off**2 + cuts[:, None] + SECOND_DIGIT_COST * others).tolist()
    left_out_costs = (LEFT_OUT_COST * candidates.geometry[:, _AREA]).tolist()
    node_count, digit_count = len(boxes) + 1, len(middles)
    # For each node and number of digits before it: the lowest cost, the last arc, whether it is a digit.
    best: list[dict[int, tuple[float, int, bool]]] = [{} for _ in range(node_count)]
    best[0][0] = (0.0, -1, False)
    true_runs = zip(candidates.first.tolist(), candidates.last.tolist(), near.tolist(), strict=True)
    for n, (start, end, near_digit) in enumerate(true_runs):
        target = best[end]
        for done, (so_far, _, _) in best[start].items():
            _keep(target, done, (so_far + left_out_costs[n], n, False))
            if done < digit_count and near_digit[done]:
                _keep(target, done + 1, (so_far + costs[n][done], n, True))
    if digit_count not in best[-1]:
        return None
    chosen: list[int] = []
    node, done = node_count - 1, digit_count
    while node:
        _, n, is_digit = best[node][done]
        if is_digit:
            chosen.append(n)
            done -= 1
        node = int(candidates.first[n])
    return tuple(reversed(chosen))


def _keep(target: dict[int, tuple[float, int, bool]], done: int, step: tuple[float, int, bool]) -> None:
    if done not in target or step[0] < target[done][0]:
        target[done] = step
