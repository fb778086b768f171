"""`digitocr export`: the table of a run store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digitocr.cli.endings import end_at_once, ended_by

StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="A run store, which read --run makes.")]


def export(
    store_path: StorePath,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write.", show_default="standard output")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--output-format",
            "-f",
            metavar="FORM",
            help="csv, json, jsonl, xlsx, parquet or db (SQLite).",
            show_default="by the suffix, or csv",
        ),
    ] = None,
    wide: Annotated[bool, typer.Option("--wide", help="A row a page, a column a field: CSV, XLSX.")] = False,
    statuses: Annotated[
        bool, typer.Option("--statuses", help="With --wide, a column for the status of each field.")
    ] = False,
) -> None:
    """Write what a run store has as a table, with what people said in place of what was read."""
    with ended_by(end_at_once):
        import json

        from digitocr.output.write import RunInfo, format_for, open_writer
        from digitocr.store.documents import stored_documents
        from digitocr.store.events import log, user_name
        from digitocr.store.store import open_store

        chosen = format_for(output, form)
    with open_store(store_path) as store:
        run = store.row("SELECT version, model, options FROM run ORDER BY id DESC LIMIT 1")
        about = RunInfo(run["version"], run["model"], json.loads(run["options"])) if run else RunInfo("", "")
        with open_writer(output, chosen, about, wide=wide, statuses=statuses) as writer:
            for document in stored_documents(store):
                writer.write(document)
        log(store, "exported", user_name(), detail={"to": str(output or "-"), "form": chosen})
