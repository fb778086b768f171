"""`digitocr review`: a run store in the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.cli.endings import end_at_once, ended_by
from digitocr.cli.export import StorePath
from digitocr.errors import UsageError

if TYPE_CHECKING:
    import socket

    from digitocr.review.security import Access

PASSWORD_VARIABLE = "DIGITOCR_REVIEW_PASSWORD"


def review(
    store_path: StorePath,
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine's own ask for a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    static: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write what waits into one HTML file instead, for who may run no server; `apply` takes the "
            "answers that it gives back.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Review what a run store has in the browser, and correct it."""
    with ended_by(end_at_once):
        from digitocr.store.store import open_store
    with open_store(store_path, durable=True) as store:
        if static:
            from digitocr.batch.logs import counted
            from digitocr.review.static_page import write_static_page

            count = write_static_page(store, static)
            typer.echo(f"{static}: {counted(count, 'reading')} to review", err=True)
            return
        with ended_by(end_at_once):
            access, listening = _access(host, port)
            from digitocr.review.serve import serve
            from digitocr.store.lock import alone
        typer.echo(f"Review {store_path} at {access.address}", err=True)
        typer.echo("Ctrl-C ends it; every answer is kept.", err=True)
        with alone(store_path, "review"):
            serve(store, access, listening, browser=browser)


def _access(host: str, port: int) -> tuple[Access, socket.socket]:
    try:
        from digitocr.review.security import Access
        from digitocr.review.serve import listen
    except ModuleNotFoundError as error:
        raise UsageError(
            f'the review needs {error.name}; install it with pip install "digitocr[review]"'
        ) from error
    local = Access(host, port).local
    password = "" if local else os.environ.get(PASSWORD_VARIABLE) or typer.prompt("Password", hide_input=True)
    if not local and not password:
        raise UsageError(f"--host {host} lets others in; give a password, or set {PASSWORD_VARIABLE}")
    listening = listen(host, port)
    return Access(host, listening.getsockname()[1], password), listening
