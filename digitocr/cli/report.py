"""What `digitocr read` tells people, on stderr: progress, what failed, a line at the end."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digitocr.batch.tally import Tally, counted
from digitocr.records import Document

Say = Callable[[str], None]
Advance = Callable[[int, int], None]


def describe(document: Document) -> str:
    """One line on one document, for `--verbose`."""
    tally = Tally()
    tally.add(document)
    counts = f"{counted(tally.pages, 'page')}, {counted(tally.numbers, 'number')}"
    return f"{document.source}: {counts}, {tally.to_review} to review"


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

        yield lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True), advance


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _ignore(*_: object) -> None: ...
