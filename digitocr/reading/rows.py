"""Rows in, strings out: the line recogniser reads, the classifier verifies its digits, doubts are searched.

Every digit of every string is a candidate, a 28x28 image of its own ink that the classifier has read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.confidence import calibrated
from digitocr.decoding.score_fusion import FusionWeights
from digitocr.layout.layout import Row
from digitocr.reading.budget import check_arcs
from digitocr.reading.line_reading import Asked, CropClassifier, LineReading, evidence_of, read_lines
from digitocr.reading.search import digit_shares, search_rows

LINE_MIN, DIGIT_MIN = 0.6, 0.5  # so probable both readers must hold a line, and each digit, to be sure
EMPTY_MIN = 0.9  # the same for a line that shows no digit
MISSED_HEIGHT = 0.6  # of the writing's height: the least of old-style figures, 0, 1 and 2, are 0.66 of it
ALTERNATIVES = 2  # other digits that are offered in the place of each


def read_rows(rows: Sequence[Asked], classifier: CropClassifier, n_best: int) -> list[Answer]:
    """The n best strings of each row.

    Raises:
        TooMuchError: there are more of them than are read at once.
    """
    check_arcs(sum(len(asked.row.found.first) for asked in rows))
    lines = read_lines(rows, classifier)
    answers = verify_lines(rows, lines, classifier, n_best)
    doubtful = {n: asked for n, asked in enumerate(rows) if n not in answers}
    answers |= search_rows(doubtful, lines, classifier, n_best)
    return [
        replace(answers[n], seen=lines[n].written) if n in lines else answers[n] for n in range(len(rows))
    ]


def verify_lines(
    rows: Sequence[Asked], lines: Mapping[int, LineReading], classifier: CropClassifier, n_best: int
) -> dict[int, Answer]:
    """The answers of rows of which the line recogniser is sure, where the classifier reads the same."""
    answers: dict[int, Answer] = {}
    crops = {
        n: rows[n].row.found.crops_of(line.arcs)
        for n, line in lines.items()
        if line.arcs is not None and _is_sure(line, rows[n]) and not _leaves_ink(line.arcs, rows[n].row)
    }
    if not crops:
        return {}
    scores = classifier.log_probabilities(np.concatenate(list(crops.values())))
    ends = np.cumsum([len(each) for each in crops.values()])[:-1]
    for n, said in zip(crops, np.split(scores, ends), strict=True):
        asked, line, arcs = rows[n], lines[n], lines[n].arcs or ()
        geometry = asked.row.found.geometry[list(arcs)]
        shares = digit_shares(*classifier.candidate_scorers[asked.context].scores(said, geometry))
        own = shares[np.arange(len(shares)), [int(digit) for digit in line.text]]
        if any(own < log(DIGIT_MIN)):
            continue
        strings = _substituted(line, arcs, shares, classifier.fusion_weights[asked.context])
        if line.text:
            evidence = evidence_of(asked, line, strings, own, log_line=line.log_probability)
            strings = calibrated(strings, evidence, classifier.calibration)
        other = max(0.0, 1 - sum(one.probability for one in strings))
        answers[n] = constrain(strings, asked.allowed, asked.context, n_best, other)
    return answers


def _leaves_ink(arcs: Sequence[int], row: Row) -> bool:
    """Whether ink as high as a digit stands in a row beside the candidates `arcs`: a digit may be missed."""
    if row.segments is None:
        return False
    covered = np.zeros(len(row.segments), bool)
    for arc in arcs:
        covered[row.found.first[arc] : row.found.last[arc]] = True
    boxes = row.segments.boxes[~covered]
    return bool((boxes[:, 3] - boxes[:, 1] >= MISSED_HEIGHT * row.segments.height).any())


def _is_sure(line: LineReading, asked: Asked) -> bool:
    """Whether what the line recogniser says of a row is worth verifying at once."""
    fits = not asked.allowed or not line.text or asked.allowed.accepts(line.text)
    counted = asked.row.digits is None or asked.row.digits == len(line.text)
    return fits and counted and line.log_probability >= log(LINE_MIN if line.text else EMPTY_MIN)


def _substituted(
    line: LineReading, arcs: Sequence[int], shares: NDArray[np.float32], weights_of_readers: FusionWeights
) -> list[Hypothesis]:
    """The text of a line, and the texts that differ from it in one digit, most probable first."""
    text, probability = line.text, exp(line.log_probability)
    spelled = tuple(zip(arcs, map(int, text), strict=True))
    first = Hypothesis(text, probability, line.log_probability, spelled)
    others: list[Hypothesis] = []
    for place, one in enumerate(line.digits):
        own = int(one.symbol)
        step = line.columns[one.first : one.last, own].argmax() + one.first
        ratios = weights_of_readers.columns * (line.columns[step, :10] - line.columns[step, own])
        ratios = ratios + weights_of_readers.lattice * (shares[place] - shares[place, own])
        ratios[own] = -np.inf
        for digit in np.argsort(-ratios, kind="stable")[:ALTERNATIVES].tolist():
            changed = text[:place] + str(digit) + text[place + 1 :]
            instead = (*spelled[:place], (arcs[place], digit), *spelled[place + 1 :])
            share = probability * exp(min(0.0, float(ratios[digit])))
            others.append(Hypothesis(changed, share, line.log_probability, instead))
    others.sort(key=lambda other: (-other.probability, other.text))
    whole = max(1.0, probability + sum(one.probability for one in others))
    return [replace(one, probability=one.probability / whole) for one in (first, *others)]
