"""Rows of printed boxes about drawn characters."""

import numpy as np
import pytest

from digitocr.synthesis.boxes import print_boxes
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

WIDE = Spacing(gap=0.6, gap_spread=0.02, wobble=0)


@pytest.mark.parametrize("seed", range(8))
def test_each_character_keeps_its_ink_and_has_print_on_both_sides(seed):
    rng = np.random.default_rng(seed)
    number = write_number(rng, StrokeHand(rng, 30), "482", 30, WIDE, margin_px=25)
    boxed, layer = print_boxes(rng, number, 30)
    assert layer.shape == boxed.ink.shape
    assert layer.dtype == np.float32
    assert 0 < layer.max() < 0.5
    assert boxed.ink.sum() == number.ink.sum()
    printed = layer.max(axis=0) > 0
    for before, after in zip(number.placed, boxed.placed, strict=True):
        assert after.text == before.text
        window = boxed.ink[after.box.top : after.box.bottom, after.box.left : after.box.right]
        assert (window >= after.ink).all()
        assert printed[: after.box.right].any()
        assert printed[after.box.left :].any()


def test_some_rows_begin_with_empty_boxes():
    widths = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        number = write_number(np.random.default_rng(1), StrokeHand(rng, 30), "7", 30, WIDE, margin_px=25)
        boxed, _ = print_boxes(rng, number, 30)
        widths.add(boxed.ink.shape[1] > number.ink.shape[1])
    assert widths == {True, False}
