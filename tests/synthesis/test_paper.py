"""Ink on paper, and what a camera makes of it."""

import time

import cv2
import numpy as np
import pytest

from digitocr.synthesis.camera import camera, jpeg, tone_curve
from digitocr.synthesis.paper import PAPER_KINDS, bleed, pen, put_on_paper, shade
from digitocr.synthesis.patterns import borders, guilloche, noise, rules

SHAPE = (50, 200)
PATTERNS = [guilloche, rules, borders]


def bars() -> np.ndarray:
    """Five upright strokes, 30 pixels high."""
    ink = np.zeros(SHAPE, np.uint8)
    for x in range(30, 180, 30):
        cv2.line(ink, (x, 10), (x, 40), 255, 4)
    return ink


@pytest.mark.parametrize("kind", [None, *PAPER_KINDS])
def test_a_picture_has_the_shape_of_its_ink_and_the_ink_is_dark(kind: str | None) -> None:
    ink = bars()
    darker = []
    for seed in range(60):
        picture = put_on_paper(np.random.default_rng(seed), ink, 30, kind)
        assert picture.shape == SHAPE
        assert picture.dtype == np.uint8
        darker.append(np.median(picture[ink == 0]) - np.median(picture[ink == 255]))
    assert np.mean(np.array(darker) > 5) > 0.9
    assert min(darker) > -5


def test_the_same_seed_gives_the_same_picture() -> None:
    first, again = (put_on_paper(np.random.default_rng(7), bars()) for _ in range(2))
    other = put_on_paper(np.random.default_rng(8), bars())
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (28, 28), (700, 900)])
def test_any_size_goes(shape: tuple[int, int]) -> None:
    for seed in range(8):
        assert put_on_paper(np.random.default_rng(seed), np.zeros(shape, np.uint8)).shape == shape


def test_the_ink_layer_is_not_written_into() -> None:
    ink = bars()
    put_on_paper(np.random.default_rng(0), ink)
    assert np.array_equal(ink, bars())


def test_kinds_share_out_the_whole() -> None:
    assert sum(kind.share for kind in PAPER_KINDS.values()) == pytest.approx(1)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_print_takes_a_part_of_the_light(pattern) -> None:  # type: ignore[no-untyped-def]
    printed = 0
    for seed in range(40):
        layer = pattern(np.random.default_rng(seed), SHAPE, 30.0)
        assert layer.shape == SHAPE
        assert layer.dtype == np.float32
        assert layer.min() >= 0
        assert layer.max() < 0.95
        printed += bool(layer.max() > 0.03)
    assert printed >= 30


def test_borders_keep_to_the_edges() -> None:
    total = np.zeros((60, 120), np.float64)
    for seed in range(200):
        total += borders(np.random.default_rng(seed), (60, 120), 30.0)
    assert total[20:40, 40:80].max() < 0.05 * total.max()


def test_noise_is_even_and_may_be_larger_than_its_field() -> None:
    rng = np.random.default_rng(3)
    field = noise(rng, (1200, 1100), 2.0)
    assert field.shape == (1200, 1100)
    assert abs(float(field.mean())) < 0.05
    assert float(field.std()) == pytest.approx(1, abs=0.05)


def test_light_stays_about_one_and_a_shadow_only_takes() -> None:
    for seed in range(30):
        lit = shade(np.random.default_rng(seed), SHAPE, False)
        shadowed = shade(np.random.default_rng(seed), SHAPE, True)
        assert lit.dtype == shadowed.dtype == np.float32
        assert np.all(shadowed <= lit + 1e-6)
        assert shadowed.min() > 0.3


def test_pen_and_bleed_follow_the_ink() -> None:
    ink = bars() * np.float32(1 / 255)
    rng = np.random.default_rng(1)
    written = pen(rng, ink, 0.8)
    assert np.all(written[ink == 0] == 0)
    assert written.max() <= 1
    assert bleed(rng, ink).max() < 0.2


def test_a_camera_keeps_the_size_and_clips() -> None:
    bright = np.full((33, 71), 400, np.float32)
    for sharpen in (False, True):
        picture = camera(np.random.default_rng(0), bright, 2.5, sharpen)
        assert picture.shape == (33, 71)
        assert picture.min() > 245


def test_tone_and_jpeg_leave_flat_grey_in_its_place() -> None:
    grey = np.full((16, 16), 128, np.uint8)
    assert np.all(np.abs(jpeg(grey, 30).astype(int) - 128) < 6)
    ends = tone_curve(np.array([[0, 128, 255]], np.float32), 1.3)
    assert ends[0, 0] == 0
    assert ends[0, 1] < 128
    assert ends[0, 2] == pytest.approx(255)


def test_a_line_takes_about_a_millisecond() -> None:
    rng, ink = np.random.default_rng(0), bars()
    put_on_paper(rng, ink)
    start = time.process_time()
    for _ in range(100):
        put_on_paper(rng, ink)
    assert (time.process_time() - start) / 100 < 0.005  # five times the aim: machines differ
