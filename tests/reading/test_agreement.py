"""What may be accepted is shown to a second reader."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.reading.agreement import DISAGREEMENT_RATIO, agreed, asked_from, odds_ratio
from digitocr.records import Box, Digit, Page, PageFailure, PageResult, Reading


class Fake:
    """A second reader that says what it is told to, and keeps the pictures that it was shown."""

    def __init__(self, *texts):
        self.texts, self.pictures = list(texts), []

    def columns(self, pictures):
        self.pictures += pictures
        return [columns_of(self.texts.pop(0)) for _ in pictures]


def columns_of(text, probability=0.999, other="0"):
    """Time steps of a text, the last digit of which has this probability, `other` the rest of it."""
    columns = np.full((2 * len(text) + 1, 11), 1e-6)
    columns[0::2, 10] = 1
    columns[range(1, 2 * len(text), 2), [int(digit) for digit in text]] = 1
    if text:
        columns[-2, [int(text[-1]), int(other)]] = probability, 1 - probability
    return np.log(columns / columns.sum(axis=1, keepdims=True)).astype(np.float32)


class Doubting(Fake):
    """One that reads 12 with some probability, 18 with the rest."""

    def __init__(self, probability):
        self.probability, self.pictures = probability, []

    def columns(self, pictures):
        return [columns_of("12", self.probability, "8") for _ in pictures]


BOX = Box(40, 10, 80, 30)


def reading(text, status="accept", *, box=BOX, **more):
    confidence = 0.95 if status == "accept" else 0.4
    return Reading("", 1, box, text, status, confidence, **more)


def page_and_result(*readings, layout="page", rotation=0.0):
    gray = np.arange(100 * 200, dtype=np.uint32).reshape(100, 200).astype(np.uint8)
    return Page("a.png", 1, gray), PageResult("a.png", 1, 200, 100, layout, readings, rotation)


def compared(*readings, second, min_confidence=0.9, **more):
    page, result = page_and_result(*readings, **more)
    (outcome,) = agreed([page], [result], second, min_confidence)
    return page, outcome.readings


def test_only_what_would_be_accepted_is_asked_about():
    second = Fake("12")
    of_text_layer = reading("99", origin="text_layer")
    _, after = compared(
        reading("34", "review"), reading("", "blank"), reading("12"), of_text_layer, second=second
    )
    assert len(second.pictures) == 1
    assert [r.status for r in after] == ["review", "blank", "accept", "accept"]


@pytest.mark.parametrize(("text", "reason"), [("72", "reads 72"), ("", "reads no digits")])
def test_disagreement_is_for_review_and_keeps_the_first_readers_text(text, reason):
    _, (after,) = compared(reading("12"), second=Fake(text))
    assert (after.text, after.status, after.reason_code) == ("12", "review", "readers_disagree")
    assert reason in after.reason


def test_a_line_is_shown_whole_and_a_number_of_a_page_with_a_margin():
    second = Fake("12", "12")
    page, _ = compared(reading("12"), second=second, layout="line")
    assert second.pictures[0] is page.gray
    compared(reading("12"), second=second)
    np.testing.assert_array_equal(second.pictures[1], page.gray[5:35, 35:85])


def test_a_page_on_its_side_is_shown_upright():
    second = Fake("12")
    page, _ = compared(reading("12", box=Box(0, 0, 20, 90)), second=second, rotation=90.0)
    np.testing.assert_array_equal(second.pictures[0], np.rot90(page.gray[:95, :25]))


def test_a_page_that_failed_stays_so():
    failure = PageFailure("a.png", 1, "cannot be read")
    page, _ = page_and_result()
    assert agreed([page], [failure], Fake(), 0.9) == [failure]


def odds(probability):
    return log(probability / (1 - probability))


@given(st.floats(0.05, 0.99), st.floats(0.001, 0.999))
def test_the_second_reader_multiplies_the_odds_and_shares_still_sum_to_as_much(confidence, probability):
    before = Reading(
        "",
        1,
        BOX,
        "12",
        "accept",
        confidence,
        alternatives=(("12", confidence), ("72", 1 - confidence)),
        digits=(Digit("1", confidence, BOX), Digit("2", 1.0, BOX)),
    )
    _, (after,) = compared(before, second=Doubting(probability), min_confidence=0.0)
    expected = odds(confidence) + log(odds_ratio(log(probability)))
    assert odds(after.confidence) == pytest.approx(
        min(expected, odds(0.9995)), abs=0.3 if expected > 7 else 0.01
    )
    assert sum(share for _, share in after.alternatives) == pytest.approx(1)
    assert [digit.confidence for digit in after.digits] == pytest.approx([after.confidence, 1.0])


@given(st.floats(-30, 0), st.floats(-30, 0))
def test_a_text_that_is_more_probable_to_the_second_reader_is_no_less_sure(one, other):
    low, high = sorted((one, other))
    assert odds_ratio(low) <= odds_ratio(high)
    assert odds_ratio(-30) < 1 < odds_ratio(0)


@pytest.mark.parametrize(("times", "status"), [(1.5, "review"), (0.67, "accept")])
def test_another_text_has_to_be_far_more_probable_to_disagree(times, status):
    probability = 1 / (1 + times * DISAGREEMENT_RATIO)
    _, (after,) = compared(reading("12"), second=Doubting(probability), min_confidence=0.0)
    assert (after.status, after.reason_code) == (status, "readers_disagree" if status == "review" else "")


def test_one_that_becomes_less_sure_without_disagreement_is_for_review():
    _, (after,) = compared(reading("12"), second=Doubting(0.3), min_confidence=0.95)
    assert (after.status, after.reason_code) == ("review", "low_confidence")
    assert after.confidence < 0.95


@given(st.floats(0.01, 0.99))
def test_no_reading_is_asked_about_in_vain(min_confidence):
    asked = asked_from(min_confidence)
    assert 0 <= asked <= min_confidence
    for confidence, status in ((asked * 1.001, "accept"), (asked * 0.98, "review")):
        before = Reading("", 1, BOX, "12", "accept", confidence)
        _, (after,) = compared(before, second=Fake("12"), min_confidence=min_confidence)
        assert after.status == status


def test_no_agreement_makes_a_reading_surer_than_the_lines_support():
    _, (after,) = compared(Reading("", 1, BOX, "12", "accept", 0.999), second=Fake("12"))
    assert 0.999 < after.confidence < 0.9995
    _, (after,) = compared(Reading("", 1, BOX, "12", "accept", 1.0), second=Fake("12"))
    assert after.confidence == pytest.approx(1.0)
