"""From a line's time steps to its digits: what each shows, and which pieces of the row it stands on.

The best path of connectionist temporal classification (A. Graves et al., 2006) says where each symbol stands;
each digit takes the candidate that lies about there, so that all pieces of the row are used or left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, BLANK
from digitocr.segmentation.candidates import GEOMETRY, Candidates

OFF_CENTRE = 0.22  # of the row's height: a candidate whose middle lies so far from its digit costs 1
CUT_COST = 1.0  # for each stroke width of ink that the candidate's edges cut
REJECT_COST = 6.0  # for ink left out, by its area in strokes of one row height: a dot costs little
TAKES_TWO = 8.0  # a candidate on which the middle of another digit lies
_AREA, _LEFT, _RIGHT = (GEOMETRY.index(name) for name in ("area", "cut_left", "cut_right"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A symbol and the time steps that show it, `last` excluded."""

    symbol: str
    first: int
    last: int


def best_path(steps: NDArray[np.float32], columns: NDArray[np.float32]) -> list[Shown]:
    """What the time steps of a line show, from left to right.

    Args:
        steps: (T, A) log-probabilities of the symbols.
        columns: (T, 11) the same with all that is no digit taken together, as `digit_columns` makes it.
    """
    best = columns.argmax(axis=1)
    signs = steps[:, BLANK:].argmax(axis=1) + BLANK
    shown: list[Shown] = []
    at = 0
    for index, run in groupby(np.where(best == BLANK, signs, best).tolist()):
        length = len(list(run))
        if index != BLANK:
            shown.append(Shown(ALPHABET[index], at, at + length))
        at += length
    return shown


def cut_digits(
    found: Candidates, boxes: NDArray[np.int32], middles: Sequence[float], height: float
) -> tuple[int, ...] | None:
    """The candidates on which digits stand: the best way to cut the row between them.

    Dynamic programming over the row's cut positions and the digits before each.

    Args:
        found: N candidates in rising order of their first piece.
        boxes: (K, 4) of the row's pieces, left, top, right, bottom, in the pixels of `middles`.
        middles: where each digit stands, rising.
        height: that of the row's writing.

    Returns:
        A candidate for each digit; None where the row has not enough pieces.
    """
    rights = np.maximum.accumulate(boxes[:, 2])
    left, right = boxes[found.first, 0], rights[found.last - 1]
    at = np.asarray(middles)
    off = np.abs((left + right)[:, None] / 2 - at) / (OFF_CENTRE * height)
    holds = (left[:, None] <= at) & (at < right[:, None])
    near = holds | (off < 2)
    others = holds.sum(axis=1)[:, None] - holds
    cuts = CUT_COST * (found.geometry[:, _LEFT] + found.geometry[:, _RIGHT])
    cost = (off**2 + cuts[:, None] + TAKES_TWO * others).tolist()
    left_out = (REJECT_COST * found.geometry[:, _AREA]).tolist()
    nodes, count = len(boxes) + 1, len(middles)
    # By node and digits before it: the least cost, and the arc and node that it came by.
    least: list[dict[int, tuple[float, int, bool]]] = [{} for _ in range(nodes)]
    least[0][0] = (0.0, -1, False)
    true_runs = zip(found.first.tolist(), found.last.tolist(), near.tolist(), strict=True)
    for n, (start, end, may) in enumerate(true_runs):
        target = least[end]
        for done, (so_far, _, _) in least[start].items():
            _keep(target, done, (so_far + left_out[n], n, False))
            if done < count and may[done]:
                _keep(target, done + 1, (so_far + cost[n][done], n, True))
    if count not in least[-1]:
        return None
    chosen: list[int] = []
    node, done = nodes - 1, count
    while node:
        _, n, is_digit = least[node][done]
        if is_digit:
            chosen.append(n)
            done -= 1
        node = int(found.first[n])
    return tuple(reversed(chosen))


def _keep(target: dict[int, tuple[float, int, bool]], done: int, way: tuple[float, int, bool]) -> None:
    if done not in target or way[0] < target[done][0]:
        target[done] = way
