"""The closed list of reasons, and signs put back into a number."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import ALPHABET, BLANK, CURRENCY, DIGITS, OTHER, symbol_of, with_digits
from digitocr.reasons import MEANINGS, ReasonCode


def test_every_reason_is_explained():
    assert set(MEANINGS) == set(get_args(ReasonCode))
    assert all(MEANINGS.values())


def test_the_blank_is_one_place_of_the_alphabet():
    assert [n for n, symbol in enumerate(ALPHABET) if not symbol] == [BLANK]
    assert len(set(ALPHABET)) == len(ALPHABET)


@given(st.characters())
def test_every_character_has_a_symbol(character):
    symbol = symbol_of(character)
    assert symbol in ALPHABET
    assert (symbol in DIGITS) == (character in DIGITS)


def test_currencies_dashes_and_letters_are_a_class_each():
    assert {symbol_of(character) for character in "$\N{POUND SIGN}\N{EURO SIGN}"} == {CURRENCY}
    assert {symbol_of(character) for character in "-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"} == {"-"}
    assert {symbol_of(character) for character in "aZ\N{DEGREE SIGN}\N{SUPERSCRIPT TWO}"} == {OTHER}


@given(st.text(st.sampled_from("0123456789.,-/ "), max_size=12), st.data())
def test_signs_stay_where_they_stood(written, data):
    count = sum(character in DIGITS for character in written)
    text = data.draw(st.text(st.sampled_from(DIGITS), min_size=count, max_size=count))
    changed = with_digits(written, text)
    assert "".join(c for c in changed if c in DIGITS) == text
    assert [c if c not in DIGITS else "" for c in changed] == [c if c not in DIGITS else "" for c in written]
    assert with_digits(written, text + "1") == text + "1"
