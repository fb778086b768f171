"""`digitocr forget`: values and pictures out of a run store for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from digitocr.cli.export import StorePath
from digitocr.errors import UsageError


def forget(
    store_path: StorePath,
    *,
    before: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="What was read before this day (UTC).", show_default=False),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="What came of files named so, as scan-1*.", show_default=False),
    ] = None,
) -> None:
    """Remove values and pictures from a run store for good; its log keeps that they were removed.

    The scans themselves are not touched.
    """
    from digitocr.batch.logs import counted
    from digitocr.store.events import user_name
    from digitocr.store.forgetting import forget as forget_sources
    from digitocr.store.forgetting import sources_of
    from digitocr.store.lock import alone
    from digitocr.store.store import open_store

    if before is None and source is None:
        raise UsageError("nothing says what to forget; give --before DAY, --source PATTERN or both")
    moment = before.replace(tzinfo=UTC).isoformat(timespec="milliseconds") if before else None
    with open_store(store_path) as store, alone(store_path, "read"):
        chosen = sources_of(store, before=moment, pattern=source)
        why = {"before": moment or "", "source": source or ""}
        gone = forget_sources(store, chosen, user_name(), why)
    typer.echo(f"{counted(len(chosen), 'input')} and {counted(gone, 'reading')} forgotten", err=True)
