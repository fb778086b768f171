"""All segmentations of a line in one graph, read by probability.

Nodes are the cut positions of a line, arcs its candidates. An arc is one of ten digits or belongs to the
reject class (comma, dash, dirt), which adds nothing to the text; a candidate that is part of a digit, or more
than one digit, is neither. A path's probability is the product over its arcs; a string's is the sum over the
paths that spell it, as a share of all paths (Y. LeCun et al., 1998, section VII; forward algorithm).
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.beam_search import Hypothesis, Path, beam_search
from digitocr.decoding.ctc import log_add
from digitocr.formats.formats import Format


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The N arcs of a line, in rising order of their start.

    Attributes:
        start: (N,) int32, the node that arc n leaves; node 0 is the left end of the line.
        end: (N,) int32, the node that it reaches, after `start`.
        digit_scores: (N, 10) float32, the log-probability that the candidate is that digit, whole and alone.
        reject_scores: (N,) float32, the log-probability that it is of the reject class.
        candidate: (N,) which candidate of its row each arc is; None if arc n is candidate n.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    digit_scores: NDArray[np.float32]
    reject_scores: NDArray[np.float32]
    candidate: NDArray[np.intp] | None = None

    @property
    def arcs(self) -> list[tuple[int, int]]:
        """The (start, end) of each arc."""
        return list(zip(self.start.tolist(), self.end.tolist(), strict=True))

    def decode(self, n_best: int, *, allowed: Format | None = None) -> list[Hypothesis]:
        """The most probable strings, found by beam search.

        Args:
            n_best: The number of strings to return.
            allowed: The format that strings must have; the empty one may always be.

        Returns:
            At most `n_best` hypotheses, most probable first; the empty string is one of them where the line
            may hold no digit. Probabilities are shares of all strings in the beam, or of all paths of the
            lattice where there is a format.
        """
        finals = beam_search(self.arcs, self.digit_scores, self.reject_scores, allowed)
        if not finals:
            return []
        if allowed:
            whole = self.log_partition()
        else:
            whole = float(np.logaddexp.reduce([path.total for _, path in finals]))
        return [
            Hypothesis(text, exp(p.total - whole), p.best, self._candidates(p.arcs))
            for text, p in finals[:n_best]
        ]

    def align(self, text: str) -> Hypothesis | None:
        """Forced alignment: the best path that spells `text`, however improbable.

        Returns:
            The path with its share of all paths, not of a beam; None where there are fewer arcs than digits.
        """
        digits = [int(digit) for digit in text]
        wanted, rejects = self.digit_scores[:, digits].tolist(), self.reject_scores.tolist()
        # For each node and number of digits before it, the paths that spell them.
        paths: list[dict[int, Path]] = [{} for _ in range(int(self.end.max(initial=0)) + 1)]
        paths[0][0] = Path(0.0, 0.0, ())
        for arc, (start, end) in enumerate(self.arcs):
            for spelled, path in paths[start].items():
                _add(paths[end], spelled, path, rejects[arc])
                if spelled < len(digits):
                    _add(paths[end], spelled + 1, path, wanted[arc][spelled], (arc, digits[spelled]))
        whole = paths[-1].get(len(digits))
        if whole is None:
            return None
        return Hypothesis(
            text, exp(whole.total - self.log_partition()), whole.best, self._candidates(whole.arcs)
        )

    def _candidates(self, arcs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """Pairs of an arc and a digit as pairs of a candidate and a digit."""
        if self.candidate is None:
            return arcs
        return tuple((int(self.candidate[arc]), digit) for arc, digit in arcs)

    def log_partition(self) -> float:
        """The log partition function: the log-sum over all paths, whatever they spell."""
        either = np.logaddexp(np.logaddexp.reduce(self.digit_scores, axis=1), self.reject_scores).tolist()
        total = [0.0] + [-np.inf] * int(self.end.max(initial=0))
        for (start, end), score in zip(self.arcs, either, strict=True):
            total[end] = log_add(total[end], total[start] + score)
        return total[-1]

    def reject_score(self) -> float:
        """The score of the best path of rejects alone: nothing in the line is a digit."""
        best = [0.0] + [-np.inf] * int(self.end.max(initial=0))
        for (start, end), score in zip(self.arcs, self.reject_scores.tolist(), strict=True):
            best[end] = max(best[end], best[start] + score)
        return best[-1]

    def log_share(self, min_digits: int) -> float:
        """The logarithm of the share of paths that spell at least `min_digits` digits; -inf for none."""
        nodes = int(self.end.max(initial=0)) + 1
        total = np.full((nodes, min_digits + 1), -np.inf)  # by node, and by digits up to `min_digits`
        total[0, 0] = 0.0
        any_digit = np.logaddexp.reduce(self.digit_scores, axis=1).astype(np.float64).tolist()
        for (start, end), digit, reject in zip(
            self.arcs, any_digit, self.reject_scores.tolist(), strict=True
        ):
            np.logaddexp(total[end], total[start] + reject, out=total[end])
            np.logaddexp(total[end, 1:], total[start, :-1] + digit, out=total[end, 1:])
            total[end, -1] = np.logaddexp(total[end, -1], total[start, -1] + digit)
        return float(total[-1, -1] - self.log_partition())


def _add(
    target: dict[int, Path], spelled: int, path: Path, score: float, digit: tuple[int, int] | None = None
) -> None:
    """Add a path, one arc longer, to those of a node; `digit` is the arc and its digit, None if rejected."""
    total, best = path.total + score, path.best + score
    known = target.get(spelled)
    if known is not None:
        known.total = log_add(known.total, total)
        if best <= known.best:
            return
    arcs = path.arcs if digit is None else (*path.arcs, digit)
    if known is None:
        target[spelled] = Path(total, best, arcs)
    else:
        known.best, known.arcs = best, arcs


def rank_digits(log_probabilities: NDArray[np.float32], n_best: int) -> list[Hypothesis]:
    """The digits that one candidate image may show, given that it shows one: (11,) log-probabilities in."""
    order = np.argsort(-log_probabilities[:10], kind="stable")[:n_best].tolist()
    scores = log_probabilities.tolist()
    return [Hypothesis(str(d), exp(scores[d]), scores[d], ((0, d),)) for d in order]
