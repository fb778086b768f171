"""Shards of patches for the page segmenter to learn from: `python -m digitocr.training.draw_pages`."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from digitocr.synthesis.pages.draw import draw_patch
from digitocr.synthesis.pages.pens import Pens
from digitocr.training.page_patches import cut_patches
from digitocr.training.page_pens import load_pens
from digitocr.training.page_shards import fully_known, save_patches
from digitocr.training.real_pages import TranscribedPage, register_pages, sudoku_photographs

DRAWN_A_SHARD, CUT_A_SHARD, PAGES_A_SHARD = 500, 300, 20
REGISTER_SCALES = (0.6, 2.4)  # their digits are about 13 px high: so they are from 8 to 31
SUDOKU_SCALES = (0.25, 1.4)  # these about 35 px: from 9 to 49


def draw_shards(
    pens: Pens, patches: int, seed: int, folder: Path, log: Callable[[str], None] = print
) -> None:
    """Write `drawn000.npz` and so on, of 500 patches each; those that are there are left as they are."""
    for shard, first in enumerate(range(0, patches, DRAWN_A_SHARD)):
        file = folder / f"drawn{shard:03}.npz"
        if file.exists():
            continue
        some = min(DRAWN_A_SHARD, patches - first)
        pages = [draw_patch(np.random.default_rng((seed, shard, n)), pens) for n in range(some)]
        save_patches(
            fully_known(np.stack([p.picture for p in pages]), np.stack([p.maps for p in pages])), file
        )
        log(f"{file}: {len(pages)} patches")


def cut_shards(
    name: str, pages: Iterator[TranscribedPage], scales: tuple[float, float], seed: int, folder: Path
) -> None:
    """Write `<name>000.npz` and so on, each with patches of 20 pages."""
    shard = 0
    while some := list(islice(pages, PAGES_A_SHARD)):
        rng = np.random.default_rng((seed, shard))
        save_patches(cut_patches(rng, some, CUT_A_SHARD, scales), folder / f"{name}{shard:03}.npz")
        shard += 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw and cut all shards."""
    parser = argparse.ArgumentParser(prog="python -m digitocr.training.draw_pages", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the shards go")
    parser.add_argument(
        "--data", type=Path, required=True, help="a folder of data sets, see models/README.md"
    )
    parser.add_argument("--hands", type=Path, help="a folder of handwriting fonts (.ttf)")
    parser.add_argument("--shards", type=int, default=20, help="of 500 drawn patches each (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides every choice (%(default)s)")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    given.folder.mkdir(parents=True, exist_ok=True)
    patches = given.shards * DRAWN_A_SHARD
    draw_shards(load_pens(given.data, given.hands, training=True), patches, given.seed, given.folder)
    registers, sudokus = given.data / "register_pages_train", given.data / "pencilled_sudoku_train"
    if registers.is_dir():
        cut_shards(
            "register", register_pages(registers, training=True), REGISTER_SCALES, given.seed, given.folder
        )
    if sudokus.is_dir():
        cut_shards(
            "sudoku", sudoku_photographs(sudokus, training=True), SUDOKU_SCALES, given.seed, given.folder
        )


if __name__ == "__main__":
    main()
