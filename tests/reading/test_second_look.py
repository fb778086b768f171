"""A picture of one number that is read in two ways: which of them holds, and how sure it is."""

import pytest

from digitocr.reading.second_look import is_better, is_unsure, pooled
from digitocr.records import Box, PageResult, Reading


def result(text, probability, left=0, right=100, confidence=None, status="accept"):
    sure = probability if confidence is None else confidence
    alternatives = ((text, sure), ("1", 0.01))
    reading = Reading(
        "", 1, Box(left, 0, right, 30), text, status, sure, alternatives=alternatives, probability=probability
    )
    return PageResult("a.png", 1, 120, 40, "line", (reading,))


def test_only_what_is_hardly_read_is_read_again():
    assert is_unsure(result("12", 0.4))
    assert is_unsure(result("", 0.99))
    assert not is_unsure(result("12", 0.6, confidence=0.1))


def test_the_more_probable_reading_is_taken_however_sure_the_confidence_is():
    assert is_better(result("12", 0.8, confidence=0.1), result("17", 0.4, confidence=0.9))
    assert not is_better(result("12", 0.3), result("17", 0.4))


def test_a_reading_of_a_part_is_not_taken():
    first = result("38014213", 0.4)
    assert not is_better(result("380", 0.99, right=40), first)
    assert is_better(result("38014213", 0.99, left=4, right=98), first)
    assert is_better(result("18", 0.9, right=20), result("", 0.9))


def test_two_readings_of_a_picture_have_the_mean_of_their_confidences():
    other = pooled(result("12", 0.98), result("17", 0.4), 0.9).readings[0]
    assert other.confidence == pytest.approx(0.49)
    assert (other.status, other.reason_code) == ("review", "readers_disagree")
    same = pooled(result("12", 0.98), result("12", 0.4), 0.9).readings[0]
    assert same.confidence == pytest.approx(0.69)
    assert (same.status, same.reason_code) == ("review", "low_confidence")
    assert same.alternatives[0] == ("12", same.confidence)
    low = pooled(result("12", 0.98), result("12", 0.4), 0.5).readings[0]
    assert low.status == "accept"


def test_another_doubt_stays():
    doubted = pooled(result("12", 0.98, status="review"), result("12", 0.4), 0.9).readings[0]
    assert (doubted.status, doubted.reason_code) == ("review", "")
