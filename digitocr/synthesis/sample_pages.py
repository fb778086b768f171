"""Draws the sample pages and their truth: `python -m digitocr.synthesis.pages OUTDIR --seed N`."""

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from digitocr.records import Gray
from digitocr.synthesis.ballot import blank_sheet, filled_sheet, photograph, random_counts
from digitocr.synthesis.drawings import PAGES
from digitocr.synthesis.sheet import RgbImage

SEED = 1
DPI = 200
HEADER = ("file", "page", "row", "text", "left", "top", "right", "bottom")
FORM, SHEETS = "count", 2  # the folder of a form, and how often it is filled in and photographed


def save(path: Path, pictures: Sequence[RgbImage | Gray]) -> None:
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
            later_pages = images[1:]
            images[0].save(
                path,
                save_all=True,
                append_images=later_pages,
                resolution=DPI,
                creationDate=born,
                modDate=born,
            )


def draw_all(folder: Path, seed: int) -> None:
    """Draw every sample and `truth.csv` into `folder`; a file depends on the seed and its place only."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(HEADER)
        for index, (name, draw) in enumerate(PAGES.items()):
            pages = draw(np.random.default_rng([seed, index]))
            save(folder / name, [page.picture for page in pages])
            for number, page in enumerate(pages, 1):
                for row, (text, box) in enumerate(page.numbers, 1):
                    table.writerow((name, number, row, text, box.left, box.top, box.right, box.bottom))


def draw_form(folder: Path, seed: int) -> None:
    """Draw a blank form, photographs of it filled in, and what they say (file,field,text) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, len(PAGES)])
    save(folder / "blank.png", [blank_sheet(rng).scanned()])
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(("file", "field", "text"))
        for view in range(SHEETS):
            counts, name = random_counts(rng), f"sheet-{view + 1}.jpg"
            save(folder / name, [photograph(rng, filled_sheet(rng, counts), view)])
            table.writerows((name, *count) for count in counts.by_name.items())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    draw_all(arguments.folder, arguments.seed)
    draw_form(arguments.folder / FORM, arguments.seed)
