"""`digitocr merge`: what several machines wrote, as one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.cli.output_options import OutputForm, Statuses, Wide
from digitocr.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digitocr.output.write import OutputFormat, RunInfo

STORE_SUFFIX = ".db"


def merge(
    parts: Annotated[
        list[Path],
        typer.Argument(
            metavar="PARTS...",
            help="What read --shard wrote: run stores, or CSV, Parquet, JSON, JSON Lines.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="File to write.", show_default="standard output")
    ] = None,
    form: OutputForm = None,
    wide: Wide = False,
    statuses: Statuses = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
) -> None:
    """Put together what several machines wrote: the bytes that one machine would have written.

    Of run stores (.db) a run store is made, with what people said.

    Of JSON and JSON Lines any form of output can be made; of tables, tables that are not wide. What --shard
    did not write is put together in the order in which it is named. Exit codes are those of read.
    """
    if any(part.suffix.lower() == STORE_SUFFIX for part in parts):
        _merge_stores(parts, output, is_plain=not (form or wide or statuses))
        return
    from digitocr.batch.merge import merged_documents
    from digitocr.batch.tally import Tally
    from digitocr.output.write import format_for, open_writer

    chosen = format_for(output, form)
    run = _run(parts, chosen, wide=wide)
    tally = Tally()
    with open_writer(output, chosen, run, wide=wide, statuses=statuses) as writer:
        for document in merged_documents(parts):
            writer.write(document)
            tally.add(document)
    if not quiet:
        typer.echo(tally.summary, err=True)
    raise typer.Exit(tally.exit_code)


def _merge_stores(parts: Sequence[Path], output: str | None, *, is_plain: bool) -> None:
    from digitocr.store.merging import merge_stores

    if any(part.suffix.lower() != STORE_SUFFIX for part in parts):
        raise UsageError("some files are run stores and others are not; merge either the ones or the others")
    if output is None or Path(output).suffix.lower() != STORE_SUFFIX or not is_plain:
        raise UsageError("of run stores a run store is made: -o all.db; digitocr export makes tables of it")
    merge_stores(parts, Path(output))


def _run(parts: Sequence[Path], chosen: OutputFormat, *, wide: bool) -> RunInfo:
    """What the output says of the run, once it is known that the parts have what it needs."""
    import digitocr
    from digitocr.output.parse import WHOLE, run_of
    from digitocr.output.write import RunInfo, format_for

    forms = {format_for(part, None) for part in parts}
    if (wide or chosen in WHOLE) and not forms <= set(WHOLE):
        raise UsageError(
            f"{'a wide table' if wide else chosen} needs more than tables have; have the parts written as "
            "JSON Lines (-f jsonl)"
        )
    if chosen not in ("json", "parquet"):  # others say nothing of it
        return RunInfo(digitocr.__version__, "")
    runs = [run_of(part) for part in parts]
    for part, run in zip(parts, runs, strict=True):
        if run != runs[0]:
            raise UsageError(f"{part}: was read with another model or other options than {parts[0]}")
    return runs[0]
