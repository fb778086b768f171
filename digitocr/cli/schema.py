"""`digitocr schema`: what JSON output looks like."""

from typing import Annotated

import typer


def schema(
    *, jsonl: Annotated[bool, typer.Option("--jsonl", help="That of one line of `-f jsonl`.")] = False
) -> None:
    """Print the JSON Schema of `read -f json`."""
    import json

    from digitocr.output.schema import json_schema, line_schema

    typer.echo(json.dumps(line_schema() if jsonl else json_schema(), indent=2))
