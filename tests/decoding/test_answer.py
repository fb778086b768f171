"""What a format makes of the strings of a row."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.decoding.answer import constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.formats.formats import make_format

FOUR = make_format({"length": 4})


def named(shares):
    return [Hypothesis(text, share, float(np.log(share)), ()) for text, share in shares.items()]


def answer(shares, **options):
    return constrain(named(shares), FOUR, "line", 5, **options)


@given(
    weights=st.dictionaries(st.text("0123456789", max_size=5), st.integers(1, 1000), min_size=1, max_size=8),
    left=st.integers(0, 500),
)
def test_strings_have_the_format_and_share_no_more_than_all(weights, left):
    whole = sum(weights.values()) + left
    shares = {text: weight / whole for text, weight in weights.items()}
    answered = answer(shares, other=left / whole)
    assert sum(one.probability for one in answered.strings) <= 1 + 1e-9
    likeliest = max(shares.values())
    assert shares[answered.unconstrained.text] == likeliest
    if answered.satisfied:
        assert all(FOUR.accepts(one.text) or not one.text for one in answered.strings)
        assert answered.raw in {"", answered.unconstrained.text}
    else:
        assert shares[answered.strings[0].text] == likeliest


def test_a_string_that_nearly_was_is_taken_and_what_it_replaced_kept():
    answered = answer({"40287": 0.55, "4028": 0.4})
    assert (answered.strings[0].text, answered.raw, answered.satisfied) == ("4028", "40287", True)
    assert answered.strings[0].probability > 0.9


def test_what_is_certain_and_has_another_format_is_not_believed_to_have_it():
    assert answer({"40287": 0.99, "4028": 0.003}).strings[0].probability < 0.5
    assert not answer({"40287": 0.999, "4028": 0.0001}).satisfied


def test_where_nothing_fits_the_free_reading_stays():
    answered = answer({"123": 0.8, "12": 0.2})
    assert (answered.satisfied, answered.strings[0].text, answered.raw) == (False, "123", "")


def test_what_neither_reader_named_keeps_its_share():
    assert answer({"4028": 0.6}, other=0.4).strings[0].probability == pytest.approx(0.6)


def test_a_blank_stays_blank():
    answered = answer({"": 0.7, "4028": 0.3})
    assert (answered.satisfied, answered.strings[0].text) == (True, "")


def test_without_a_format_nothing_changes():
    answered = constrain(named({"12": 0.3, "123": 0.7}), None, "line", 1)
    assert [one.text for one in answered.strings] == ["123"]
    assert (answered.unconstrained, answered.raw, answered.satisfied) == (None, "", True)


def test_that_some_number_of_the_format_stands_there_is_surer_than_which():
    answered = answer({"4028": 0.3, "4023": 0.3, "4026": 0.3, "402": 0.1})
    assert answered.strings[0].probability < 0.5 < answered.probability
    assert answered.probability == pytest.approx(sum(one.probability for one in answered.strings))
    assert answer({"": 0.9, "4028": 0.1}).probability < 0.5


def test_what_was_taken_from_a_longer_number_says_so():
    taken = answer({"14028": 0.6, "4028": 0.35})
    assert (taken.strings[0].text, taken.longer) == ("4028", "14028")
    corrected = answer({"402": 0.6, "4028": 0.35})
    assert (corrected.strings[0].text, corrected.longer) == ("4028", "")
    assert replace(corrected, within="94028").longer == "94028"
    assert constrain(named({"14028": 0.6, "4028": 0.35}), None, "page", 5).longer == ""


@given(
    weights=st.dictionaries(st.text("0123456789", max_size=5), st.integers(1, 1000), min_size=1, max_size=8),
    confidence=st.floats(0, 1),
    allowed=st.sampled_from([None, FOUR]),
)
def test_what_is_read_does_not_hang_on_the_confidence(weights, confidence, allowed):
    whole = 1.05 * sum(weights.values())
    strings = named({text: weight / whole for text, weight in weights.items()})
    plain = constrain(strings, allowed, "line", 5, other=0.05)
    told = constrain(strings, allowed, "line", 5, other=0.05, confidence=confidence)
    assert (told.strings, told.probability, told.satisfied) == (
        plain.strings,
        plain.probability,
        plain.satisfied,
    )
    assert len(told.confidences) == len(told.strings)
    assert all(0 <= share <= 1 + 1e-9 for share in told.confidences)


def test_the_confidence_is_told_and_alternatives_share_the_rest():
    told = constrain(named({"12": 0.8, "13": 0.1}), None, "line", 5, other=0.1, confidence=0.6)
    assert [confidence for _, confidence in told.reported] == pytest.approx([0.6, 0.2])
    assert told.confidence == pytest.approx(0.6)
    assert told.probability == pytest.approx(0.8)
    plain = constrain(named({"12": 0.8, "13": 0.1}), None, "line", 5)
    assert plain.confidence == pytest.approx(0.8)
    assert constrain([], None, "line", 5).confidence == 0.0


@pytest.mark.parametrize("allowed", [None, FOUR])
def test_what_is_hardly_believed_is_no_surer_for_having_one_rival(allowed):
    strings = named({"1234": 0.6, "1834": 0.38, "12345": 0.01})
    told = constrain(strings, allowed, "page", 5, other=0.01, confidence=0.04)
    assert told.confidence <= 0.05
    assert all(share <= told.confidence for _, share in told.reported)


def test_a_format_raises_the_confidence_as_it_raises_the_probability():
    shares = {"40287": 0.55, "4028": 0.4}
    told = constrain(named(shares), FOUR, "line", 5, other=0.05, confidence=0.55)
    assert told.confidence == pytest.approx(told.strings[0].probability)
    surer = constrain(named(shares), FOUR, "line", 5, other=0.05, confidence=0.95)
    assert surer.strings == told.strings
    assert surer.confidence < told.confidence
