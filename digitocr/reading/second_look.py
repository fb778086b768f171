"""A picture of one number that is read unsurely is read again, found otherwise: which reading holds."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.records import PageResult, Reading

RETRY_PROBABILITY_MAX = 0.5  # what is read with more is not read again,
# but one digit alone, as a border looks like one: of 1,200 drawn cells twelve fewer are right with 0.5. Of
# the longer numbers of half A 0.9 would put one right, and take twice the time.
DIGIT_RETRY_PROBABILITY_MAX = 0.9
# By so much more probable must a later reading be: with 0 two cheques of half A are read otherwise, wrongly;
# with 0.2 a logbook cell and a register's number are not put right.
BETTER_BY = 0.1
# More probable than this must it be where nothing was read, or all ink is taken for one digit: of 1,600 drawn
# cells 69 of 76 such readings are right, and 14 of 300 empty ones are read as a digit; with 0.5 there are 4
# fewer of the former and 6 of the latter.
READ_AFTER_NOTHING_MIN = 0.4


def is_unsure(result: PageResult) -> bool:
    """Whether a picture of one number is to be read again."""
    best = _best(result)
    alone = best is not None and len(best.text) == 1
    return _probability(result) <= (DIGIT_RETRY_PROBABILITY_MAX if alone else RETRY_PROBABILITY_MAX)


def reads_the_same(results: Sequence[PageResult]) -> bool:
    """Whether the last reading of a picture is the first one again: then no further ones put it right.

    On half A some 75 numbers are read again: the ways after such a repeat put none right and one wrong. A
    border looks like one digit in several ways: of 1,600 drawn cells further ways put five right.
    """
    first, last = _best(results[0]), _best(results[-1])
    return bool(first and last and first.text == last.text and len(first.text) > 1)


def best_of(results: Sequence[PageResult], min_confidence: float) -> PageResult:
    """The best of several readings of a picture: the first with a text, or one that is more probable.

    Its confidence is the mean of what all say of its text, a linear opinion pool (M. Stone, 1961): what is
    read otherwise in the same picture is seldom sure enough to be accepted. Readings of nothing count where
    the number touches the picture's edge: what is left of an empty cell's border was accepted as a digit.
    """
    as_line = [result for result in results if result.layout == "line"]
    if results[0].layout == "digit" and (not as_line or _probability(results[0]) > READ_AFTER_NOTHING_MIN):
        as_line = list(results)
    first, *later = as_line
    best = max(later, key=_probability, default=first)
    if _probability(best) > (_probability(first) + BETTER_BY if _best(first) else READ_AFTER_NOTHING_MIN):
        others = [o for o in as_line if o is not best and (_best(o) or _touches_edge(best))]
        return _pooled(best, others, min_confidence)
    last = results[-1]
    # All ink as one digit, such as a 1 that the line recogniser takes for a stroke: the two readers disagree.
    if not _best(first) and last.layout == "digit" and _probability(last) > READ_AFTER_NOTHING_MIN:
        return _pooled(last, [first], min_confidence)
    return first


def _pooled(best: PageResult, others: Sequence[PageResult], min_confidence: float) -> PageResult:
    readings = tuple(_pooled_reading(reading, others, min_confidence) for reading in best.readings)
    return replace(best, readings=readings)


def _pooled_reading(reading: Reading, others: Sequence[PageResult], min_confidence: float) -> Reading:
    said = [{reading.text: reading.confidence, **dict(reading.alternatives)}]
    said += [{other.text: other.confidence} if (other := _best(result)) else {} for result in others]
    alternatives = tuple((text, _mean(said, text)) for text, _ in reading.alternatives)
    confidence = _mean(said, reading.text)
    changed = replace(reading, confidence=confidence, alternatives=alternatives)
    if reading.status != "accept" or confidence >= min_confidence:
        return changed
    if all(reading.text in texts for texts in said):
        return replace(changed, status="review", reason="low confidence", reason_code="low_confidence")
    reason = "read otherwise in another layout"
    return replace(changed, status="review", reason=reason, reason_code="readers_disagree")


def _mean(said: Sequence[dict[str, float]], text: str) -> float:
    return sum(texts.get(text, 0.0) for texts in said) / len(said)


def _probability(result: PageResult) -> float:
    """That of the best reading; 0 for none."""
    return best.probability if (best := _best(result)) else 0.0


def _best(result: PageResult) -> Reading | None:
    """The most probable of the readings that have a text."""
    texts = [reading for reading in result.readings if reading.text]
    return max(texts, key=lambda reading: reading.probability, default=None)


def is_tight(result: PageResult) -> bool:
    """Whether what was read in a picture touches its edge, or nothing was read there."""
    return _best(result) is None or _touches_edge(result)


def _touches_edge(result: PageResult) -> bool:
    """Whether the best reading's box reaches the edge of its picture."""
    if (best := _best(result)) is None:
        return False
    box = best.box
    return min(box.left, box.top, result.width - box.right, result.height - box.bottom) <= 0
