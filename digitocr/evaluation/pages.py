"""Whole pages and the numbers that stand on them, and how many of these a program finds."""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.readers import IMAGE_SUFFIXES, read_rows
from digitocr.evaluation.engines import ReadPage, Seen, digits_of
from digitocr.evaluation.sets import read_gray, tables_explained

GRID_HEADER = 2  # lines of a .dat above its rows of digits, in which 0 is an empty cell
OUTLINES = "outlines.csv"  # where on their pictures such grids stand


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A grid's corners in pixels, (4, 2) clockwise from the top left, and its cells row by row.

    An empty cell is "".
    """

    corners: NDArray[np.float32]
    cells: tuple[tuple[str, ...], ...]

    def turned(self, quarters: int) -> "Outline":
        """The same place on the picture, the grid in it turned by so many quarters."""
        return replace(self, corners=np.roll(self.corners, quarters, axis=0))

    def cell_of(self, x: float, y: float) -> tuple[int, int] | None:
        """The row and column of the cell in which a point lies; None outside of the grid."""
        height, width = len(self.cells), len(self.cells[0])
        whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        to_cells = cv2.getPerspectiveTransform(self.corners, whole)
        across, down, scale = (to_cells @ [x, y, 1]).tolist()
        column, row = int(np.floor(across / scale)), int(np.floor(down / scale))
        return (row, column) if 0 <= row < height and 0 <= column < width else None


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPage:
    """A picture's file, and the numbers that stand there; None where nobody wrote them down.

    Where `outline` is known, a number counts in its own cell alone.
    """

    file: Path
    numbers: tuple[str, ...] | None
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one engine did on the pages of one set: `found` of `numbers`, and `extra` readings besides.

    Of its readings so many are `accepted`, and `accepted_wrong` of these are no number that stands there;
    of the numbers found `accepted_found` are. `half` is "" for all of a set.
    """

    data: str
    engine: str
    pages: int
    numbers: int
    found: int
    extra: int
    accepted: int
    accepted_found: int
    seconds: float
    half: str = ""

    @property
    def percent(self) -> float:
        return 100 * self.found / max(1, self.numbers)

    @property
    def accepted_wrong(self) -> int:
        return self.accepted - self.accepted_found


def all_halves(scores: Sequence[PageScore]) -> PageScore:
    """The sum of an engine's scores on the halves of one set."""
    counts = (
        "pages", "numbers", "found", "extra", "accepted", "accepted_found", "seconds"
    )  # fmt: skip
    return replace(scores[0], half="", **{name: sum(getattr(s, name) for s in scores) for name in counts})


def labelled_pages(folder: Path, *, whole: bool) -> list[LabelledPage]:
    """The pages of a folder, as its files tell: what of these comes first.

    labels.csv (file,label) if its pictures are to be read `whole`; rows.csv (file, and the numbers parted by
    blanks); pictures, each with a grid of the same name, .dat or .csv, or alone, and with outlines.csv (file,
    and the x and y of a .dat grid's four corners) for as many as it names. Empty for another folder.

    Raises:
        UsageError: one of these cannot be read.
    """
    with tables_explained(folder):
        return _labelled_pages(folder, whole=whole)


def _labelled_pages(folder: Path, *, whole: bool) -> list[LabelledPage]:
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
    pictures = sorted(file for file in folder.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES)
    corners = _corners(folder / OUTLINES)
    return [_page(file, corners.get(file.name)) for file in pictures]


def _corners(outlines: Path) -> dict[str, NDArray[np.float32]]:
    """The corners of the grids that a file of outlines tells, by the picture's name."""
    if not outlines.is_file():
        return {}
    with outlines.open(newline="", encoding="utf-8-sig") as lines:
        rows = islice(csv.reader(lines), 1, None)
        return {file: np.array(sides, np.float32).reshape(4, 2) for file, *sides in rows}


def _page(picture: Path, corners: NDArray[np.float32] | None) -> LabelledPage:
    """A picture and the numbers of the grid beside it, row by row."""
    if picture.with_suffix(".dat").is_file():
        lines = picture.with_suffix(".dat").read_text(encoding="utf-8").splitlines()[GRID_HEADER:]
        cells = tuple(
            tuple("" if cell == "0" else cell for cell in line.split()) for line in lines if line.strip()
        )
        outline = None if corners is None else Outline(corners, cells)
        return LabelledPage(picture, tuple(cell for row in cells for cell in row if cell), outline)
    return LabelledPage(picture, _table(picture))


def _table(picture: Path) -> tuple[str, ...] | None:
    """The numbers of the table beside a picture, row by row."""
    if picture.with_suffix(".csv").is_file():
        with picture.with_suffix(".csv").open(newline="", encoding="utf-8-sig") as table:
            cells = [digits_of(cell) for row in csv.reader(table) for cell in row]
        return tuple(cell for cell in cells if cell)
    return None


def measure_pages(name: str, pages: Sequence[LabelledPage], engine: str, read: ReadPage) -> PageScore:
    """Read pages whole. A number counts once for each time that it stands there and is read.

    Where on the page it was read is compared only where the page has an outline.
    """
    numbers = found = extra = accepted = accepted_found = 0
    seconds = 0.0
    for page in pages:
        gray = read_gray(page.file)
        start = time.perf_counter()
        readings = read(gray)
        seconds += time.perf_counter() - start
        sure = [reading for reading in readings if reading.accepted]
        right = found_on(page, readings)
        numbers += len(page.numbers or ())
        found += right
        extra += len(readings) - right
        accepted += len(sure)
        accepted_found += found_on(page, sure)
    return PageScore(name, engine, len(pages), numbers, found, extra, accepted, accepted_found, seconds)


def found_on(page: LabelledPage, readings: Sequence[Seen]) -> int:
    """How many of a page's numbers were read."""
    return (
        found_in_cells(page.outline, readings)
        if page.outline
        else found_anywhere(page.numbers or (), readings)
    )


def found_anywhere(numbers: Sequence[str], readings: Sequence[Seen]) -> int:
    """How many of the numbers of a page were read, wherever that was."""
    return (Counter(numbers) & Counter(reading.text for reading in readings)).total()


def found_in_cells(outline: Outline, readings: Sequence[Seen]) -> int:
    """How many cells of a grid were read right: what was read there is their number and nothing else.

    A picture may lie on its side, so that its top left corner is another one of the grid: of the four ways to
    lay the grid into its outline the one with most right counts, as by chance hardly any are.
    """
    return max(_right_cells(outline.turned(quarter), readings) for quarter in range(4))


def _right_cells(outline: Outline, readings: Sequence[Seen]) -> int:
    read_in = defaultdict(list)
    for reading in readings:
        read_in[outline.cell_of(reading.x, reading.y)].append(reading.text)
    return sum(
        read_in[row, column] == [cell]
        for row, cells in enumerate(outline.cells)
        for column, cell in enumerate(cells)
        if cell
    )
