"""Pages that are drawn know what is on them."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the extra train has it")

import matplotlib as mpl

from digitocr.layout.maps import MAP_NAMES, digit_heights_px
from digitocr.synthesis.pages import clutter
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.draw import PAGE_KINDS, PATCH_PX, draw_patch
from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.seven_segments import SevenSegments
from digitocr.synthesis.pages.style import UNLIKE_DIGITS, random_style, random_word
from digitocr.synthesis.pages.view import canvas_positions, look_at
from digitocr.synthesis.pages.writers import FontWriter

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
INKS = ("digit", "line", "other")


@pytest.fixture(scope="module")
def pens() -> Pens:
    return Pens(fonts=(FONT,))


def pieces(*layers: np.ndarray) -> int:
    """How many connected pieces some maps have together."""
    together = np.asarray(np.max(layers, axis=0) > 0, np.uint8)
    return cv2.connectedComponents(together)[0] - 1


@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_all_ink_of_a_page_is_in_a_map_and_no_map_shows_ink_where_there_is_none(
    kind: str, pens: Pens, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A photograph is neither ink nor line.
    monkeypatch.setattr(clutter, "CLUTTER", [c for c in clutter.CLUTTER if c is not clutter.photograph])
    rng = np.random.default_rng(3)
    style = random_style(rng, pens, PAGE_KINDS[kind].printed, (16.0, 30.0))
    canvas = Canvas(PATCH_PX, PATCH_PX)
    PAGE_KINDS[kind].draw(canvas, style)
    ink = canvas.dark > 0
    mapped = np.max([canvas.maps[name] for name in INKS], axis=0) > 0
    assert ink.any()
    assert not (mapped & ~ink).any()
    assert (ink & ~mapped).mean() < 0.01  # but for the guides that some boxes have
    core = canvas.maps["core"] > 0
    assert not (core & (canvas.maps["height"] == 0)).any()


@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_the_same_seed_draws_the_same_page(kind: str, pens: Pens) -> None:
    first, again, other = (draw_patch(np.random.default_rng(seed), pens, kind) for seed in (5, 5, 6))
    assert np.array_equal(first.picture, again.picture)
    assert np.array_equal(first.maps, again.maps)
    assert not np.array_equal(first.picture, other.picture)


def test_a_page_is_seen_with_its_maps_at_half_its_size(pens: Pens) -> None:
    page = draw_patch(np.random.default_rng(1), pens, "table", shape=(200, 320))
    assert page.picture.shape == (200, 320)
    assert page.maps.shape == (100, 160, len(MAP_NAMES))
    assert page.picture.dtype == page.maps.dtype == np.uint8


def test_a_cell_is_curled_by_a_pixel_at_most() -> None:
    curled = [canvas_positions(np.random.default_rng(seed), (40, 40)) for seed in range(400)]
    assert all(abs(x[20, 20] - 20) + abs(y[20, 20] - 20) < 2 for x, y in curled)


@pytest.mark.parametrize("text", ["1", "2026", "101,183.92", "12:30"])
def test_a_printed_number_is_one_core_without_links(text: str) -> None:
    canvas = Canvas(80, 300)
    canvas.number(FontWriter(FONT), text, (20, 50), 24, 1.0)
    assert pieces(canvas.maps["core"]) == 1
    assert not canvas.maps["link"].any()


def test_a_sign_before_a_number_is_its_ink_but_not_its_core() -> None:
    canvas = Canvas(80, 300)
    letters = canvas.number(FontWriter(FONT), "-12", (20, 50), 24, 1.0)
    minus = slice(letters[0].left, letters[0].right)
    assert canvas.maps["digit"][:, minus].any()
    assert not canvas.maps["core"][:, minus].any()


@pytest.mark.parametrize("gap", [0.8, 2.0])
def test_digits_set_apart_are_linked(gap: float) -> None:
    canvas = Canvas(80, 400)
    canvas.number(FontWriter(FONT, gap), "4711", (20, 50), 24, 1.0)
    assert pieces(canvas.maps["core"]) == 4
    assert pieces(canvas.maps["core"], canvas.maps["link"]) == 1


def test_neighbouring_numbers_stay_apart() -> None:
    canvas = Canvas(120, 300)
    left = canvas.number(FontWriter(FONT), "123", (20, 50), 24, 1.0)
    canvas.number(FontWriter(FONT), "456", (left[-1].right + 4, 50), 24, 1.0)
    canvas.number(FontWriter(FONT), "789", (20, 76), 24, 1.0)
    assert pieces(canvas.maps["core"], canvas.maps["link"]) == 3


def test_digits_in_boxes_are_linked_and_their_heights_told() -> None:
    canvas = Canvas(100, 300)
    run = []
    for n in range(3):
        canvas.box((20 + 40 * n, 20, 60 + 40 * n, 70), 1, 1)
        run += canvas.number(FontWriter(FONT), "5", (40 + 40 * n, 58), 26, 1.0, align="c")
    assert pieces(canvas.maps["core"], canvas.maps["link"]) == 3
    canvas.link(run, 26)
    assert pieces(canvas.maps["core"], canvas.maps["link"]) == 1
    levels = canvas.maps["height"][canvas.maps["core"] > 0]
    assert digit_heights_px(levels) == pytest.approx(26, rel=0.02)


@pytest.mark.parametrize("kind", ["spaced", "meter"])
def test_the_digits_of_a_row_are_one_number(kind: str, pens: Pens) -> None:
    style = random_style(np.random.default_rng(8), pens, 1.0, (20.0, 24.0))
    canvas = Canvas(PATCH_PX, PATCH_PX)
    PAGE_KINDS[kind].draw(canvas, style)
    digits = sum(character.isdigit() for text, _ in canvas.numbers for character in text)
    assert digits > 2
    assert pieces(canvas.maps["core"], canvas.maps["link"]) < digits / 2


def test_a_display_shows_each_digit_as_another_shape() -> None:
    shown = SevenSegments(np.random.default_rng(1)).number("0123456789-", 28)
    shapes = {shown.picture[:, a.left : a.right].tobytes() for a in shown.letters}
    assert [a.text for a in shown.letters] == list("0123456789-")
    assert len(shapes) == 11
    assert all(a.right <= b.left for a, b in pairwise(shown.letters))


def test_a_word_is_never_made_of_letters_alone_that_digits_look_like() -> None:
    rng = np.random.default_rng(4)
    assert all(UNLIKE_DIGITS & set(random_word(rng).lower()) for _ in range(2000))


def test_what_lies_over_a_page_hides_it_from_the_maps_too() -> None:
    canvas = Canvas(80, 300)
    canvas.number(FontWriter(FONT), "123456", (20, 50), 24, 1.0)
    canvas.cover([(0, 0), (300, 0), (300, 80), (0, 80)], 0.8)
    assert not any(layer.any() for layer in canvas.maps.values())
    assert (canvas.ground == np.float32(0.8)).all()


def test_with_a_margin_numbers_stand_whole_and_apart() -> None:
    canvas = Canvas(80, 300, margin_px=10)
    writer = FontWriter(FONT)
    assert canvas.number(writer, "12", (4, 50), 24, 1.0) == []
    assert canvas.number(writer, "34", (100, 50), 24, 1.0)
    assert canvas.number(writer, "56", (104, 50), 24, 1.0) == []
    assert [text for text, _ in canvas.numbers] == ["34"]


def test_print_on_a_dark_ground_is_light() -> None:
    rng = np.random.default_rng(2)
    canvas = Canvas(64, 64)
    canvas.shade(0, 0, 64, 64, 0.9)
    canvas.number(FontWriter(FONT), "8", (32, 50), 40, 1.0, align="c")
    picture, maps = look_at(rng, canvas, 40, harsh=False)
    ink = cv2.resize(maps[..., MAP_NAMES.index("digit")], (64, 64)) > 200
    assert picture[ink].mean() > picture[~ink].mean() + 20
