"""Draws the sample pages and their truth: `python -m digitocr.training.synth.pages OUTDIR --seed N`."""

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from digitocr.records import Gray
from digitocr.training.synth.drawings import PAGES
from digitocr.training.synth.sheet import Picture

SEED = 1
DPI = 200
HEADER = ("file", "page", "row", "text", "left", "top", "right", "bottom")


def save(path: Path, pictures: Sequence[Picture | Gray]) -> None:
    """Write pictures as the suffix of `path` asks: PNG in 64 colours, TIFF in black and white."""
    images = [Image.fromarray(picture) for picture in pictures]
    match path.suffix:
        case ".jpg":
            images[0].save(path, quality=82, optimize=True)
        case ".png":
            images[0].quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
        case ".tif":
            two = [i.convert("L").point(lambda level: 255 * (level > 150), "1") for i in images]
            two[0].save(path, save_all=True, append_images=two[1:], compression="group4", dpi=(DPI, DPI))
        case ".pdf":
            born = time.gmtime(0)  # the same bytes on any day
            rest = images[1:]
            images[0].save(
                path, save_all=True, append_images=rest, resolution=DPI, creationDate=born, modDate=born
            )


def draw_all(folder: Path, seed: int) -> None:
    """Draw every sample and `truth.csv` into `folder`; a file depends on the seed and its place only."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(HEADER)
        for place, (name, draw) in enumerate(PAGES.items()):
            pages = draw(np.random.default_rng([seed, place]))
            save(folder / name, [page.picture for page in pages])
            for number, page in enumerate(pages, 1):
                for row, (text, box) in enumerate(page.numbers, 1):
                    table.writerow((name, number, row, text, box.left, box.top, box.right, box.bottom))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    draw_all(arguments.folder, arguments.seed)
