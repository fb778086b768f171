"""A picture of one number that is read unsurely is read again in another layout: which of the two holds."""

from dataclasses import replace

from digitocr.records import PageResult, Reading

RETRY_PROBABILITY_MAX = 0.5  # what is read with more is not read again
# Of the width of what was read first: a narrower reading is of a part. On half A of three line sets and on
# registers kept out of training each of eight such readings is wrong, of wider ones 9 of 17 are right.
WHOLE_WIDTH_MIN = 0.9


def is_unsure(result: PageResult) -> bool:
    """Whether a picture of one number is to be read again."""
    return _probability(result) <= RETRY_PROBABILITY_MAX


def is_better(again: PageResult, first: PageResult) -> bool:
    """Whether the second of two readings of a picture is more probable, and of no mere part of the number."""
    before, after = _best(first), _best(again)
    if before and after and after.box.width < WHOLE_WIDTH_MIN * before.box.width:
        return False
    return _probability(again) > _probability(first)


def pooled(again: PageResult, first: PageResult, min_confidence: float) -> PageResult:
    """The second of two readings of a line with the mean of both confidences, a linear opinion pool.

    What was read otherwise before is seldom sure enough to be accepted.
    """
    best = _best(first)
    before = {best.text: best.confidence} if best else {}
    return replace(
        again,
        readings=tuple(_pooled(reading, before, min_confidence) for reading in again.readings),
    )


def _pooled(reading: Reading, before: dict[str, float], min_confidence: float) -> Reading:
    alternatives = tuple(
        (text, (confidence + before.get(text, 0.0)) / 2) for text, confidence in reading.alternatives
    )
    confidence = (reading.confidence + before.get(reading.text, 0.0)) / 2
    changed = replace(reading, confidence=confidence, alternatives=alternatives)
    if reading.status != "accept" or confidence >= min_confidence:
        return changed
    if reading.text in before:
        return replace(changed, status="review", reason="low confidence", reason_code="low_confidence")
    reason = "read otherwise in another layout"
    return replace(changed, status="review", reason=reason, reason_code="readers_disagree")


def _probability(result: PageResult) -> float:
    """That of the best reading; 0 for none."""
    return best.probability if (best := _best(result)) else 0.0


def _best(result: PageResult) -> Reading | None:
    """The most probable of the readings that have a text."""
    texts = [reading for reading in result.readings if reading.text]
    return max(texts, key=lambda reading: reading.probability, default=None)
