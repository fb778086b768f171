"""`digitocr apply`: answers that were given without a server, into their run store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitocr.cli.export import StorePath
from digitocr.errors import InputError


def apply(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS", help="The CSV that a static page saved.")],
    store_path: StorePath,
) -> None:
    """Take the answers that a page of `review --static` saved into the run store.

    Exit codes: 0 all were taken; 3 some were not, and stderr says why.
    """
    from digitocr.batch.logs import counted
    from digitocr.review.static_page import apply_answers
    from digitocr.store.events import user_name
    from digitocr.store.store import open_store

    with open_store(store_path) as store:
        taken, refused = apply_answers(store, answers, user_name())
    for sentence in refused:
        typer.echo(sentence, err=True)
    typer.echo(f"{counted(taken, 'answer')} taken, {len(refused)} not", err=True)
    raise typer.Exit(InputError.exit_code if refused else 0)
