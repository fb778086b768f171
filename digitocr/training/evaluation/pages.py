"""Whole pages and the numbers that stand on them, and how many of these a program finds."""

import csv
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from digitocr.training.evaluation.engines import ReadPage, digits_of
from digitocr.training.evaluation.sets import read_gray
from digitocr.training.readers import read_rows

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff"})
GRID_HEADER = 2  # lines of a .dat above its rows of digits, in which 0 is an empty cell


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPage:
    """A picture's file, and the numbers that stand there; None where nobody wrote them down."""

    file: Path
    numbers: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one engine did on the pages of one set: `found` of `numbers`, and `extra` readings besides."""

    data: str
    engine: str
    pages: int
    numbers: int
    found: int
    extra: int
    seconds: float

    @property
    def percent(self) -> float:
        return 100 * self.found / max(1, self.numbers)


def labelled_pages(folder: Path, *, whole: bool) -> list[LabelledPage]:
    """The pages of a folder, as its files tell: what of these comes first.

    labels.csv (file,label) if its pictures are to be read `whole`; rows.csv (file, and the numbers parted by
    blanks); pictures, each with a grid of the same name, .dat or .csv, or alone. Empty for another
    folder.
    """
    if (folder / "labels.csv").is_file():
        return (
            [LabelledPage(file, (text,)) for file, text in read_rows(folder / "labels.csv")] if whole else []
        )
    if (folder / "rows.csv").is_file():
        with (folder / "rows.csv").open(newline="", encoding="utf-8-sig") as lines:
            rows = islice(csv.reader(lines), 1, None)
            return [LabelledPage(folder / file, tuple(numbers.split())) for file, numbers, *_ in rows]
    if (folder / "fields.csv").is_file():
        return []
    pictures = sorted(file for file in folder.iterdir() if file.suffix.lower() in PICTURES)
    return [LabelledPage(file, _grid(file)) for file in pictures]


def _grid(picture: Path) -> tuple[str, ...] | None:
    """The numbers of the grid beside a picture, row by row."""
    if picture.with_suffix(".dat").is_file():
        lines = picture.with_suffix(".dat").read_text(encoding="utf-8").splitlines()[GRID_HEADER:]
        return tuple(cell for line in lines for cell in line.split() if cell != "0")
    if picture.with_suffix(".csv").is_file():
        with picture.with_suffix(".csv").open(newline="", encoding="utf-8-sig") as table:
            cells = [digits_of(cell) for row in csv.reader(table) for cell in row]
        return tuple(cell for cell in cells if cell)
    return None


def measure_pages(name: str, pages: Sequence[LabelledPage], engine: str, read: ReadPage) -> PageScore:
    """Read pages whole. A number counts once for each time that it stands there and is read.

    Where on the page it was read is not compared.
    """
    numbers = found = extra = 0
    seconds = 0.0
    for page in pages:
        gray = read_gray(page.file)
        start = time.perf_counter()
        seen = Counter(read(gray))
        seconds += time.perf_counter() - start
        there = Counter(page.numbers or ())
        numbers += there.total()
        found += (there & seen).total()
        extra += (seen - there).total()
    return PageScore(name, engine, len(pages), numbers, found, extra, seconds)
