"""What `digitocr read` tells people, on stderr: progress, what failed, a line at the end."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from digitocr.batch.logs import counted
from digitocr.cli.logs import logging_to, message
from digitocr.cli.plain import plain
from digitocr.options import LogFormat

NAMES_SHOWN = 5  # names of files in one line
Say = Callable[[str], None]
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How much is told on stderr, and in which form."""

    quiet: bool = False
    verbose: bool = False
    log_format: LogFormat = "text"

    def message(self, text: str, **fields: object) -> str:
        """A line of the command's own; `fields` are added where lines are JSON."""
        return message(text, self.log_format, logging.INFO, **fields)


def told_left_out(names: Sequence[str]) -> str:
    """What the summary says of files in folders that are of no kind that is read."""
    if not names:
        return ""
    shown = ", ".join(map(plain, names[:NAMES_SHOWN])) + (", ..." if len(names) > NAMES_SHOWN else "")
    return f"; {counted(len(names), 'other file')} not read: {shown}"


@contextmanager
def reporting(talk: Talk, *, bar: bool) -> Iterator[Advance]:
    """Print what is logged while the block runs; the answer moves the progress bar to (done, of) pages.

    A `bar` is drawn where stderr is a terminal and the log is text. If `talk` is quiet, nothing is printed.
    """
    if talk.quiet:
        yield _ignore
    elif bar and talk.log_format == "text" and sys.stderr.isatty():
        with _bar() as (say, advance), logging_to(say, talk.log_format, verbose=talk.verbose):
            yield advance
    else:
        with logging_to(_print, talk.log_format, verbose=talk.verbose):
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
