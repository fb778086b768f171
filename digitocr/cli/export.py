"""`digitocr export`: the table of a run store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.cli.endings import end_at_once, ended_by
from digitocr.cli.output_options import AsText, OutputForm, Statuses, Wide

if TYPE_CHECKING:
    from digitocr.store.store import Store

StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="A run store, which read --run makes.")]


def export(
    store_path: StorePath,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write.", show_default="standard output")
    ] = None,
    form: OutputForm = None,
    wide: Wide = False,
    statuses: Statuses = False,
    as_text: AsText = False,
    crops: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write each number's picture there, with a labels.csv; the table too if -o asks for it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write what a run store has as a table, with what people said in place of what was read."""
    with ended_by(end_at_once):
        from digitocr.output.write import check_table, format_for
        from digitocr.store.store import open_store
    if output or not crops:
        check_table(output, format_for(output, form), wide=wide, statuses=statuses, as_text=as_text)
    with open_store(store_path) as store:
        if crops:
            from digitocr.batch.logs import counted
            from digitocr.store.crop_folder import write_crops

            typer.echo(f"{crops}: {counted(write_crops(store, crops), 'picture')}", err=True)
        if output or not crops:
            write_table(store, output, form, wide=wide, statuses=statuses, as_text=as_text)


def write_table(
    store: Store,
    output: Path | None,
    form: str | None,
    *,
    wide: bool = False,
    statuses: bool = False,
    as_text: bool = False,
) -> None:
    """Write what a store has, and log that it was written; arguments and errors as of `open_writer`."""
    import json

    from digitocr.output.write import RunInfo, format_for, open_writer
    from digitocr.store.documents import stored_documents
    from digitocr.store.events import log, user_name

    chosen = format_for(output, form)
    run = store.row("SELECT version, model, options FROM run ORDER BY id DESC LIMIT 1")
    about = RunInfo(run["version"], run["model"], json.loads(run["options"])) if run else RunInfo("", "")
    with open_writer(output, chosen, about, wide=wide, statuses=statuses, as_text=as_text) as writer:
        for document in stored_documents(store, pictures=chosen == "xlsx"):
            writer.write(document)
    log(store, "exported", user_name(), detail={"to": str(output or "-"), "form": chosen})
