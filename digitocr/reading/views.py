"""Reads doubtful rows in sheared views, their digits where they are: far less work than all segmentations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.known_length import best_string_of_length, log_probability_given_length
from digitocr.decoding.score_fusion import fuse
from digitocr.reading.line_reading import CropClassifier, LineReading, RowRequest, evidence_of
from digitocr.reading.search import share_of_others


@dataclass(frozen=True, slots=True, eq=False)
class Verified:
    """A row whose digits the classifier has seen.

    Attributes:
        shares: (L, 10) log-probabilities of the digits, normalised with the reject class.
        strings: the text of the line recogniser, and texts that differ from it in one digit.
        in_doubt: whether the line recogniser is unsure of it, or the classifier takes one for no digit: then
            all views have to show the text of the line recogniser, else any of `strings`.
        by_views: whether views may settle it, for no digit was missed and none may be a sign.
    """

    shares: NDArray[np.float32]
    strings: list[Hypothesis]
    in_doubt: bool
    by_views: bool


def read_in_views(
    rows: Sequence[RowRequest],
    lines: Mapping[int, LineReading],
    doubtful: Mapping[int, Verified],
    views: Mapping[int, NDArray[np.float32]],
    classifier: CropClassifier,
    n_best: int,
) -> dict[int, Answer]:
    """The answers, by index, of rows in which all views (S, T, 11) show one of the `strings`."""
    answers = {}
    for n, verified in doubtful.items():
        texts = {lines[n].text} if verified.in_doubt else {string.text for string in verified.strings}
        if all(best_string_of_length(view, lines[n].digits_known) in texts for view in views[n]):
            answers[n] = _fused(rows[n], verified, views[n], lines[n], classifier, n_best=n_best)
    return answers


def _fused(
    request: RowRequest,
    verified: Verified,
    views: NDArray[np.float32],
    line: LineReading,
    classifier: CropClassifier,
    *,
    n_best: int,
) -> Answer:
    """The answer of a row by its views and by the classifier, digit by digit."""
    shares = {string.text: _log_share(string, verified.shares) for string in verified.strings}
    by_digits = [replace(string, probability=exp(shares[string.text])) for string in verified.strings]
    strings = fuse(by_digits, views, classifier.fusion_weights[request.context], lambda text: None)
    confidence, first = None, strings[0]
    if classifier.calibration and first.text:
        evidence = evidence_of(
            request,
            line,
            first,
            verified.shares[np.arange(len(first.arcs)), [digit for _, digit in first.arcs]],
            log_line=log_probability_given_length(views, first.text, line.digits_known),
            agree=first.text == line.text == max(shares, key=shares.__getitem__),
            searched=True,
        )
        confidence = classifier.calibration.confidence(evidence)
    return constrain(strings, request.allowed, request.context, n_best, share_of_others(strings), confidence)


def _log_share(string: Hypothesis, shares: NDArray[np.float32]) -> float:
    """The log-probability of a string by the classifier, given that its digits stand where they do."""
    return float(shares[np.arange(len(string.arcs)), [digit for _, digit in string.arcs]].sum())
