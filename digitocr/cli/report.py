"""What `digitocr read` tells people, on stderr: progress, what failed, a line at the end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from digitocr.batch.logs import counted, counts_of
from digitocr.cli.logs import logging_to
from digitocr.cli.plain import plain
from digitocr.errors import InputError, NoInputError
from digitocr.options import LogFormat
from digitocr.records import Document

SHOWN = 5  # names of files in one line
Say = Callable[[str], None]
Advance = Callable[[int, int], None]


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

    @property
    def exit_code(self) -> int:
        """Zero where all was read; other codes where only some was, and where nothing was."""
        if self.unreadable_files == self.files:
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


def told_left_out(names: Sequence[str]) -> str:
    """What the summary says of files in folders that are of no kind that is read."""
    if not names:
        return ""
    shown = ", ".join(map(plain, names[:SHOWN])) + (", ..." if len(names) > SHOWN else "")
    return f"; {counted(len(names), 'other file')} not read: {shown}"


@contextmanager
def reporting(*, quiet: bool, bar: bool, verbose: bool, log_format: LogFormat) -> Iterator[Advance]:
    """Print what is logged while the block runs; the answer moves the progress bar to (done, of) pages.

    A `bar` is drawn where stderr is a terminal and the log is text. Where `quiet`, nothing is printed.
    """
    if quiet:
        yield _ignore
    elif bar and log_format == "text" and sys.stderr.isatty():
        with _bar() as (say, advance), logging_to(say, log_format, verbose=verbose):
            yield advance
    else:
        with logging_to(_print, log_format, verbose=verbose):
            yield _ignore


@contextmanager
def _bar() -> Iterator[tuple[Say, Advance]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=None, rate="")

        def advance(done: int, of: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(bar, completed=done, total=of, rate=f"{speed:.1f}/s" if speed else "")

        yield lambda text: console.print(plain(text), markup=False, highlight=False, soft_wrap=True), advance


def _print(text: str) -> None:
    print(plain(text), file=sys.stderr, flush=True)


def _ignore(*_: object) -> None: ...
