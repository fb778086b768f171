"""The line recogniser's material and training."""

import numpy as np
import pytest

from digitocr.training.strips import STRETCH, DrawnStrip, strip_batches, vary


def strips_of(count, seed=0):
    rng = np.random.default_rng(seed)
    widths = rng.integers(30, 120, count)
    return [
        DrawnStrip(rng.integers(0, 200, (32, w), dtype=np.uint8), str(n % 10) * 2)
        for n, w in enumerate(widths)
    ]


def test_an_epoch_has_every_strip_once_and_is_the_same_each_time():
    strips = strips_of(50)
    first, again = (list(strip_batches(strips, 8, seed=4, epoch=1)) for _ in range(2))
    labels = sorted(tuple(row) for _, batch in first for row in batch.tolist())
    assert labels == sorted((n % 10, n % 10) for n in range(50))
    for (batch, known), (same, known_too) in zip(first, again, strict=True):
        assert batch.shape[1:] == (32, batch.shape[2], 1)
        assert batch.shape[2] % 32 == 0
        assert np.array_equal(batch, same)
        assert np.array_equal(known, known_too)


def test_a_varied_strip_has_the_width_asked_for():
    strip = strips_of(1)[0].strip
    for stretch in STRETCH:
        seen = vary(np.random.default_rng(1), strip, stretch)
        assert seen.shape == (32, int(strip.shape[1] * stretch))
        assert seen.dtype == np.uint8


def test_the_recogniser_learns_what_strips_say():
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import share_right, train_lines

    # Two bars, high or low: 3 or 8.
    rng = np.random.default_rng(2)
    strips = []
    for _ in range(960):
        text = "".join(rng.choice(["3", "8"], 2))
        strip = np.zeros((32, 64), np.uint8)
        for place, digit in enumerate(text):
            strip[slice(2, 12) if digit == "3" else slice(20, 30), 8 + 28 * place : 24 + 28 * place] = 180
        strips.append(DrawnStrip(strip, text))
    told = []
    model = train_lines(strips[96:], strips[:96], epochs=40, seed=1, log=told.append)
    assert share_right(model, strips[:96]) > 0.8
    assert len(told) == 40
