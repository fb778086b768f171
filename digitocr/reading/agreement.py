"""What may be accepted is shown to a second reader: how probable the text is to it changes the confidence.

Where another text is far more probable to it a person decides. The odds of a reading are multiplied by the
ratio of two likelihoods, by Bayes' rule as if the two readers made their mistakes independently.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.ctc import best_string, log_likelihoods
from digitocr.recognition.second_reader import SecondReader
from digitocr.records import Box, Gray, Page, PageFailure, PageResult, Reading

SECOND_READER_MARGIN = 0.25  # of a number's height: paper around it that the second reader sees too
# The logarithm of the ratio is the sum of `evidence` with these weights: logistic regression on half A
# of four sets and on registers kept out of training (`python -m digitocr.training.fit_agreement`).
RATIO_WEIGHTS = (-0.075, 0.188, -0.808)
LINES_COMPARED = 1_815
# A lower log-probability of the text says no more, nor does a lower probability of all others.
SECOND_LOG_MIN, SECOND_DOUBT_MIN = -8.0, 0.01
# To a reader that disagrees another text is so many times as probable: 83 % of the numbers of half A can be
# accepted at 1 % wrong with 1, 88 with 10 or 30, 86 where no reader ever disagrees.
DISAGREEMENT_RATIO = 30.0


def evidence(log_probability: float) -> tuple[float, float, float]:
    """What the second reader's log-probability of a text says of it."""
    bounded = min(0.0, max(log_probability, SECOND_LOG_MIN))
    return 1.0, bounded, log(max(1 - exp(bounded), SECOND_DOUBT_MIN))


def odds_ratio(log_probability: float) -> float:
    """By how much the odds of a text change that has this log-probability by the second reader."""
    return exp(sum(w * e for w, e in zip(RATIO_WEIGHTS, evidence(log_probability), strict=True)))


def asked_from(min_confidence: float) -> float:
    """The confidence (0..1) from which a reading is accepted if the second reader is sure of the same."""
    return _with_odds_times(min_confidence, 1 / odds_ratio(0.0))


def agreed(
    pages: Sequence[Page],
    outcomes: Sequence[PageResult | PageFailure],
    second: SecondReader,
    min_confidence: float,
) -> list[PageResult | PageFailure]:
    """What was read of pages, after the second reader was asked.

    Args:
        pages: the pages.
        outcomes: what was read of them with `asked_from(min_confidence)` as the threshold of `accept`.
        second: the second reader.
        min_confidence: the threshold of `accept`.
    """
    return [
        _agreed(page, outcome, second, min_confidence) if isinstance(outcome, PageResult) else outcome
        for page, outcome in zip(pages, outcomes, strict=True)
    ]


def _agreed(page: Page, result: PageResult, second: SecondReader, min_confidence: float) -> PageResult:
    asked = [n for n, r in enumerate(result.readings) if r.status == "accept" and r.origin == "ink"]
    turns = round(result.rotation / 90) % 4
    pictures = [
        page.gray if result.layout == "line" else _picture(page.gray, result.readings[n].box, turns)
        for n in asked
    ]
    columns = dict(zip(asked, second.columns(pictures), strict=True))
    readings = [
        _compared(reading, columns[n], min_confidence) if n in columns else reading
        for n, reading in enumerate(result.readings)
    ]
    return replace(result, readings=tuple(readings))


def _compared(reading: Reading, columns: NDArray[np.float32], min_confidence: float) -> Reading:
    """A reading that would be accepted, after the second reader saw it: its (T, 11) log-probabilities."""
    text = best_string(columns)
    of_reading, of_text = log_likelihoods(columns, [reading.text, text]).tolist()
    after = _with_confidence(reading, odds_ratio(of_reading))
    if of_text - of_reading > log(DISAGREEMENT_RATIO):
        reason = f"the second reader reads {text}" if text else "the second reader reads no digits"
        return replace(after, status="review", reason=reason, reason_code="readers_disagree")
    if after.confidence >= min_confidence:
        return after
    return replace(after, status="review", reason="low confidence", reason_code="low_confidence")


def _with_confidence(reading: Reading, ratio: float) -> Reading:
    """A reading with its odds times `ratio`; what is left to other texts is shared among them as before.

    No confidence rises above what so many lines support, by Laplace's rule of succession.
    """
    before = reading.confidence
    highest = max(before, (LINES_COMPARED + 1) / (LINES_COMPARED + 2))
    confidence = min(_with_odds_times(before, ratio), highest)
    others = (1 - confidence) / (1 - before) if before < 1 else 0.0
    return replace(
        reading,
        confidence=confidence,
        alternatives=tuple(
            (text, confidence if text == reading.text else others * share)
            for text, share in reading.alternatives
        ),
        digits=tuple(
            replace(digit, confidence=confidence + others * max(0.0, digit.confidence - before))
            for digit in reading.digits
        ),
    )


def _with_odds_times(probability: float, ratio: float) -> float:
    """The probability whose odds are `ratio` times as high."""
    return ratio * probability / (ratio * probability + 1 - probability)


def _picture(gray: Gray, box: Box, quarter_turns: int) -> Gray:
    """A number of a page (H, W) uint8 with a little paper around it, turned upright by quarters."""
    margin = round(SECOND_READER_MARGIN * min(box.width, box.height))
    part = gray[
        max(0, box.top - margin) : box.bottom + margin, max(0, box.left - margin) : box.right + margin
    ]
    return np.ascontiguousarray(np.rot90(part, quarter_turns))
