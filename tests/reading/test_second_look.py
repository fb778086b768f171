"""A picture of one number that is read in several ways: which of them holds, and how sure it is."""

import pytest

from digitocr.reading.second_look import best_of, is_tight, is_unsure, reads_the_same
from digitocr.records import Box, PageResult, Reading

AT_EDGE, INSIDE = Box(0, 0, 100, 30), Box(10, 5, 100, 30)


def result(text, probability, confidence=None, status="accept", layout="line", box=AT_EDGE):
    sure = probability if confidence is None else confidence
    alternatives = ((text, sure), ("1", 0.01))
    reading = Reading("", 1, box, text, status, sure, alternatives=alternatives, probability=probability)
    return PageResult("a.png", 1, 120, 40, layout, (reading,))


def text_of(*results):
    return best_of(results, 0.9).readings[0].text


def test_only_what_is_hardly_read_is_read_again():
    assert is_unsure(result("12", 0.4))
    assert is_unsure(result("", 0.99))
    assert not is_unsure(result("12", 0.6, confidence=0.1))


def test_a_lone_digit_is_read_again_sooner_as_a_border_looks_like_one():
    assert is_unsure(result("7", 0.8))
    assert not is_unsure(result("7", 0.95))


def test_what_reads_the_same_as_at_first_ends_the_search():
    assert reads_the_same([result("12", 0.4), result("17", 0.3), result("12", 0.45)])
    assert not reads_the_same([result("12", 0.4), result("17", 0.3)])
    assert not reads_the_same([result("", 0.9), result("", 0.9)])
    assert not reads_the_same([result("", 0.9), result("12", 0.3)])


def test_a_lone_digit_read_twice_does_not_end_the_search():
    assert not reads_the_same([result("1", 0.4), result("1", 0.45)])


def test_a_picture_is_tight_where_its_number_touches_the_edge_or_none_was_read():
    assert is_tight(result("7", 0.4, box=AT_EDGE))
    assert is_tight(result("", 0.4, box=INSIDE))
    assert not is_tight(result("7", 0.4, box=INSIDE))


def test_the_more_probable_reading_is_taken_however_sure_the_confidence_is():
    assert text_of(result("17", 0.4, confidence=0.9), result("12", 0.8, confidence=0.1)) == "12"
    assert text_of(result("17", 0.4), result("12", 0.3)) == "17"
    assert text_of(result("17", 0.4), result("12", 0.6), result("14", 0.7)) == "14"


def test_a_reading_that_is_hardly_more_probable_is_not_taken():
    assert text_of(result("140", 0.49), result("1410", 0.52)) == "140"


def test_where_nothing_was_read_a_reading_must_be_worth_it():
    assert text_of(result("", 0.0), result("3", 0.2)) == ""
    assert text_of(result("", 0.0), result("3", 0.6)) == "3"


def test_a_digit_that_is_hardly_one_counts_for_nothing_beside_the_picture_as_a_line():
    assert text_of(result("5", 0.1, layout="digit")) == "5"
    assert text_of(result("5", 0.1, layout="digit"), result("", 0.0)) == ""
    assert text_of(result("5", 0.8, layout="digit"), result("", 0.0)) == "5"


def test_all_ink_as_one_digit_is_taken_where_nothing_else_is_read_and_is_never_accepted():
    alone = result("1", 0.99, layout="digit")
    (reading,) = best_of([result("", 0.0), alone], 0.9).readings
    assert (reading.text, reading.status, reading.reason_code) == ("1", "review", "readers_disagree")
    assert text_of(result("7", 0.6), alone) == "7"


def test_a_reading_after_others_has_the_mean_of_their_confidences():
    (other,) = best_of([result("17", 0.4), result("12", 0.98)], 0.9).readings
    assert other.confidence == pytest.approx(0.49)
    assert (other.status, other.reason_code) == ("review", "readers_disagree")
    (same,) = best_of([result("12", 0.4), result("12", 0.98)], 0.9).readings
    assert same.confidence == pytest.approx(0.69)
    assert (same.status, same.reason_code) == ("review", "low_confidence")
    assert same.alternatives[0] == ("12", same.confidence)
    assert best_of([result("12", 0.4), result("12", 0.98)], 0.5).readings[0].status == "accept"
    (third,) = best_of([result("12", 0.4), result("17", 0.3), result("12", 0.98)], 0.9).readings
    assert third.confidence == pytest.approx((0.4 + 0.98) / 3)


def test_a_picture_that_was_blank_with_its_border_says_nothing_against_its_digit():
    (reading,) = best_of([result("", 0.0), result("12", 0.98, box=INSIDE)], 0.9).readings
    assert (reading.text, reading.confidence, reading.status) == ("12", 0.98, "accept")


def test_what_is_read_at_the_edge_of_a_picture_that_was_blank_is_for_review():
    (reading,) = best_of([result("", 0.0), result("12", 0.98)], 0.9).readings
    assert (reading.text, reading.confidence, reading.status) == ("12", 0.49, "review")


def test_another_doubt_stays():
    (doubted,) = best_of([result("12", 0.4), result("12", 0.98, status="review")], 0.9).readings
    assert (doubted.status, doubted.reason_code) == ("review", "")
