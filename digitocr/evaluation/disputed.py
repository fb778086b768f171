"""Labels of a development set that are disputed, and what stands there instead."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digitocr.errors import UsageError
from digitocr.evaluation.halves import names_of

DISPUTED_COLUMNS = ("set", "file", "stands_there")


@dataclass(frozen=True, slots=True)
class DisputedLabels:
    """What stands in the files of sets whose labels are disputed, by set and file."""

    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def label(self, folder: Path, file: str, label: str) -> str:
        """The label of a file of a folder, corrected if it is disputed."""
        return next(
            (self.texts[name, file] for name in names_of(folder) if (name, file) in self.texts), label
        )


NONE_DISPUTED = DisputedLabels()


def read_disputed(file: Path) -> DisputedLabels:
    """Read a table with the columns set, file, stands_there.

    Raises:
        UsageError: it cannot be read, or a column is missing.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            return DisputedLabels(
                {(row["set"], row["file"]): row["stands_there"] for row in csv.DictReader(lines)}
            )
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise UsageError(
            f"{file}: cannot be read as disputed labels ({error!r}); expected a CSV file with the columns "
            f"{', '.join(DISPUTED_COLUMNS)}"
        ) from error
