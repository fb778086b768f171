"""What came of a run, counted."""

from dataclasses import dataclass, fields

from digitocr.batch.logs import counted, counts_of
from digitocr.errors import InputError, NoInputError
from digitocr.records import Document


@dataclass(slots=True)
class Tally:
    """Counts over the documents of a run."""

    files: int = 0
    pages: int = 0
    numbers: int = 0
    to_review: int = 0
    failed_files: int = 0
    unreadable_files: int = 0

    def add(self, document: Document) -> None:
        counts = counts_of(document)
        self.files += 1
        self.pages += counts["pages"]
        self.numbers += counts["numbers"]
        self.to_review += counts["to_review"]
        self.failed_files += bool(document.failures)
        self.unreadable_files += not counts["pages"]

    def join(self, other: "Tally") -> None:
        """Count what another counted too."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def exit_code(self) -> int:
        """Zero where all was read; other codes where only some was, and where nothing was."""
        if self.files and self.unreadable_files == self.files:  # of many shards some have no input
            return NoInputError.exit_code
        return InputError.exit_code if self.failed_files else 0

    @property
    def summary(self) -> str:
        """One line, such as "12 files, 14 pages, 120 numbers, 9 to review, 1 failed"."""
        counts = (
            counted(self.files, "file"),
            counted(self.pages, "page"),
            counted(self.numbers, "number"),
        )
        return ", ".join((*counts, f"{self.to_review} to review", f"{self.failed_files} failed"))
