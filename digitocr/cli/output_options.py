"""Options of the table that several commands write."""

from typing import Annotated

import typer

AsText = Annotated[bool, typer.Option("--as-text", help="In a spreadsheet, write all numbers as text.")]
Wide = Annotated[bool, typer.Option("--wide", help="A row a page, a column a field: CSV, XLSX.")]
Statuses = Annotated[
    bool, typer.Option("--statuses", help="With --wide, a column for the status of each field.")
]
