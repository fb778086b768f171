"""What may be accepted is shown to a second reader."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.reading.agreement import SAME_IF_RIGHT, SAME_IF_WRONG, agreed, asked_from
from digitocr.records import Box, Digit, Page, PageFailure, PageResult, Reading


class Fake:
    """A second reader that says what it is told to, and keeps the pictures that it was shown."""

    def __init__(self, *texts):
        self.texts, self.pictures = list(texts), []

    def read(self, pictures):
        self.pictures += pictures
        return [self.texts.pop(0) for _ in pictures]


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


@given(st.floats(0.05, 0.99), st.booleans())
def test_agreement_multiplies_the_odds_and_shares_still_sum_to_as_much(confidence, same):
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
    _, (after,) = compared(before, second=Fake("12" if same else "99"), min_confidence=0.0)
    ratio = SAME_IF_RIGHT / SAME_IF_WRONG if same else (1 - SAME_IF_RIGHT) / (1 - SAME_IF_WRONG)
    assert odds(after.confidence) == pytest.approx(odds(confidence) + log(ratio))
    assert sum(share for _, share in after.alternatives) == pytest.approx(1)
    assert [digit.confidence for digit in after.digits] == pytest.approx([after.confidence, 1.0])
    assert after.status == ("accept" if same else "review")


@given(st.floats(0, 1))
def test_no_reading_is_asked_about_in_vain(min_confidence):
    asked = asked_from(min_confidence)
    assert 0 <= asked <= min_confidence
    for confidence, status in ((asked + 1e-9, "accept"), (asked - 1e-6, "review")):
        if 1e-3 < asked < 0.99:
            before = Reading("", 1, BOX, "12", "accept", confidence)
            _, (after,) = compared(before, second=Fake("12"), min_confidence=min_confidence)
            assert after.status == status


def test_no_agreement_makes_a_reading_surer_than_the_lines_support():
    _, (after,) = compared(Reading("", 1, BOX, "12", "accept", 0.999), second=Fake("12"))
    assert 0.999 < after.confidence < 0.9995
    _, (after,) = compared(Reading("", 1, BOX, "12", "accept", 1.0), second=Fake("12"))
    assert after.confidence == pytest.approx(1.0)
