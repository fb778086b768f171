"""The page segmenter's network, its loss, its export and its runs on disk."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import matplotlib as mpl
import tensorflow as tf

from digitocr.errors import UsageError
from digitocr.layout.maps import MAP_NAMES
from digitocr.recognition.contract import CONTRACT_FILE, PAGES_KERAS_FILE, PAGES_LITERT_FILE
from digitocr.recognition.page_segmenter import load_page_segmenter, stacked
from digitocr.synthesis.pages.draw import draw_patch
from digitocr.synthesis.pages.pens import Pens
from digitocr.training import page_network
from digitocr.training.export_pages import export_pages
from digitocr.training.fit_pages import PageOptions, fit_pages, page_loss
from digitocr.training.page_network import build_page_network
from digitocr.training.page_shards import Patches, Shards, fully_known, load_patches, save_patches

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_network, "PAGE_FILTERS", (4, 8, 8, 8, 8))
    monkeypatch.setattr(page_network, "PAGE_BLOCKS", (0, 0, 0, 0))


@pytest.fixture(scope="module")
def patches() -> Patches:
    pens = Pens(fonts=(FONT,))
    pages = [draw_patch(np.random.default_rng(n), pens, "table") for n in range(4)]
    return fully_known(np.stack([p.picture for p in pages]), np.stack([p.maps for p in pages]))


def test_the_network_gives_maps_at_half_the_size(small: None) -> None:
    network = build_page_network(1)
    logits = network(np.zeros((2, 64, 96, 1), np.float32))
    assert logits.shape == (2, 32, 48, len(MAP_NAMES))


def test_the_loss_is_less_for_the_truth_and_leaves_out_what_is_not_known() -> None:
    rng = np.random.default_rng(1)
    maps = (rng.random((1, 8, 8, 6)) < 0.3).astype(np.uint8) * 255
    known = np.ones((1, 8, 8, 6), bool)
    right, wrong = (tf.constant(8 * sign * (maps / 127.5 - 1), tf.float32) for sign in (1, -1))
    assert float(page_loss(maps, known, right)) < 0.1 < 1 < float(page_loss(maps, known, wrong))
    known[:, :, 4:] = False
    mixed = tf.concat([right[:, :, :4], wrong[:, :, 4:]], 2)
    assert float(page_loss(maps, known, mixed)) < 0.1


def test_shards_come_back_and_what_is_none_is_told(patches: Patches, tmp_path: Path) -> None:
    save_patches(patches, tmp_path / "a.npz")
    again = load_patches(tmp_path / "a.npz")
    assert np.array_equal(again.pictures, patches.pictures)
    assert np.array_equal(again.sure, patches.sure)
    (tmp_path / "b.npz").write_bytes(b"nothing")
    with pytest.raises(UsageError, match=r"b\.npz"):
        load_patches(tmp_path / "b.npz")
    with pytest.raises(UsageError, match="draw some first"):
        Shards([(tmp_path, "c*.npz", 1.0)])


def test_batches_are_the_same_from_any_step_on(patches: Patches, tmp_path: Path) -> None:
    save_patches(patches, tmp_path / "a.npz")
    shards = Shards([(tmp_path, "*.npz", 1.0)])
    all_of_them = shards.batches(2, 7, 0)
    next(all_of_them)
    second, again = next(all_of_them), next(shards.batches(2, 7, 1))
    assert all(np.array_equal(a, b) for a, b in zip(second, again, strict=True))


def test_a_run_stops_goes_on_and_is_exported(
    small: None, patches: Patches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitocr.training.fit_pages.PATCHES_A_STEP", 2)
    save_patches(patches, tmp_path / "a.npz")
    shards, log = Shards([(tmp_path, "*.npz", 1.0)]), []
    fit_pages(shards, patches, PageOptions(2), tmp_path / "run", log.append)
    network = fit_pages(shards, patches, PageOptions(3), tmp_path / "run", log.append, resume=True)
    assert len([line for line in log if line.startswith("core")]) == 2

    models = Path(__file__).parents[2] / "models"
    shutil.copy(models / CONTRACT_FILE, tmp_path)
    exported = export_pages(network, list(patches.pictures), patches, tmp_path)
    assert {PAGES_KERAS_FILE, PAGES_LITERT_FILE} <= exported.files.keys()
    assert exported.pages["maps"] == list(MAP_NAMES)
    in_float, in_8_bits = (
        stacked(load_page_segmenter(tmp_path / name).maps(patches.pictures[0])).astype(int)
        for name in (PAGES_KERAS_FILE, PAGES_LITERT_FILE)
    )
    assert np.abs(in_float - in_8_bits).mean() < 4
    assert isinstance(keras.models.load_model(tmp_path / "run" / "pages.keras", compile=False), keras.Model)
