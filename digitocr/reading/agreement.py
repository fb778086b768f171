"""What may be accepted is shown to a second reader: where it reads the same the confidence rises.

Where it reads other digits a person decides. Both follow from Bayes' rule, as if the two readers made their
mistakes independently.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitocr.recognition.second_reader import SecondReader
from digitocr.records import Box, Gray, Page, PageFailure, PageResult, Reading

SECOND_READER_MARGIN = 0.25  # of a number's height: paper around it that the second reader sees too
# How often the second reader reads the same, where that is right and where it is wrong: of 516 readings with
# a confidence of 0.6 to 0.97, half A of four development sets and registers kept out of training.
SAME_IF_RIGHT, SAME_IF_WRONG = 0.76, 0.22
LINES_COMPARED = 1_833  # in all


def asked_from(min_confidence: float) -> float:
    """The confidence (0..1) from which a reading is accepted if the second reader reads the same."""
    return _with_odds_times(min_confidence, SAME_IF_WRONG / SAME_IF_RIGHT)


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
    texts = dict(zip(asked, second.read(pictures), strict=True))
    readings = [
        _compared(reading, texts[n], min_confidence) if n in texts else reading
        for n, reading in enumerate(result.readings)
    ]
    return replace(result, readings=tuple(readings))


def _compared(reading: Reading, text: str, min_confidence: float) -> Reading:
    """A reading that would be accepted, after the second reader read `text`."""
    if reading.text != text:
        reason = f"the second reader reads {text}" if text else "the second reader reads no digits"
        unsure = _with_confidence(reading, (1 - SAME_IF_RIGHT) / (1 - SAME_IF_WRONG))
        return replace(unsure, status="review", reason=reason, reason_code="readers_disagree")
    surer = _with_confidence(reading, SAME_IF_RIGHT / SAME_IF_WRONG)
    if surer.confidence >= min_confidence:
        return surer
    return replace(surer, status="review", reason="low confidence", reason_code="low_confidence")


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
