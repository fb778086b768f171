"""Labelled pictures of numbers, from the files that people keep them in."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from digitocr.datasets.readers import read_rows
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A set of pictures (h, w) uint8 of one number each, and the digits that stand there."""

    name: str
    pictures: tuple[Gray, ...]
    truths: tuple[str, ...]


def read_sets(folder: Path) -> list[Numbers]:
    """The sets in a folder: one for its labels.csv (file,label) and one a group of its fields.csv.

    fields.csv has the columns file,group,x,y,w,h,label: boxes in pixels of the page.

    Raises:
        ValueError: there is neither, or a picture cannot be read.
    """
    sets = []
    if (folder / "labels.csv").is_file():
        rows = list(read_rows(folder / "labels.csv"))
        sets.append(
            Numbers(folder.name, tuple(read_gray(file) for file, _ in rows), tuple(t for _, t in rows))
        )
    if (folder / "fields.csv").is_file():
        sets += _fields(folder)
    if not sets:
        raise ValueError(
            f"{folder}: expected labels.csv (file,label) or fields.csv (file,group,x,y,w,h,label)"
        )
    return sets


def read_gray(file: Path) -> Gray:
    """A picture as the reader would see it: upright, dark on light."""
    page = next(load_pages(str(file), LoadOptions()))
    if not isinstance(page, Page):
        raise ValueError(page.error)
    return page.gray


def sample(items: Sequence[Item], count: int) -> list[Item]:
    """`count` of the items, evenly spread over all; all where there are no more.

    >>> sample("abcdefg", 3)
    ['a', 'c', 'e']
    """
    size = len(items)
    return list(items) if size <= count else [items[n * size // count] for n in range(count)]


def _fields(folder: Path) -> list[Numbers]:
    pages: dict[str, Gray] = {}
    groups: dict[str, list[tuple[Gray, str]]] = defaultdict(list)
    with (folder / "fields.csv").open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["file"] not in pages:
                pages[row["file"]] = read_gray(folder / row["file"])
            left, top, width, height = (int(row[side]) for side in ("x", "y", "w", "h"))
            crop = pages[row["file"]][max(0, top) : top + height, max(0, left) : left + width]
            groups[row["group"]].append((crop, row["label"]))
    return [
        Numbers(f"{folder.name}, {group}", tuple(p for p, _ in members), tuple(t for _, t in members))
        for group, members in groups.items()
    ]
