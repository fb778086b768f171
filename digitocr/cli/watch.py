"""`digitocr watch`: what comes into a folder is read into a run store."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated, Any

import typer

from digitocr.cli.endings import end_at_once, ended_by
from digitocr.cli.reading_options import settings_of, with_reading_options
from digitocr.errors import UsageError


@with_reading_options
def watch(
    inbox: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to watch.")],
    *,
    run_store: Annotated[Path, typer.Option("--run", metavar="STORE", help="The run store to read into.")],
    move_to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Move files there once they are read.")
    ] = None,
    failed_to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Move files there that cannot be read.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table anew whenever all is read.")
    ] = None,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look again and again, on shares that tell nothing of changes.")
    ] = False,
    **options: Any,
) -> None:
    """Read what comes into a folder, when it is wholly there, until Ctrl-C or SIGTERM.

    A file is read when it has stopped growing and opens. Started again, it reads nothing twice and misses
    nothing that came meanwhile. A line a file goes to stderr.
    """
    with ended_by(end_at_once):
        from digitocr.batch.watching import Folders
        from digitocr.batch.watching import watch as watch_folder
        from digitocr.cli.export import write_table
        from digitocr.cli.logs import logging_to
        from digitocr.store.lock import alone
        from digitocr.store.store import open_store

        try:
            import watchfiles  # noqa: F401
        except ModuleNotFoundError as error:
            raise UsageError(
                'watching needs watchfiles; install it with pip install "digitocr[watch]"'
            ) from error
        if not inbox.is_dir():
            raise UsageError(f"{inbox}: no such folder; make it first, or name another")
        settings, folders = settings_of(options), Folders(inbox, move_to, failed_to)
    stop = Event()
    ended: list[int] = []

    def end_after_this_page(number: int, _: FrameType | None) -> None:
        ended.append(number)
        stop.set()

    with (
        alone(run_store, "read"),
        open_store(run_store, create=True) as store,
        ended_by(end_after_this_page),
        logging_to(_print, options["log_format"], verbose=True),
    ):
        for document in watch_folder(store, folders, settings, stop, jobs=options["jobs"], poll=poll):
            if document is None and export:
                write_table(store, export, None)
    raise typer.Exit(128 + ended[0] if ended else 0)


def _print(text: str) -> None:
    line = text if text.startswith("{") else f"{datetime.now():%H:%M:%S} {text}"  # JSON has its own time
    print(line, file=sys.stderr, flush=True)
