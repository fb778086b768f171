"""`digitocr schema`: what JSON output looks like."""

import typer


def schema() -> None:
    """Print the JSON Schema of `read -f json`."""
    import json

    from digitocr.output.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
