"""`digitocr status`: how far a run store is."""

from __future__ import annotations

from typing import Annotated

import typer

from digitocr.cli.export import StorePath
from digitocr.cli.plain import plain
from digitocr.errors import InputError

FAILURES_SHOWN = 20


def status(
    store_path: StorePath,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all that failed.")] = False,
) -> None:
    """Tell how far a run store is, what waits for a person, what failed and why.

    Exit codes: 0 all was read; 3 some inputs failed.
    """
    import json

    from digitocr.store.progress import failures, progress, reasons
    from digitocr.store.store import open_store

    with open_store(store_path) as store:
        reached, why = progress(store), reasons(store)
        failed = failures(store, -1 if as_json else FAILURES_SHOWN)
    if as_json:
        report = {
            "inputs": reached.sources,
            "read": reached.read,
            "failed": reached.failed,
            "forgotten": reached.forgotten,
            "pages": reached.pages,
            "readings": dict(reached.states),
            "waiting": [{"reason": reason, "readings": count} for reason, count in why],
            "failures": [{"source": source, "page": page, "error": error} for source, page, error in failed],
        }
        typer.echo(json.dumps(report, indent=2))
    else:
        states = reached.states
        typer.echo(f"inputs      {reached.read} of {reached.sources} read, {reached.failed} failed")
        typer.echo(f"pages       {reached.pages}")
        typer.echo(f"accepted    {states.get('accept', 0)}, and {states.get('blank', 0)} blank")
        typer.echo(f"settled     {reached.settled} by a person")
        typer.echo(f"waiting     {reached.waiting} for a person")
        for reason, count in why:
            typer.echo(f"  {count:>8}  {reason}")
        for _, _, error in failed:
            typer.echo(f"failed      {plain(error)}")
        if reached.failed > len(failed):
            typer.echo("            --json tells of all that failed")
    raise typer.Exit(InputError.exit_code if reached.failed else 0)
