"""A whole number written by one hand."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitocr.synthesis.glyphs import Glyph
from digitocr.synthesis.writing import Spacing, random_spacing, write_number

STEADY = {"gap_spread": 0.0, "wobble": 0.0, "size_spread": 0.0}


class BlockHand:
    """Draws every digit as a solid block of 20 by 40 pixels, and a full stop as one of 6 by 6."""

    def draw(self, text: str) -> Glyph:
        if text == ".":
            return Glyph(text, np.full((6, 6), 255, np.uint8), 40.0, 6.0)
        if not text.isdigit():
            raise KeyError(text)
        return Glyph(text, np.full((40, 20), 255, np.uint8), 40.0, 40.0)


class LeaningHand:
    """Draws a stroke from bottom left to top right."""

    def draw(self, text: str) -> Glyph:
        ink = np.zeros((40, 43), np.uint8)
        for y in range(40):
            ink[y, 39 - y : 43 - y] = 255
        return Glyph(text, ink, 40.0, 40.0)


def write(text: str, size_px: float = 40.0, margin_px: int = 0, **spacing: float):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    return write_number(
        rng, BlockHand(), text, size_px, Spacing(**{**STEADY, **spacing}), margin_px=margin_px
    )


def test_every_character_has_a_box_that_holds_its_ink() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        spacing = replace(random_spacing(rng), joined=0)
        written = write_number(rng, BlockHand(), "30.5 7", 33.0, spacing, margin_px=4)
        assert [p.text for p in written.placed] == list("30.57")
        rows, columns = written.ink.shape
        for placed in written.placed:
            box = placed.box
            assert 4 <= box.left < box.right <= columns - 4
            assert 4 <= box.top < box.bottom <= rows - 4
            assert placed.ink.shape == (box.height, box.width)
            assert np.all(written.ink[box.top : box.bottom, box.left : box.right] >= placed.ink)
        outside = written.ink.copy()
        for box in written.boxes:
            outside[box.top : box.bottom, box.left : box.right] = 0
        assert not outside.any()


def test_the_layer_is_cut_tight_without_a_margin() -> None:
    ink = write("12").ink
    assert ink.dtype == np.uint8
    assert ink.shape == (40, 20 + round(0.14 * 40) + 20)


@pytest.mark.parametrize(("gap", "clear"), [(0.5, 20), (0.0, 0), (-0.1, -4)])
def test_the_gap_is_a_share_of_the_height(gap: float, clear: int) -> None:
    first, second = write("88", gap=gap).boxes
    assert second.left - first.right == clear


def test_leaning_strokes_are_set_by_their_ink_not_their_boxes() -> None:
    spacing = Spacing(gap=0.2, **STEADY)
    first, second = write_number(np.random.default_rng(0), LeaningHand(), "11", 40.0, spacing).boxes
    assert second.left < first.right
    assert second.left > first.left + 4


def test_size_is_the_height_of_a_digit_and_marks_keep_their_share() -> None:
    digit, stop = write("1.", size_px=20.0).boxes
    assert digit.height == 20
    assert stop.height == 3
    assert stop.bottom == digit.bottom


def test_the_baseline_slopes_and_is_told() -> None:
    level, sloped = write("1111"), write("1111", slope=0.1)
    assert {box.bottom for box in level.boxes} == {level.base}
    bottoms = [box.bottom for box in sloped.boxes]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] > bottoms[0] + 4


def test_a_blank_leaves_room() -> None:
    near, far = write("12").boxes[1], write("1 2", space=1.0).boxes[1]
    assert far.left > near.left + 30


def test_the_same_seed_writes_the_same() -> None:
    first, again = (
        write_number(np.random.default_rng(9), BlockHand(), "2024", 30.0, Spacing(wobble=0.1))
        for _ in range(2)
    )
    assert np.array_equal(first.ink, again.ink)
    assert first.boxes == again.boxes


def test_blank_text_and_unknown_characters_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to write"):
        write("  ")
    with pytest.raises(KeyError):
        write("1x")


def test_a_pen_that_stays_down_joins_digits() -> None:
    apart, joined = (write("4096", gap=0.2, joined=chance).ink for chance in (0.0, 1.0))
    assert cv2.connectedComponents(apart)[0] == 5
    assert cv2.connectedComponents(joined)[0] == 2
