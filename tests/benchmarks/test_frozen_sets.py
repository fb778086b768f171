"""The sets that `benchmarks.drawn` draws are what `benchmarks.accuracy` reads."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the extra train has it")

import matplotlib as mpl

from benchmarks import drawn
from digitocr.datasets.kept_out import is_kept_out
from digitocr.datasets.readers import read_rows
from digitocr.evaluation.pages import labelled_pages
from digitocr.synthesis.pages.pens import Pens
from digitocr.training.page_shards import load_patches, save_patches

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


@pytest.fixture
def pens(monkeypatch: pytest.MonkeyPatch) -> Pens:
    for name, few in (("PAGES", 2), ("PATCHES", 3), ("CELLS", 4)):
        monkeypatch.setattr(drawn, name, few)
    return Pens(fonts=(FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSerif.ttf"))


@pytest.mark.parametrize("kinds", [("marks",), ("receipt", "table")])
def test_pages_come_with_their_numbers_and_are_the_same_again(
    kinds: tuple[str, ...], pens: Pens, tmp_path: Path
) -> None:
    for folder in ("first", "again"):
        (tmp_path / folder).mkdir()
        drawn.draw_pages(pens, 1, kinds, tmp_path / folder)
    first, again = (labelled_pages(tmp_path / folder, whole=False) for folder in ("first", "again"))
    assert len(first) == 2
    assert [page.numbers for page in first] == [page.numbers for page in again]
    assert all(number.isdigit() for page in first for number in page.numbers or ())
    assert min(len(page.numbers or ()) for page in first) >= 3
    assert all(a.file.read_bytes() == b.file.read_bytes() for a, b in zip(first, again, strict=True))


def test_cells_are_small_and_labelled(pens: Pens, tmp_path: Path) -> None:
    drawn.draw_cells(pens, 1, tmp_path)
    rows = list(read_rows(tmp_path / "labels.csv"))
    assert len(rows) == 4
    assert all(len(label) == 1 and label.isdigit() for _, label in rows)
    assert cv2.imread(str(rows[0][0]), cv2.IMREAD_GRAYSCALE).shape == (40, 40)


def test_maps_come_as_a_shard(pens: Pens, tmp_path: Path) -> None:
    drawn.draw_maps(pens, 1, tmp_path / "maps.npz")
    patches = load_patches(tmp_path / "maps.npz")
    assert len(patches.pictures) == len(patches.maps) == 3
    assert patches.sure.all()


def test_the_segmenter_is_scored_in_8_bits_and_in_float(
    pens: Pens, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorflow")
    from benchmarks import page_maps

    drawn.draw_maps(pens, 1, tmp_path / "maps.npz")
    patches = load_patches(tmp_path / "maps.npz")
    save_patches(replace(patches, maps=np.roll(patches.maps, 1, axis=0)), tmp_path / "others.npz")
    page_maps.main([str(tmp_path / "maps.npz")])
    scores = json.loads(capsys.readouterr().out)
    page_maps.main([str(tmp_path / "others.npz")])
    scores_of_others = json.loads(capsys.readouterr().out)
    assert scores["int8"] == pytest.approx(scores["float"], abs=0.1)
    assert scores_of_others["float"]["core"] < scores["float"]["core"] < 1


def test_what_is_kept_out_is_told_by_name() -> None:
    assert is_kept_out(Path("/fonts/EBGaramond12-Regular.ttf"))
    assert not is_kept_out(Path("/fonts/DejaVuSans.ttf"))
