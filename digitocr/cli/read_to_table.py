"""`digitocr read`: images read on this machine, into one table."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeGuard

import typer

from digitocr.batch.isolation import needs_isolation
from digitocr.batch.muted import native_stderr_muted
from digitocr.batch.plan import Part, Source
from digitocr.batch.run import read_documents
from digitocr.batch.tally import Tally
from digitocr.batch.task import Settings
from digitocr.cli.endings import end_at_once, ended_by
from digitocr.cli.report import Talk, reporting, told_left_out
from digitocr.errors import OutputError, UsageError
from digitocr.io.inputs import STDIN
from digitocr.output.write import RunInfo, format_for, open_writer
from digitocr.records import PageFailure, PageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is written: where to (None for standard output), in which form, and pictures beside it."""

    output: str | None
    form: str | None
    wide: bool
    statuses: bool
    as_text: bool
    overlay: Path | None

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked of it but a place."""
        return not (self.form or self.wide or self.statuses or self.as_text or self.overlay)


def read_to_table(
    table: Table,
    sources: Sequence[str | PageFailure],
    settings: Settings,
    run: RunInfo,
    talk: Talk,
    *,
    jobs: int,
    left_out: Sequence[str] = (),
) -> int:
    """Read inputs, write the table, tell on stderr how it goes; the exit code of the command."""

    def progress(done: int, of: int) -> None:
        advance(done, of)  # of the bar that is drawn once the model is loaded

    with ended_by(end_at_once), native_stderr_muted():
        form = format_for(table.output, table.form)
        inputs = _with_standard_input(sources)
        documents = read_documents(
            inputs,
            settings,
            jobs=jobs,
            isolated=needs_isolation(inputs, settings),
            overlay_folder=table.overlay,
            progress=progress,
        )
    tally = Tally()
    undrawn: list[str] = []
    bar = table.output is not None or not sys.stdout.isatty()  # it would be drawn across the results
    with (
        reporting(talk, bar=bar) as advance,
        closing(documents),
        open_writer(
            table.output, form, run, wide=table.wide, statuses=table.statuses, as_text=table.as_text
        ) as writer,
    ):
        for document in documents:
            writer.write(document)
            tally.add(document)
            undrawn += [page.overlay_error for page in document.pages if _is_undrawn(page)]
    if not talk.quiet:
        summary = tally.summary + told_left_out(left_out)
        typer.echo(talk.message(summary, **asdict(tally), left_out=len(left_out)), err=True)
    if undrawn:
        raise OutputError(f"{len(undrawn)} overlays are missing, the table is whole: {undrawn[0]}")
    return tally.exit_code


def _is_undrawn(page: PageResult | PageFailure) -> TypeGuard[PageResult]:
    return isinstance(page, PageResult) and page.overlay_error != ""


def _with_standard_input(sources: Sequence[str | PageFailure]) -> Sequence[Source]:
    """The inputs, with what standard input holds in its place."""
    if STDIN not in sources:
        return sources
    if sys.stdin.isatty():
        raise UsageError("- is an image on standard input, and that is the keyboard; pipe one in")
    data = sys.stdin.buffer.read()
    return [Part(STDIN, data) if source == STDIN else source for source in sources]
