"""Options of the table that several commands write."""

from typing import Annotated

import typer

OutputForm = Annotated[
    str | None,
    typer.Option(
        "--output-format",
        "-f",
        metavar="FORM",
        help="Form of the output: csv, json, jsonl, xlsx, parquet or db (SQLite).",
        show_default="by the suffix, or csv",
    ),
]
AsText = Annotated[bool, typer.Option("--as-text", help="In a spreadsheet, write all numbers as text.")]
Wide = Annotated[bool, typer.Option("--wide", help="A row a page, a column a field: CSV, XLSX.")]
Statuses = Annotated[
    bool, typer.Option("--statuses", help="With --wide, a column for the status of each field.")
]
