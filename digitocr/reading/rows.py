"""Reads rows: the line recogniser reads, the classifier verifies each digit, doubtful rows are searched.

Every digit of every string is a candidate, a 28x28 image of its own ink that the classifier has read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.digit_or_sign import LIKELY_RIVAL_MIN
from digitocr.decoding.score_fusion import FusionWeights
from digitocr.formats.formats import Format
from digitocr.layout.candidate_row import CandidateRow
from digitocr.reading.budget import check_arcs
from digitocr.reading.line_reading import (
    LIKE_ONE,
    UNLIKE_ONE,
    CropClassifier,
    LineReading,
    RowRequest,
    evidence_of,
    on_signs,
    read_lines,
)
from digitocr.reading.search import digit_shares, search_rows, share_of_others, sheared_views
from digitocr.reading.views import Verified, read_in_views

# A line is settled if it is at least this probable by its recogniser, and each digit by the classifier; with
# 0.6 more drawn numbers are read otherwise at another size (4.4 % at three, with 0.75 3.9 %, with 0.9 3.7 %),
LINE_PROBABILITY_MIN, DIGIT_PROBABILITY_MIN = 0.75, 0.5
# or if both together are so sure of it: the search of all segmentations changes none of these texts on 2,160
# drawn and real numbers; with 0.9 a drawn number that a larger scale reads otherwise is accepted.
BOTH_PROBABILITY_MIN = 0.95
REJECT_MAX = 0.5  # probability by the classifier that what is read as a digit is none
EMPTY_MIN = 0.9  # the same for a line without digits
MISSED_HEIGHT = 0.6  # of the height of the writing; the lowest old-style figures, 0, 1 and 2, have 0.66 of it
# A digit so probable by each reader keeps its place while other segmentations are searched: of 948 numbers of
# half A none is read or accepted otherwise, and two are with 0.8.
SURE_MIN = 0.9
ALTERNATIVES = 2  # other digits that are tried for each digit


def read_rows(rows: Sequence[RowRequest], classifier: CropClassifier, n_best: int) -> list[Answer]:
    """The `n_best` most probable strings of each row.

    Raises:
        TooMuchError: there are more candidates than are read at once.
    """
    check_arcs(sum(len(request.row.candidates.first) for request in rows))
    lines = read_lines(rows, classifier)
    answers, doubtful = verify_lines(rows, lines, classifier, n_best)
    by_views = {n: verified for n, verified in doubtful.items() if verified.by_views}
    views = sheared_views({n: rows[n] for n in by_views}, lines, classifier)
    answers |= read_in_views(rows, lines, by_views, views, classifier, n_best)
    unsettled = {n: request for n, request in enumerate(rows) if n not in answers}
    sure = {n: _sure_digits(lines[n], verified) for n, verified in doubtful.items() if n in unsettled}
    answers |= search_rows(unsettled, lines, views, classifier, n_best, sure)
    return [
        _with_line(answers[n], lines[n], request.allowed) if n in lines else answers[n]
        for n, request in enumerate(rows)
    ]


def _sure_digits(line: LineReading, verified: Verified) -> list[int]:
    """The candidates of which both readers are sure that they are one digit, and which."""
    sure = []
    for symbol, arc, shares in zip(line.digits, line.arcs or (), verified.shares, strict=True):
        digit = int(symbol.symbol)
        by_line = float(line.columns[symbol.first : symbol.last, digit].max())
        if by_line > log(SURE_MIN) and shares[digit] > log(SURE_MIN):
            sure.append(arc)
    return sure


def _with_line(answer: Answer, line: LineReading, allowed: Format | None) -> Answer:
    """An answer with what the line recogniser reads, and the texts in which a digit is a sign or the reverse.

    What does not have the format is no doubt.
    """
    likely = [rival.text for rival in line.rivals if rival.probability >= LIKELY_RIVAL_MIN]
    doubtful = [*answer.digit_or_sign, *likely]
    texts = dict.fromkeys([line.text, *doubtful] if doubtful else [])
    chosen = answer.strings[0].text if answer.strings else ""
    possible = tuple(t for t in texts if t != chosen and (allowed is None or allowed.accepts(t)))
    return replace(answer, by_line=line.written, digit_or_sign=possible)


def verify_lines(
    rows: Sequence[RowRequest], lines: Mapping[int, LineReading], classifier: CropClassifier, n_best: int
) -> tuple[dict[int, Answer], dict[int, Verified]]:
    """The answers, by index, of rows of which both the line recogniser and the classifier are sure.

    Also, by index, the rows of which they are not, but which are numbers.
    """
    answers: dict[int, Answer] = {}
    doubtful: dict[int, Verified] = {}
    for n, (shares, may_miss) in _shares_of_digits(rows, lines, classifier).items():
        request, line = rows[n], lines[n]
        strings = _substituted(line, line.arcs or (), shares, classifier.fusion_weights[request.context])
        of_text = shares[np.arange(len(shares)), [int(digit) for digit in line.text]]
        rejected = bool((np.logaddexp.reduce(shares, axis=1) < log(1 - REJECT_MAX)).any())
        doubted = bool((of_text < log(DIGIT_PROBABILITY_MIN)).any())
        in_doubt = rejected or not _is_sure(line)
        if may_miss or in_doubt or (doubted and strings[0].probability < BOTH_PROBABILITY_MIN):
            # Where a digit may be missed or a sign, or a row no number, all segmentations are searched.
            may_be_sign = any(rival.symbol.symbol in LIKE_ONE for rival in line.rivals)
            if not (in_doubt and (request.context == "page" or not line.text)):
                by_views = not (may_miss or may_be_sign)
                doubtful[n] = Verified(shares, strings, in_doubt=in_doubt, by_views=by_views)
            continue
        confidence = None
        if classifier.calibration and line.text:
            evidence = evidence_of(request, line, strings[0], of_text, log_line=line.log_probability)
            confidence = classifier.calibration.confidence(evidence)
        answers[n] = constrain(
            strings, request.allowed, request.context, n_best, share_of_others(strings), confidence
        )
    return answers, doubtful


def _shares_of_digits(
    rows: Sequence[RowRequest], lines: Mapping[int, LineReading], classifier: CropClassifier
) -> dict[int, tuple[NDArray[np.float32], bool]]:
    """For rows that the line recogniser may have read, the `digit_shares` (L, 10) of the digits.

    Also whether it may have missed a digit.
    """
    missed = {
        n: _missed(line, rows[n].row)
        for n, line in lines.items()
        if line.arcs is not None and _is_expected(line, rows[n])
    }
    if not missed:
        return {}
    arcs = {n: [*(lines[n].arcs or ()), *missed_arcs] for n, missed_arcs in missed.items()}
    crops = np.concatenate([rows[n].row.candidates.crops_of(arcs[n]) for n in arcs])
    scores = np.split(
        classifier.log_probabilities(crops), np.cumsum([len(each) for each in arcs.values()])[:-1]
    )
    shares_of_digits = {}
    for (n, arcs_of_row), scores_of_row in zip(arcs.items(), scores, strict=True):
        scorer, geometry = classifier.candidate_scorers[rows[n].context], rows[n].row.candidates.geometry
        shares = digit_shares(*scorer.scores(scores_of_row, geometry[arcs_of_row]))
        of_line, of_missed = np.split(shares, [len(arcs_of_row) - len(missed[n])])
        may_miss = bool((np.logaddexp.reduce(of_missed, axis=1) >= log(1 - REJECT_MAX)).any())
        shares_of_digits[n] = of_line, may_miss
    return shares_of_digits


def _missed(line: LineReading, row: CandidateRow) -> list[int]:
    """The candidates of ink as high as a digit where the line recogniser sees no symbol: digits, or borders.

    What it takes for a slash or a bracket may be a 1.
    """
    if row.segments is None:
        return []
    first, last = row.candidates.first, row.candidates.last
    uncovered = np.ones(len(row.segments), bool)
    signs = np.flatnonzero(on_signs(row, line, UNLIKE_ONE) & (last - first == 1))
    for arc in (*(line.arcs or ()), *signs.tolist()):
        uncovered[first[arc] : last[arc]] = False
    boxes = row.segments.boxes
    high = uncovered & (boxes[:, 3] - boxes[:, 1] >= MISSED_HEIGHT * row.segments.height)
    if not high.any():
        return []
    number_covered, number_high = (np.concatenate([[0], np.cumsum(mask)]) for mask in (~uncovered, high))
    alone = number_covered[last] == number_covered[first]
    return np.flatnonzero(alone & (number_high[last] > number_high[first])).tolist()


def _is_expected(line: LineReading, request: RowRequest) -> bool:
    """Whether the text of the line recogniser has the format, and as many digits as there are boxes."""
    satisfied = not request.allowed or not line.text or request.allowed.accepts(line.text)
    return satisfied and (request.row.digits is None or request.row.digits == len(line.text))


def _is_sure(line: LineReading) -> bool:
    return line.log_probability >= log(LINE_PROBABILITY_MIN if line.text else EMPTY_MIN)


def _substituted(
    line: LineReading, arcs: Sequence[int], shares: NDArray[np.float32], fusion: FusionWeights
) -> list[Hypothesis]:
    """The text of a line, and texts that differ from it in one digit, most probable first."""
    text, probability = line.text, exp(line.log_probability)
    spelled = tuple(zip(arcs, map(int, text), strict=True))
    first = (text, probability, spelled)
    others: list[tuple[str, float, tuple[tuple[int, int], ...]]] = []
    for position, (ratios, likely) in enumerate(_odds_of_others(line, shares, fusion)):
        for digit in likely:
            changed = text[:position] + str(digit) + text[position + 1 :]
            instead = (*spelled[:position], (arcs[position], digit), *spelled[position + 1 :])
            others.append((changed, probability * exp(min(0.0, ratios[digit])), instead))
    others.sort(key=lambda other: (-other[1], other[0]))
    whole = max(1.0, probability + sum(share for _, share, _ in others))
    return [
        Hypothesis(string, share / whole, line.log_probability, of_string)
        for string, share, of_string in (first, *others)
    ]


def _odds_of_others(
    line: LineReading, shares: NDArray[np.float32], fusion: FusionWeights
) -> list[tuple[list[float], list[int]]]:
    """For each digit of a line the log-odds of the ten digits against it, and the likeliest others."""
    symbols, positions = line.digits, np.arange(len(shares))
    if not symbols:
        return []
    of_text = np.array([int(symbol.symbol) for symbol in symbols])
    steps = [
        symbol.first + int(line.columns[symbol.first : symbol.last, digit].argmax())
        for symbol, digit in zip(symbols, of_text.tolist(), strict=True)
    ]
    columns = line.columns[steps, :10]
    ratios = fusion.columns * (columns - columns[positions, of_text, np.newaxis])
    ratios = ratios + fusion.lattice * (shares - shares[positions, of_text, np.newaxis])
    ratios[positions, of_text] = -np.inf
    likely = np.argsort(-ratios, axis=1, kind="stable")[:, :ALTERNATIVES]
    return list(zip(ratios.tolist(), likely.tolist(), strict=True))
