"""Print, with installed fonts or none."""

import cv2
import numpy as np
import pytest

from digitocr.synthesis.print import DIGITS, PRINTED_MARKS, PrintHand, installed_fonts


@pytest.mark.parametrize("fonts", [(), installed_fonts()[:3]])
def test_digits_stand_on_the_line_at_their_size(fonts):
    hand = PrintHand(np.random.default_rng(1), 30, fonts)
    for digit in DIGITS:
        glyph = hand.draw(digit)
        assert glyph.ink.max() > 200
        assert 0.55 * glyph.size < glyph.ink.shape[0] < 1.3 * glyph.size
        assert glyph.ink.any(axis=0).all() or glyph.ink.any(axis=1).all()


def test_a_blank_is_unknown():
    with pytest.raises(KeyError):
        PrintHand(np.random.default_rng(1), 30, ()).draw(" ")


def test_fonts_are_listed_in_one_order():
    names = [file.name for file in installed_fonts()]
    assert names == sorted(names)


def test_old_style_figures_are_low_or_hang_below_the_line():
    hands = [PrintHand(np.random.default_rng(seed), 30, ()) for seed in range(40)]
    low = [hand for hand in hands if hand.draw("1").size > hand.draw("8").size]
    assert 0 < len(low) < len(hands)
    for hand in low:
        below = hand.draw("4")
        assert below.base < 0.9 * below.ink.shape[0]
        assert hand.draw("6").base > 0.9 * hand.draw("6").ink.shape[0]


@pytest.mark.parametrize("font", installed_fonts(), ids=lambda font: font.name)
def test_a_font_of_pictures_is_no_font_of_digits(font):
    eight = PrintHand(np.random.default_rng(1), 30, [font]).draw("8").ink
    _, nesting = cv2.findContours((eight > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    assert (nesting[0, :, 3] >= 0).sum() == 2


@pytest.mark.parametrize("font", installed_fonts(), ids=lambda font: font.name)
def test_every_font_that_is_drawn_with_has_what_numbers_are_written_with(font):
    hand = PrintHand(np.random.default_rng(1), 30, [font])
    assert all(hand.draw(character).ink.any() for character in DIGITS + PRINTED_MARKS)
