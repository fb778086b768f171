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
    model, right = train_lines(strips[10:], strips[:10], epochs=2, seed=1, log=told.append)
    assert 0 <= right <= 1
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
    model, _ = train_lines(strips[2:], strips[:2], epochs=1, seed=1, log=lambda _: None, start=start)
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
        model, _ = fit_lines.train_lines(
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


def stop(line):
    raise KeyboardInterrupt


@pytest.mark.parametrize("rounds", [False, True])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(rounds, tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_real_lines import train_rounds

    from digitocr.training.fit_lines import train_lines
    from digitocr.training.settings import TrainOptions

    strips = strips_of(40)
    options = TrainOptions(line_rounds=2, round_lines={"drawn": 20})

    def train(state, log):
        if rounds:
            sets = {"drawn": strips}
            return train_rounds(sets, {"drawn": strips[:4]}, options, log, start=None, state=state)[0]
        return train_lines(strips[4:], strips[:4], 2, 1, log, state=state)[0]

    whole = train(tmp_path / "whole.npz", lambda _: None)
    (tmp_path / "whole.npz").unlink()
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "stopped.npz", stop)
    resumed = train(tmp_path / "stopped.npz", lambda _: None)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=2e-3)


def test_a_round_asks_for_sets_that_are_there(tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_real_lines import train_rounds

    from digitocr.errors import UsageError
    from digitocr.training.settings import TrainOptions

    options = TrainOptions(line_rounds=1, round_lines={"stamps": 3})
    with pytest.raises(UsageError, match="no set stamps; there are drawn"):
        train_rounds({"drawn": []}, {}, options, print, start=None, state=tmp_path / "run.npz")


def test_lines_that_are_drawn_are_not_drawn_again(tmp_path, monkeypatch):
    from digitocr.training import line_shards
    from digitocr.training.line_images import draw_labelled_line

    monkeypatch.setattr(line_shards, "LINES_A_SHARD", 6)
    drawing = line_shards.LineDrawing(make=draw_labelled_line, material=[], count=9, seed=1, words=1)
    first = line_shards.draw_line_shards(drawing, 1, tmp_path, lambda _: None)
    (tmp_path / "001.npz").unlink()
    again = line_shards.draw_line_shards(drawing, 1, tmp_path, lambda _: None)
    assert [one.symbols for one in first] == [one.symbols for one in again]
    assert all(np.array_equal(one.strip, other.strip) for one, other in zip(first, again, strict=True))
