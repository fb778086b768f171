"""Pictures of whole numbers, each labelled with its digits, and the parts that training makes of them."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitocr.datasets.readers import read_image, read_rows
from digitocr.errors import UsageError
from digitocr.records import Gray

LABELS_FILE = "labels.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Pictures (h, w) uint8 of one number each, its digits, and the hand or page that each comes from."""

    pictures: tuple[Gray, ...]
    texts: tuple[str, ...]
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class NumberSource:
    """A source of whole numbers: those to train with, and those set aside."""

    name: str
    train: Numbers
    validation: Numbers


def holds_whole_numbers(location: str) -> bool:
    """Whether a place is a labels.csv, or a folder with one, in which a label has several digits."""
    file = Path(location) / LABELS_FILE if Path(location).is_dir() else Path(location)
    if file.suffix != ".csv" or not file.is_file():
        return False
    return any(len(label) > 1 and label.isdecimal() for _, label in read_rows(file))


def read_numbers(location: Path) -> Numbers:
    """A labels.csv (file,label), or a folder with one; its column `document`, if it has one, tells groups.

    Raises:
        UsageError: it cannot be read, or a label is no number.
    """
    file = location / LABELS_FILE if location.is_dir() else location
    pairs = list(read_rows(file))
    for picture, label in pairs:
        if not label.isdecimal():
            raise UsageError(
                f"{file}: {picture.name} is labelled {label!r}; among whole numbers a label is its digits"
            )
    with file.open(newline="", encoding="utf-8-sig") as lines:
        groups = [row.get("document") or file.parent.name for row in csv.DictReader(lines)]
    return Numbers(
        tuple(read_image(picture) for picture, _ in pairs), tuple(text for _, text in pairs), tuple(groups)
    )


def split_numbers(name: str, numbers: Numbers, share: float, seed: int) -> NumberSource:
    """Set `share` (0..1) of the numbers aside, the same for the same seed."""
    order = np.random.default_rng(seed).permutation(len(numbers)).tolist()
    held_out = sorted(order[: round(share * len(numbers))])
    kept = sorted(order[len(held_out) :])
    return NumberSource(name, _chosen(numbers, kept), _chosen(numbers, held_out))


def _chosen(numbers: Numbers, indices: list[int]) -> Numbers:
    columns = (numbers.pictures, numbers.texts, numbers.groups)
    pictures, texts, groups = (tuple(column[n] for n in indices) for column in columns)
    return Numbers(pictures, texts, groups)  # type: ignore[arg-type]
