"""The line recogniser's material and training."""

import numpy as np
import pytest

from digitocr.alphabet import ALPHABET, BLANK
from digitocr.training.line_images import STRETCH, LabelledLineImage, label_strip, line_image_batches, vary


def strips_of(count, seed=0):
    rng = np.random.default_rng(seed)
    widths = rng.integers(30, 120, count)
    return [
        LabelledLineImage(rng.integers(0, 200, (32, w), dtype=np.uint8), str(n % 10) * 2)
        for n, w in enumerate(widths)
    ]


def test_an_epoch_has_every_strip_once_and_is_the_same_each_time():
    strips = strips_of(50)
    first, again = (list(line_image_batches(strips, 8, seed=4, epoch=1)) for _ in range(2))
    labels = sorted(tuple(row) for _, batch, _ in first for row in batch.tolist())
    assert labels == sorted((n % 10, n % 10) for n in range(50))
    for (batch, known, members), (same, known_too, _) in zip(first, again, strict=True):
        assert batch.shape[1:] == (32, batch.shape[2], 1)
        assert batch.shape[2] % 32 == 0
        assert np.array_equal(batch, same)
        assert np.array_equal(known, known_too)
        assert [strips[n].symbols for n in members] == ["".join(map(str, row)) for row in known.tolist()]


def test_a_varied_strip_has_the_width_asked_for():
    strip = strips_of(1)[0].strip
    for stretch in STRETCH:
        seen = vary(np.random.default_rng(1), strip, stretch)
        assert seen.shape == (32, int(strip.shape[1] * stretch))
        assert seen.dtype == np.uint8


def test_training_says_after_each_epoch_how_much_is_read_and_ends_in_float32():
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import train_lines

    strips, told = strips_of(60), []
    model = train_lines(strips[10:], strips[:10], epochs=2, seed=1, log=told.append)
    assert [line.split("  ")[0] for line in told] == ["lines 1/2", "lines 2/2"]
    assert model(np.zeros((1, 32, 64, 1))).shape == (1, 1, 16, len(ALPHABET))
    assert model.dtype_policy.name == "float32"


def test_training_goes_on_from_the_weights_given():
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import train_lines
    from digitocr.training.line_network import build_line_network

    strips, start = strips_of(12), build_line_network(7)
    for weight in start.trainable_variables:
        weight.assign(weight + 3.0)
    model = train_lines(strips[2:], strips[:2], epochs=1, seed=1, log=lambda _: None, start=start)
    for before, after in zip(start.trainable_variables, model.trainable_variables, strict=True):
        assert np.abs(np.asarray(after) - np.asarray(before)).max() < 0.5


def test_where_training_goes_on_the_mean_of_the_weights_before_and_after_is_kept(monkeypatch):
    pytest.importorskip("tensorflow")
    from digitocr.training import fit_lines
    from digitocr.training.line_network import build_line_network

    strips, start = strips_of(12), build_line_network(7)
    kept = {}
    for share in (0.0, 0.5, 1.0):
        monkeypatch.setattr(fit_lines, "TRAINED_SHARE", share)
        model = fit_lines.train_lines(
            strips[2:], strips[:2], epochs=1, seed=1, log=lambda _: None, start=start
        )
        kept[share] = model.get_weights()
    for before, none, half, whole in zip(start.get_weights(), *kept.values(), strict=True):
        assert np.array_equal(before, none)
        assert np.allclose(half, (before + whole) / 2, atol=1e-4)
    assert any(not np.array_equal(none, whole) for none, whole in zip(kept[0.0], kept[1.0], strict=True))


def test_training_goes_on_from_a_network_that_knows_fewer_symbols():
    pytest.importorskip("tensorflow")
    import keras

    from digitocr.training.line_network import build_line_network, set_weights

    start = build_line_network(3)
    few = keras.layers.Conv2D(BLANK + 1, 1, name="logits")
    narrow = keras.Model(start.input, few(start.layers[-2].output))
    wider = build_line_network(4)
    set_weights(wider, narrow)
    strip = np.random.default_rng(0).integers(0, 255, (2, 32, 64, 1)).astype(np.float32)
    logits, before = np.asarray(wider(strip)), np.asarray(narrow(strip))
    assert np.allclose(logits[..., : BLANK + 1], before, atol=1e-4)
    assert (logits.argmax(axis=-1) <= BLANK).all()


def test_a_strip_too_narrow_for_its_symbols_is_left_out():
    page = np.full((40, 60), 255, np.uint8)
    page[8:32, 28:31] = 0
    assert label_strip(page, "1").symbols == "1"
    assert label_strip(page, "1" * 20) is None
    assert label_strip(np.full((40, 60), 255, np.uint8), "") is None
