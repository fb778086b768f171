"""The halves of a development set: A may be looked at and tuned on, B only judges."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitocr.errors import UsageError

HALVES_COLUMNS = ("set", "file", "half")


@dataclass(frozen=True, slots=True)
class Halves:
    """In which half each file of each set lies; a file that is in none lies in the half ""."""

    half_of: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def parts(self, folder: Path, files: Sequence[str]) -> dict[str, list[int]]:
        """The indexes of files of a folder by the half that each lies in, halves in alphabetical order."""
        names = names_of(folder)
        parts: dict[str, list[int]] = {}
        for index, file in enumerate(files):
            half = next((self.half_of[name, file] for name in names if (name, file) in self.half_of), "")
            parts.setdefault(half, []).append(index)
        return dict(sorted(parts.items()))


def names_of(folder: Path) -> tuple[str, str]:
    """What a set is called in tables: as its folder, or as that and the folder above it, `cases/hand`."""
    return folder.name, f"{folder.parent.name}/{folder.name}"


def read_halves(file: Path) -> Halves:
    """Read a table with the columns set, file, half.

    Raises:
        UsageError: it cannot be read, or a column is missing.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            return Halves({(row["set"], row["file"]): row["half"] for row in csv.DictReader(lines)})
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise UsageError(
            f"{file}: cannot be read as halves ({error!r}); expected a CSV file with the columns "
            f"{', '.join(HALVES_COLUMNS)}"
        ) from error
