"""Lines that are drawn with signs, by recorded writers, and of what is no number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import ALPHABET, CURRENCY, DIGITS, OTHER, digits_of
from digitocr.synthesis.amounts import even_text, signed_text, single_text, symbols_of
from digitocr.synthesis.drawn import Hands
from digitocr.synthesis.letterforms import LETTERFORMS
from digitocr.synthesis.non_numbers import cut, draw_unread, struck
from digitocr.synthesis.recorded import RecordedHand, recording_of
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import write_number
from digitocr.training.line_drawing import draw_line_strip


@given(st.text("0123456789 $.,ab%", max_size=14))
def test_symbols_keep_the_digits_in_their_order(text):
    symbols = symbols_of(text)
    assert digits_of(symbols) == digits_of(text)
    assert set(symbols) <= set(ALPHABET)
    assert OTHER * 2 not in symbols
    assert " " not in symbols_of(text, spaces=False)


def test_letters_are_one_symbol_and_blanks_are_kept_between_numbers():
    assert symbols_of("EUR 1,262.35") == f"{OTHER} 1,262.35"
    assert symbols_of("two words  12 345") == f"{OTHER} 12 345"
    assert symbols_of("-$5") == f"-{CURRENCY}5"


def test_drawn_texts_are_numbers():
    rng = np.random.default_rng(1)
    for _ in range(300):
        assert digits_of(signed_text(rng))
        assert set(even_text(rng)) <= set(DIGITS)
        assert single_text(rng) in DIGITS


def recorded():
    upright = [np.array([[0, 0], [5, 500], [0, 900]], np.float64)]
    ring = [np.array([[200, 0], [0, 400], [200, 800], [400, 400], [210, 5]], np.float64)]
    return {"1": [recording_of(upright)], "0": [recording_of(ring)]}


def test_a_recorded_writer_draws_recorded_digits_upright_and_whole():
    hand = RecordedHand(np.random.default_rng(2), 40, recorded())
    one, zero = hand.draw("1").ink, hand.draw("0").ink
    assert 30 < one.shape[0] < 60
    assert one.shape[1] < 0.6 * one.shape[0]
    middle = zero[zero.shape[0] // 2]
    assert middle[zero.shape[1] // 2] == 0
    assert (middle > 128).any()
    assert hand.draw("7").ink.any()


def test_a_flat_recording_is_no_digit():
    assert recording_of([np.array([[0, 0], [900, 10]], np.float64)]) is None


def test_what_is_cut_or_struck_out_keeps_only_whole_digits():
    rng = np.random.default_rng(3)
    number = write_number(rng, StrokeHand(rng, 30), "23456", 30)
    assert struck(rng, number, 30).symbols == OTHER
    for _ in range(20):
        unread = cut(rng, number)
        assert unread.symbols in {OTHER, "2345" + OTHER, OTHER + "3456"}
        assert unread.ink.size < number.ink.size


@pytest.mark.parametrize("seed", range(3))
def test_every_drawn_line_has_ink_and_fits_its_strip(seed):
    hands, rng = Hands([], (), True, (recorded(),), ()), np.random.default_rng(seed)
    lines = [line for line in (draw_line_strip(rng, hands) for _ in range(40)) if line]
    assert len(lines) > 30
    for line in lines:
        assert line.strip.shape[0] == 32
        assert line.strip.any()
        assert len(line.symbols) * 4 <= line.strip.shape[1]


def test_no_number_has_ink_and_mostly_no_digit():
    rng = np.random.default_rng(5)
    drawn = [draw_unread(rng, 30.0, ()) for _ in range(80)]
    assert all(unread.ink.any() for unread in drawn)
    assert sum(not digits_of(unread.symbols) for unread in drawn) > 60


def test_a_hand_writes_the_letterforms_that_it_learned():
    upright = ((0.2, 0.0), (0.2, 1.0))
    hand = StrokeHand(np.random.default_rng(4), 40, LETTERFORMS | {"5": ((upright,),)})
    heights, widths = np.array([hand.draw("5").ink.shape for _ in range(20)]).T
    assert (heights > 30).all()
    assert np.median(widths / heights) < 0.5


def test_a_register_hand_writes_numbers():
    rng, hands = np.random.default_rng(5), Hands([], (), True)
    lines = [line for line in (draw_line_strip(rng, hands, {"register": 1.0}) for _ in range(30)) if line]
    assert len(lines) > 25
    assert all(digits_of(line.symbols) and line.strip.any() for line in lines)
