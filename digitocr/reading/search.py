"""Searches all segmentations of doubtful rows, and fuses the result with the line recogniser's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import log

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.candidate_scorer import REJECT_PENALTY
from digitocr.decoding.known_length import log_probability_given_length
from digitocr.decoding.lattice import Lattice, rank_digits
from digitocr.decoding.length_prior import with_length_prior
from digitocr.decoding.score_fusion import POOLED, Constrained, fuse
from digitocr.formats.formats import Format
from digitocr.layout.candidate_row import CandidateRow
from digitocr.reading.budget import ConstrainedBudget
from digitocr.reading.line_reading import (
    LIKE_ONE,
    TALL_SIGNS,
    CropClassifier,
    LineReading,
    RowRequest,
    evidence_of,
    on_signs,
    on_symbols,
)
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.line_image import draw_line_image

# A row whose best path is all rejects is still read if a number is this probable.
NUMBER_AMONG_REJECTS_MIN = 0.15
DIGIT_AT_SIGN_MIN = 0.5  # probability by the classifier of a digit where the line recogniser sees a sign


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The lattice of a row, its strings, and the format that they must match.

    `shares` (N, 10) are the log-probabilities of the digits of each candidate, normalised with the reject
    class. `digit_or_sign` are texts in which a sign of the line is the digit that the classifier sees.
    """

    lattice: Lattice
    strings: list[Hypothesis]
    constraint: Constrained | None
    shares: NDArray[np.float32]
    digit_or_sign: tuple[str, ...] = ()

    @property
    def all_strings(self) -> list[Hypothesis]:
        """The strings of the lattice, and those that match the format."""
        known = {string.text for string in self.strings}
        matching = self.constraint.strings() if self.constraint else []
        return [*self.strings, *(string for string in matching if string.text not in known)]


def search_rows(
    rows: Mapping[int, RowRequest],
    lines: Mapping[int, LineReading],
    views: Mapping[int, NDArray[np.float32]],
    classifier: CropClassifier,
    n_best: int,
    sure: Mapping[int, Sequence[int]],
) -> dict[int, Answer]:
    """The answers of rows by their index.

    Args:
        rows: the rows.
        lines: the readings of the line recogniser.
        views: (S, T, 11) its log-probabilities in sheared views, where they are known already.
        classifier: the model.
        n_best: how many strings of each row.
        sure: candidates that are digits by both readers: where they stand no others are tried.
    """
    if not rows:
        return {}
    arcs = {n: arcs_beside(request.row.candidates, sure.get(n, ())) for n, request in rows.items()}
    scores = classifier.log_probabilities(
        np.concatenate([rows[n].row.candidates.crops_of(chosen.tolist()) for n, chosen in arcs.items()])
    )
    ends = np.cumsum([len(chosen) for chosen in arcs.values()])[:-1]
    answers: dict[int, Answer] = {}
    searches: dict[int, Search] = {}
    budget = ConstrainedBudget()
    for (n, request), scores_of_row in zip(rows.items(), np.split(scores, ends), strict=True):
        if request.layout == "digit":
            ranked = rank_digits(scores_of_row[0], 10 if request.allowed else n_best)
            answers[n] = constrain(ranked, request.allowed, "line", n_best)
            continue
        search = _search(request, arcs[n], scores_of_row, classifier, n_best, budget, lines.get(n))
        if search.strings and n in lines:
            searches[n] = search
        else:
            answers[n] = constrain(search.all_strings, request.allowed, request.context, n_best)
    not_viewed = {n: rows[n] for n in searches if n not in views}
    views = {**views, **sheared_views(not_viewed, lines, classifier)}
    for n, search in searches.items():
        answer = _fused(rows[n], search, views[n], lines[n], classifier, n_best=n_best)
        answers[n] = replace(answer, digit_or_sign=search.digit_or_sign)
    return answers


def arcs_beside(candidates: Candidates, sure: Sequence[int]) -> NDArray[np.intp]:
    """The candidates of a row without those that overlap one that is surely a digit."""
    kept = np.ones(len(candidates.first), np.bool_)
    for arc in sure:
        kept &= (candidates.last <= candidates.first[arc]) | (candidates.first >= candidates.last[arc])
    kept[list(sure)] = True
    return np.flatnonzero(kept)


def digit_shares(digits: NDArray[np.float32], rejects: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 10) log-probabilities of digits, from their scores and those of the reject class (N,)."""
    whole = np.logaddexp(np.logaddexp.reduce(digits, axis=1), rejects)
    return np.asarray(digits - whole[:, None], np.float32)


def share_of_others(strings: Sequence[Hypothesis]) -> float:
    """The probability that is left to strings that are not named."""
    return max(0.0, 1 - sum(string.probability for string in strings))


def sheared_views(
    rows: Mapping[int, RowRequest], lines: Mapping[int, LineReading], classifier: CropClassifier
) -> dict[int, NDArray[np.float32]]:
    """(S, T, 11) log-probabilities of each row, upright and sheared."""
    if not rows or not classifier.lines:
        return {}
    strips = [draw_line_image(request.row.segments) for request in rows.values() if request.row.segments]
    upright = [lines[n].columns for n in rows]
    return dict(zip(rows, classifier.lines.of_sheared_views(strips, upright), strict=True))


def _search(
    request: RowRequest,
    arcs: NDArray[np.intp],
    scores: NDArray[np.float32],
    classifier: CropClassifier,
    n_best: int,
    budget: ConstrainedBudget,
    line: LineReading | None,
) -> Search:
    candidates, allowed = request.row.candidates, request.allowed
    geometry = candidates.geometry[arcs]
    digits, rejects = classifier.candidate_scorers[request.context].scores(scores, geometry)
    doubtful = (
        _signs_that_may_be_digits(request.row, line, arcs, digit_shares(digits, rejects)) if line else ()
    )
    if line:  # the classifier knows no signs: where one is seen, the line recogniser decides
        signs = on_signs(request.row, line, TALL_SIGNS)[arcs]
        rejects = np.where(signs, np.maximum(rejects, digits.max(axis=1)), rejects)
    lattice = Lattice(candidates.first[arcs], candidates.last[arcs], digits, rejects, arcs)
    strings = with_length_prior(lattice.decode(max(n_best, POOLED)), request.row.digits)
    # In a word everything is a reject: here rejects are scored without the penalty.
    free_rejects = replace(lattice, reject_scores=rejects + REJECT_PENALTY)
    if request.layout == "page" and free_rejects.reject_score() > strings[0].score:
        may_be_number = any(
            string.text and string.probability > NUMBER_AMONG_REJECTS_MIN for string in strings
        )
        strings = strings if may_be_number and line else []
    constraint = None
    if allowed and strings:
        within = partial(_within, allowed, lattice, max(n_best, POOLED), request.row.digits, budget)
        constraint = Constrained(allowed, lattice, within)
    shares = np.full((len(candidates.first), 10), np.nan, np.float32)
    shares[arcs] = digit_shares(digits, rejects)
    return Search(lattice, strings, constraint, shares, doubtful)


def _signs_that_may_be_digits(
    row: CandidateRow, line: LineReading, arcs: NDArray[np.intp], shares: NDArray[np.float32]
) -> tuple[str, ...]:
    """The texts of slashes and brackets that are digits by the classifier, whose `shares` are (N, 10)."""
    best = shares.max(axis=1)
    return tuple(
        rival.text
        for rival in line.rivals
        if rival.symbol.symbol in LIKE_ONE
        and (best[on_symbols(row, [rival.symbol])[arcs]] > log(DIGIT_AT_SIGN_MIN)).any()
    )


def _within(
    allowed: Format, lattice: Lattice, n_best: int, digits: int | None, budget: ConstrainedBudget
) -> list[Hypothesis]:
    """The strings of a lattice that match a format, reweighted by the number of digits expected."""
    budget.spend(len(lattice.start))
    return with_length_prior(lattice.decode(n_best, allowed=allowed), digits)


def _fused(
    request: RowRequest,
    search: Search,
    sheared_views: NDArray[np.float32],
    line: LineReading,
    classifier: CropClassifier,
    *,
    n_best: int,
) -> Answer:
    """The answer of a row, both readers fused."""
    fusion = classifier.fusion_weights[request.context]
    strings = fuse(search.strings, sheared_views, fusion, search.lattice.align, search.constraint)
    strings = with_length_prior(strings, request.row.digits)
    confidence = None
    if classifier.calibration and strings and strings[0].text:
        first = strings[0]
        digits = search.shares[[arc for arc, _ in first.arcs], [digit for _, digit in first.arcs]]
        evidence = evidence_of(
            request,
            line,
            first,
            digits,
            log_line=log_probability_given_length(sheared_views, first.text, line.digits_known),
            agree=first.text == line.text == search.strings[0].text,
            searched=True,
        )
        confidence = classifier.calibration.confidence(evidence)
    return constrain(strings, request.allowed, request.context, n_best, share_of_others(strings), confidence)
