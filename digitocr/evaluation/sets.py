"""Labelled pictures of numbers, from the files that people keep them in."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from digitocr.datasets.readers import read_rows
from digitocr.errors import UsageError
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class NumberSet:
    """A set of pictures (h, w) uint8 of one number each, the digits that stand there, and their files."""

    name: str
    pictures: tuple[Gray, ...]
    truths: tuple[str, ...]
    files: tuple[str, ...] = ()

    def part(self, indexes: Sequence[int]) -> "NumberSet":
        """The pictures with these indexes."""
        return NumberSet(
            self.name,
            tuple(self.pictures[n] for n in indexes),
            tuple(self.truths[n] for n in indexes),
            tuple(self.files[n] for n in indexes),
        )


@contextmanager
def tables_explained(folder: Path) -> Iterator[None]:
    """A block that reads the tables of a folder of labelled pictures.

    Raises:
        UsageError: a table cannot be read, or has not the columns and numbers that it should have.
    """
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else f"{type(error).__name__} {error}"
        raise UsageError(
            f"{folder}: its labels cannot be read ({reason}); give tables as `digitocr evaluate --help` says"
        ) from error


def read_sets(folder: Path) -> list[NumberSet]:
    """The sets in a folder: one for its labels.csv (file,label) and one a group of its fields.csv.

    fields.csv has the columns file,group,x,y,w,h,label: boxes in pixels of the page.

    Raises:
        UsageError: there is neither, or a table or a picture cannot be read.
    """
    sets = []
    if (folder / "labels.csv").is_file():
        rows = list(read_rows(folder / "labels.csv"))
        pictures = tuple(read_gray(file) for file, _ in rows)
        names = tuple(file.name for file, _ in rows)
        sets.append(NumberSet(folder.name, pictures, tuple(truth for _, truth in rows), names))
    if (folder / "fields.csv").is_file():
        sets += _fields(folder)
    if not sets:
        raise UsageError(
            f"{folder}: expected labels.csv (file,label) or fields.csv (file,group,x,y,w,h,label)"
        )
    return sets


def read_gray(file: Path) -> Gray:
    """A picture as the reader would see it, (H, W) uint8: upright, dark on light.

    Raises:
        UsageError: it cannot be read.
    """
    page = next(load_pages(str(file), LoadOptions()))
    if not isinstance(page, Page):
        raise UsageError(page.error)
    return page.gray


def sample(items: Sequence[Item], count: int) -> list[Item]:
    """`count` of the items, evenly spread over all; all where there are no more.

    >>> sample("abcdefg", 3)
    ['a', 'c', 'e']
    """
    size = len(items)
    return list(items) if size <= count else [items[n * size // count] for n in range(count)]


def _fields(folder: Path) -> list[NumberSet]:
    pages: dict[str, Gray] = {}
    groups: dict[str, list[tuple[Gray, str, str]]] = defaultdict(list)
    with tables_explained(folder), (folder / "fields.csv").open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["file"] not in pages:
                pages[row["file"]] = read_gray(folder / row["file"])
            left, top, width, height = (int(row[side]) for side in ("x", "y", "w", "h"))
            crop = pages[row["file"]][max(0, top) : top + height, max(0, left) : left + width]
            groups[row["group"]].append((crop, row["label"], row["file"]))
    return [
        NumberSet(f"{folder.name}, {group}", *map(tuple, zip(*fields, strict=True)))
        for group, fields in groups.items()
    ]
