"""What `digitocr read` tells people, on stderr: progress, what failed, a line at the end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from digitocr.cli.plain import plain
from digitocr.errors import InputError, NoInputError
from digitocr.records import Document, PageResult

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
        statuses = [reading.status for reading in document.readings]
        pages = sum(isinstance(page, PageResult) for page in document.pages)
        self.files += 1
        self.pages += pages
        self.numbers += sum(status in ("accept", "review") for status in statuses)
        self.to_review += statuses.count("review")
        self.failed_files += bool(document.failures)
        self.unreadable_files += not pages

    @property
    def exit_code(self) -> int:
        """Zero where all was read; other codes where only some was, and where nothing was."""
        if self.unreadable_files == self.files:
            return NoInputError.exit_code
        return InputError.exit_code if self.failed_files else 0

    @property
    def summary(self) -> str:
        """One line, such as "12 files, 14 pages, 120 numbers, 9 to review, 1 failed"."""
        counted = (
            _counted(self.files, "file"),
            _counted(self.pages, "page"),
            _counted(self.numbers, "number"),
        )
        return ", ".join((*counted, f"{self.to_review} to review", f"{self.failed_files} failed"))


def describe(document: Document) -> str:
    """One line on one document, for `--verbose`."""
    tally = Tally()
    tally.add(document)
    counts = f"{_counted(tally.pages, 'page')}, {_counted(tally.numbers, 'number')}"
    return f"{document.source}: {counts}, {tally.to_review} to review"


def told_left_out(names: Sequence[str]) -> str:
    """What the summary says of files in folders that are of no kind that is read."""
    if not names:
        return ""
    shown = ", ".join(map(plain, names[:SHOWN])) + (", ..." if len(names) > SHOWN else "")
    return f"; {_counted(len(names), 'other file')} not read: {shown}"


@contextmanager
def reporting(*, quiet: bool, bar: bool) -> Iterator[tuple[Say, Advance]]:
    """Two functions, one that prints a line and one that moves the progress bar to (done, of) pages.

    A `bar` is drawn where stderr is a terminal. Where `quiet`, both functions do nothing.
    """
    if quiet:
        yield _ignore, _ignore
    elif bar and sys.stderr.isatty():
        with _bar() as (say, advance):
            yield say, advance
    else:
        yield _print, _ignore


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


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
