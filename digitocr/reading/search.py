"""Rows in doubt: all segmentations of each are searched, and weighed with what the line recogniser says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import log

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.candidate_scorer import REJECT_COST
from digitocr.decoding.confidence import calibrated
from digitocr.decoding.ctc import log_likelihoods
from digitocr.decoding.lattice import Lattice, rank_digits
from digitocr.decoding.length_prior import with_length_prior
from digitocr.decoding.score_fusion import POOLED, Constrained, fuse
from digitocr.formats.formats import Format
from digitocr.reading.budget import ConstrainedBudget
from digitocr.reading.line_reading import PROBABILITY_MIN, Asked, CropClassifier, LineReading, evidence_of
from digitocr.segmentation.line_image import draw_line_image

DOUBT_MIN = 0.15  # what is more likely rejects is still asked about where a number is so probable


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The lattice of a row, its strings, and the format that it is held to.

    `shares` (N, 10) are the log-probabilities of each candidate's digits, the reject class beside them.
    """

    lattice: Lattice
    strings: list[Hypothesis]
    held: Constrained | None
    shares: NDArray[np.float32]

    @property
    def all_strings(self) -> list[Hypothesis]:
        """The strings of the lattice, with those of the format."""
        known = {one.text for one in self.strings}
        held = self.held.strings() if self.held else []
        return [*self.strings, *(one for one in held if one.text not in known)]


def search_rows(
    rows: Mapping[int, Asked], lines: Mapping[int, LineReading], classifier: CropClassifier, n_best: int
) -> dict[int, Answer]:
    """The answers of rows, by their place; `lines` has what the line recogniser says of them."""
    if not rows:
        return {}
    scores = classifier.log_probabilities(np.concatenate([asked.row.found.crops for asked in rows.values()]))
    ends = np.cumsum([len(asked.row.found.first) for asked in rows.values()])[:-1]
    answers: dict[int, Answer] = {}
    searches: dict[int, Search] = {}
    budget = ConstrainedBudget()
    for (n, asked), said in zip(rows.items(), np.split(scores, ends), strict=True):
        if asked.layout == "digit":
            ranked = rank_digits(said[0], 10 if asked.allowed else n_best)
            answers[n] = constrain(ranked, asked.allowed, "line", n_best)
            continue
        search = _search(asked, said, classifier, n_best, budget, line_read=n in lines)
        if search.strings and n in lines:
            searches[n] = search
        else:
            answers[n] = constrain(search.all_strings, asked.allowed, asked.context, n_best)
    sheared_views = _sheared_views({n: rows[n] for n in searches}, classifier)
    for n, search in searches.items():
        answers[n] = _weighed(rows[n], search, sheared_views[n], lines[n], classifier, n_best=n_best)
    return answers


def digit_shares(digits: NDArray[np.float32], rejects: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 10) log-probabilities of digits, from their scores and (N,) of the reject class."""
    whole = np.logaddexp(np.logaddexp.reduce(digits, axis=1), rejects)
    return np.asarray(digits - whole[:, None], np.float32)


def _sheared_views(rows: Mapping[int, Asked], classifier: CropClassifier) -> dict[int, NDArray[np.float32]]:
    """(S, T, 11) of each row, as it is and leaning."""
    if not rows or not classifier.lines:
        return {}
    strips = [draw_line_image(asked.row.segments) for asked in rows.values() if asked.row.segments]
    return dict(zip(rows, classifier.lines.of_sheared_views(strips), strict=True))


def _search(
    asked: Asked,
    scores: NDArray[np.float32],
    classifier: CropClassifier,
    n_best: int,
    budget: ConstrainedBudget,
    *,
    line_read: bool,
) -> Search:
    found, allowed = asked.row.found, asked.allowed
    digits, rejects = classifier.candidate_scorers[asked.context].scores(scores, found.geometry)
    lattice = Lattice(found.first, found.last, digits, rejects)
    strings = with_length_prior(lattice.decode(max(n_best, POOLED)), asked.row.digits)
    # Within a word all is rejects, so there they cost nothing more.
    free_rejects = replace(lattice, reject_scores=rejects + REJECT_COST)
    if asked.layout == "page" and free_rejects.reject_score() > strings[0].score:
        doubted = any(one.text and one.probability > DOUBT_MIN for one in strings)
        strings = strings if doubted and line_read else []
    held = None
    if allowed and strings:
        within = partial(_within, allowed, lattice, max(n_best, POOLED), asked.row.digits, budget)
        held = Constrained(allowed, lattice, within)
    return Search(lattice, strings, held, digit_shares(digits, rejects))


def _within(
    allowed: Format, lattice: Lattice, n_best: int, digits: int | None, budget: ConstrainedBudget
) -> list[Hypothesis]:
    """The strings of a format in a lattice, and in boxes."""
    budget.spend(len(lattice.start))
    return with_length_prior(lattice.decode(n_best, allowed=allowed), digits)


def _weighed(
    asked: Asked,
    search: Search,
    sheared_views: NDArray[np.float32],
    line: LineReading,
    classifier: CropClassifier,
    *,
    n_best: int,
) -> Answer:
    """The answer of a row by both readers."""
    weights_of_readers = classifier.fusion_weights[asked.context]
    strings = fuse(search.strings, sheared_views, weights_of_readers, search.lattice.align, search.held)
    strings = with_length_prior(strings, asked.row.digits)
    if strings and strings[0].text:
        first = strings[0]
        digits = search.shares[[arc for arc, _ in first.arcs], [digit for _, digit in first.arcs]]
        known = {one.text: one.probability for one in search.strings}
        evidence = evidence_of(
            asked,
            line,
            strings,
            digits,
            log_line=float(log_likelihoods(sheared_views, [first.text]).mean()),
            log_lattice=log(max(known.get(first.text, 0.0), PROBABILITY_MIN)),
            agree=first.text == line.text == search.strings[0].text,
        )
        strings = calibrated(strings, evidence, classifier.calibration)
    other = max(0.0, 1 - sum(one.probability for one in strings))
    return constrain(strings, asked.allowed, asked.context, n_best, other)
