"""The line recogniser's material and training."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from digitocr.alphabet import ALPHABET
from digitocr.errors import UsageError
from digitocr.training.line_batches import line_batches
from digitocr.training.line_images import STRETCH, LabelledLineImage, label_strip
from digitocr.training.line_views import vary


def strips_of(count, seed=0):
    rng = np.random.default_rng(seed)
    widths = rng.integers(30, 120, count)
    return [
        LabelledLineImage(rng.integers(0, 200, (32, w), dtype=np.uint8), str(n % 10) * 2)
        for n, w in enumerate(widths)
    ]


def test_an_epoch_has_every_strip_once_and_is_the_same_however_many_processes_make_it():
    strips = strips_of(50)
    alone = list(line_batches(strips, 8, seed=4, epoch=1))
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        shared = list(line_batches(strips, 8, 4, 1, pool))
    labels = sorted(tuple(row) for _, known in alone for row in known.tolist())
    assert labels == sorted((n % 10, n % 10) for n in range(50))
    for (batch, known), (same, known_too) in zip(alone, shared, strict=True):
        assert batch.shape[1:] == (32, batch.shape[2], 1)
        assert batch.shape[2] % 32 == 0
        assert np.array_equal(batch, same)
        assert np.array_equal(known, known_too)


def test_another_epoch_shows_other_views():
    (first, _), (second, _) = (next(line_batches(strips_of(1), 8, seed=4, epoch=n)) for n in (1, 2))
    assert first.shape != second.shape or not np.array_equal(first, second)


def test_a_varied_strip_has_the_width_asked_for():
    strip = strips_of(1)[0].strip
    for seed in range(60):  # so that each kind of change is met
        for stretch in STRETCH:
            seen = vary(np.random.default_rng(seed), strip, stretch)
            assert seen.shape == (32, int(strip.shape[1] * stretch))
            assert seen.dtype == np.uint8


def test_what_is_left_of_a_border_stands_at_the_edges_alone():
    blank = np.zeros((32, 90), np.uint8)
    seen = [vary(np.random.default_rng(seed), blank, 1.0) > 60 for seed in range(400)]
    bordered = [
        view for view in seen if view[:, :4].any() and view[:4].any() and not view[10:22, 20:70].any()
    ]
    assert len(bordered) > 5


def test_rules_are_drawn_upright_anywhere_and_level_near_an_edge():
    blank = np.zeros((32, 90), np.uint8)
    views = [vary(np.random.default_rng(seed), blank, 1.0) for seed in range(400)]
    inked = [np.argwhere(view > 60) for view in views if (view > 60).any()]
    upright = [at for at in inked if np.ptp(at[:, 1]) < 12]
    level = [at for at in inked if np.ptp(at[:, 0]) < 12 and np.ptp(at[:, 1]) > 40]
    assert len(upright) > 15
    assert len({round(at[:, 1].mean() / 10) for at in upright}) > 5
    assert len(level) > 10
    assert all(at[:, 0].max() < 14 or at[:, 0].min() > 17 for at in level)


def rounds_of(count, **options):
    from digitocr.training.settings import TrainOptions

    return TrainOptions(line_rounds=count, round_lines={"drawn": 20}, **options)


def train(strips, options, tmp_path, log=lambda _: None, start=None):
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import train_rounds

    sets = {"drawn": strips[4:]}
    return train_rounds(sets, {"drawn": strips[:4]}, options, log, start=start, state=tmp_path / "run.npz")


def test_training_says_after_each_round_how_much_is_read_and_ends_in_float32(tmp_path):
    told = []
    model, right = train(strips_of(60), rounds_of(2), tmp_path, told.append)
    assert 0 <= right["drawn"] <= 100
    assert [line.split(":")[0] for line in told] == ["lines, round 1/2", "lines, round 2/2"]
    assert model(np.zeros((1, 32, 64, 1))).shape == (1, 1, 16, len(ALPHABET))
    assert model.dtype_policy.name == "float32"


def test_training_lowers_the_loss(tmp_path):
    strip = np.zeros((32, 40), np.uint8)
    strip[6:26, 18:21] = 220
    told = []
    train([LabelledLineImage(strip, "1")] * 40, rounds_of(12, lines_a_step=10), tmp_path, told.append)
    first, last = (float(told[n].split("loss ")[1].split(";")[0]) for n in (0, -1))
    assert last < first / 4


def test_training_goes_on_from_the_weights_given(tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.line_network import build_line_network

    start = build_line_network(7)
    for weight in start.trainable_variables:
        weight.assign(weight + 3.0)
    model, _ = train(strips_of(12), rounds_of(1), tmp_path, start=start)
    for before, after in zip(start.trainable_variables, model.trainable_variables, strict=True):
        assert np.abs(np.asarray(after) - np.asarray(before)).max() < 0.5


def test_where_training_goes_on_a_share_of_the_weights_before_is_kept(tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.line_network import build_line_network

    strips, start, kept = strips_of(12), build_line_network(7), {}
    for share in (0.0, 0.5, 1.0):
        (tmp_path / "run.npz").unlink(missing_ok=True)
        kept[share] = train(strips, rounds_of(1, trained_share=share), tmp_path, start=start)[0].get_weights()
    for before, none, half, whole in zip(start.get_weights(), *kept.values(), strict=True):
        assert np.array_equal(before, none)
        assert np.allclose(half, (before + whole) / 2, atol=1e-4)
    assert any(not np.array_equal(none, whole) for none, whole in zip(kept[0.0], kept[1.0], strict=True))


def test_training_does_not_go_on_from_another_kind_of_network(tmp_path):
    keras = pytest.importorskip("keras")
    other = keras.Sequential([keras.Input((32, None, 1)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(UsageError, match="another kind of network"):
        train(strips_of(12), rounds_of(1), tmp_path, start=other)


def test_a_round_meets_a_small_set_repeatedly_and_others_each_time():
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import chosen

    sets = {"many": strips_of(50), "few": strips_of(3, seed=1), "none": []}
    first, second = (chosen(sets, {"many": 20, "few": 7, "none": 5}, 1, number) for number in (0, 1))
    assert len(first) == len(second) == 27
    assert {id(line) for line in first[20:]} == {id(line) for line in sets["few"]}
    assert {id(line) for line in first[:20]} != {id(line) for line in second[:20]}


def test_a_strip_too_narrow_for_its_symbols_is_left_out():
    page = np.full((40, 60), 255, np.uint8)
    page[8:32, 28:31] = 0
    assert label_strip(page, "1").symbols == "1"
    assert label_strip(page, "1" * 20) is None
    assert label_strip(np.full((40, 60), 255, np.uint8), "") is None


def stop(line):
    raise KeyboardInterrupt


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(tmp_path):
    strips = strips_of(40)
    whole, _ = train(strips, rounds_of(2), tmp_path)
    (tmp_path / "run.npz").unlink()
    with pytest.raises(KeyboardInterrupt):
        train(strips, rounds_of(2), tmp_path, stop)
    resumed, _ = train(strips, rounds_of(2), tmp_path)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=2e-3)


def test_a_round_asks_for_sets_that_are_there(tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.fit_lines import train_rounds
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
