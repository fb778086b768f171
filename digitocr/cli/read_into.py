"""`digitocr read --run`: images into a run store instead of a table."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

import typer

from digitocr.batch.shard import Shard
from digitocr.batch.stored import read_into
from digitocr.batch.tally import Tally
from digitocr.batch.task import Settings
from digitocr.cli.report import Talk, reporting
from digitocr.errors import InputError, NoInputError, UsageError
from digitocr.io.inputs import STDIN
from digitocr.store.lock import alone
from digitocr.store.progress import Progress, progress
from digitocr.store.sources import Input
from digitocr.store.store import open_store


def read_to_store(
    path: Path,
    sources: Sequence[Input],
    settings: Settings,
    talk: Talk,
    *,
    shard: Shard,
    again: bool,
    jobs: int,
) -> int:
    """Read what the store does not have yet, tell on stderr how it goes; the exit code of the command."""
    if STDIN in sources:
        raise UsageError(f"- has no name by which to go on another day; name a file to read into {path}")
    tally = Tally()
    read = partial(read_into, shard=shard, which="all" if again else "failed", jobs=jobs)
    with (
        alone(path, "read"),
        open_store(path, create=True) as store,
        reporting(talk, bar=True) as advance,
        closing(read(store, sources, settings, progress=advance)) as documents,
    ):
        for document in documents:
            tally.add(document)
        reached = progress(store)
    if not talk.quiet:
        skipped = len(sources) - tally.files
        text = f"{tally.summary}{f'; {skipped} read before' if skipped else ''}"
        typer.echo(talk.message(text, **asdict(tally), skipped=skipped), err=True)
        if reached.waiting and sys.stderr.isatty():
            typer.echo(f"{reached.waiting} wait for a person: digitocr review {path}", err=True)
    return _exit_code(reached)


def _exit_code(reached: Progress) -> int:
    """As of `read -o`, of all that the store has."""
    if not reached.pages:
        return NoInputError.exit_code
    return InputError.exit_code if reached.failed else 0
