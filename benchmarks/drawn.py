"""Sets to measure on, drawn with writers and fonts kept out of training: `python -m benchmarks.drawn OUT`.

With the same data, fonts and seed they are the same. `maps` is for the page segmenter; `marks` (handwritten
tables of marks), `printed` (invoices, receipts, tables) and `cells` (40x40 px) are for `benchmarks.accuracy`.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from digitocr.evaluation.engines import digits_of
from digitocr.records import Gray
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.draw import PAGE_KINDS, draw_patch
from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.style import random_style
from digitocr.synthesis.pages.view import look_at
from digitocr.training.page_pens import load_pens
from digitocr.training.page_shards import fully_known, save_patches

SEED = 2026
PAGES, PATCHES, CELLS = 20, 90, 400
PAGE_PX, MARGIN_PX = (1100, 800), 30
WRITTEN_PX, PRINTED_PX = (20.0, 36.0), (12.0, 22.0)  # how high digits are
CELL_PX = 40


def draw_maps(pens: Pens, seed: int, file: Path) -> None:
    """Patches of every kind, with their maps, as a shard."""
    kinds = list(PAGE_KINDS)
    drawn = [
        draw_patch(np.random.default_rng((seed, n)), pens, kinds[n % len(kinds)]) for n in range(PATCHES)
    ]
    save_patches(fully_known(np.stack([p.picture for p in drawn]), np.stack([p.maps for p in drawn])), file)


def draw_pages(pens: Pens, seed: int, kinds: Sequence[str], folder: Path) -> None:
    """Whole pages of some kinds, and `rows.csv` with the digits of their numbers."""
    rows = []
    for n in range(PAGES):
        rng = np.random.default_rng((seed, n))
        kind = PAGE_KINDS[kinds[n % len(kinds)]]
        printed = kind.printed > 0.5
        style = random_style(rng, pens, float(printed), PRINTED_PX if printed else WRITTEN_PX)
        canvas = Canvas(*PAGE_PX, MARGIN_PX)
        kind.draw(canvas, style)
        picture, _ = look_at(rng, canvas, style.size, harsh=False)
        name = f"{n:03}.png"
        cv2.imwrite(str(folder / name), picture)
        rows.append((name, " ".join(digits_of(text) for text, _ in canvas.numbers)))
    _write(folder / "rows.csv", ("file", "rows_top_to_bottom"), rows)


def draw_cells(pens: Pens, seed: int, folder: Path) -> None:
    """Cells of a form cut out one by one, each a digit and scraps of its borders, and `labels.csv`."""
    rows = []
    for n, (picture, digit) in enumerate(_cells(pens, seed)):
        cv2.imwrite(str(folder / f"{n:03}.png"), picture)
        rows.append((f"{n:03}.png", digit))
    _write(folder / "labels.csv", ("file", "label"), rows)


def _cells(pens: Pens, seed: int) -> Iterator[tuple[Gray, str]]:
    for n in range(CELLS):
        rng = np.random.default_rng((seed, n))
        style = random_style(rng, pens, 0.2, (18.0, 28.0))
        canvas = Canvas(CELL_PX, CELL_PX)
        sides = rng.normal(1, 2, 4)
        left, top, right, bottom = sides * (1, 1, -1, -1) + (0, 0, CELL_PX - 1, CELL_PX - 1)
        for start, end in (
            ((left, 0), (left, CELL_PX)),
            ((right, 0), (right, CELL_PX)),
            ((0, top), (CELL_PX, top)),
            ((0, bottom), (CELL_PX, bottom)),
        ):
            if style.chance(0.7):
                canvas.line(start, end, style.rule_px, style.rule)
        digit = str(rng.integers(0, 10))
        x, base = CELL_PX / 2 + rng.normal(0, 2), (CELL_PX + style.size) / 2 + rng.normal(0, 1.5)
        canvas.number(style.writer, digit, (x, base), style.size, style.pen, align="c")
        yield look_at(rng, canvas, style.size, harsh=False)[0], digit


def _write(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *rows])


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw all sets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawn", description=__doc__)
    parser.add_argument("output", type=Path, help="a new folder")
    parser.add_argument(
        "--data", type=Path, required=True, help="with mnist, digits/bhmsds.npz, unipen_digits"
    )
    parser.add_argument("--hands", type=Path, help="a folder of handwriting fonts (.ttf)")
    parser.add_argument("--seed", type=int, default=SEED, help="decides everything (%(default)s)")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    pens = load_pens(options.data, options.hands, training=False)
    for name in ("marks", "printed", "cells"):
        (options.output / name).mkdir(parents=True)
    draw_maps(pens, options.seed, options.output / "maps.npz")
    draw_pages(pens, options.seed, ("marks",), options.output / "marks")
    draw_pages(pens, options.seed, ("receipt", "table"), options.output / "printed")
    draw_cells(pens, options.seed, options.output / "cells")


if __name__ == "__main__":
    main()
