"""`digitocr model`: what a model folder holds and how it was made, and two of them compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from digitocr.recognition.contract import Contract

model = typer.Typer(no_args_is_help=True, add_completion=False)


@model.command()
def show(
    folder: Annotated[
        Path | None, typer.Argument(help="A model's folder.", show_default="the one that comes along")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole card as JSON.")] = False,
) -> None:
    """Show what a model folder holds, what it was made from and how, and how well it reads."""
    import json
    from dataclasses import asdict

    from digitocr.recognition.classifier import find_model
    from digitocr.recognition.contract import CONTRACT_FILE, read_contract

    location = find_model(folder).parent
    card = read_contract(location / CONTRACT_FILE)
    if as_json:
        typer.echo(json.dumps(asdict(card), indent=2))
        return
    _print(location, card)


@model.command()
def compare(
    first: Annotated[Path, typer.Argument(help="A model's folder or file.")],
    second: Annotated[Path, typer.Argument(help="Another.")],
    data: Annotated[list[str], typer.Argument(help="What to measure on, as `digitocr evaluate` takes it.")],
    *,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Processes that read, 0 for one a core.")] = 1,
) -> None:
    """Compare two models on the same pictures (McNemar's test)."""
    from digitocr.cli.figures import print_differences
    from digitocr.evaluation.outcomes import read_set, set_names
    from digitocr.evaluation.versus import difference

    differences = [
        difference(name, read_set(location, first, jobs=jobs), read_set(location, second, jobs=jobs))
        for location, name in zip(data, set_names(data), strict=True)
    ]
    print_differences(differences, str(first), str(second))


def _print(location: Path, card: "Contract") -> None:
    from rich.console import Console
    from rich.table import Table

    from digitocr.recognition.contract import file_sha256

    console = Console()
    files = Table("file", "bytes", "SHA-256", "", title=str(location), title_justify="left")
    for name, wanted in card.files.items():
        file = location / name
        if not file.is_file():
            files.add_row(name, "", wanted[:16], "not here")
            continue
        state = "" if file_sha256(file) == wanted else "another file: its SHA-256 differs"
        files.add_row(name, str(file.stat().st_size), wanted[:16], state)
    console.print(files)
    console.print(f"network {card.network}, seed {card.seed}, normaliser {card.crop_version}")
    sources = Table("source", "kind", "weight", "crops", "licence", title="trained on", title_justify="left")
    for entry in card.training:
        sources.add_row(*(str(entry.get(key, "")) for key in ("name", "kind", "weight", "crops", "licence")))
    console.print(sources)
    if card.runs:
        console.print(_runs(card.runs))
        for name, run in card.runs.items():
            if "note" in run:
                console.print(f"{name}: {run['note']}", highlight=False)
    figures = Table("set", "right", "in float", "pictures", title="how well it reads", title_justify="left")
    for name, entry in card.figures.items():
        right, in_float = (f"{entry[key]:.2f} %" for key in ("accuracy_percent", "float_accuracy_percent"))
        figures.add_row(name, right, in_float, f"{entry['crops']:.0f}")
    console.print(figures)


def _runs(runs: dict[str, dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(
        "stage", "date", "seed", "minutes", "commit", "options", title="how it was made", title_justify="left"
    )
    for name, run in runs.items():
        options = ", ".join(f"{key} {value}" for key, value in run.get("options", {}).items())
        cells = (
            run.get("date", ""),
            run.get("seed", ""),
            run.get("minutes", ""),
            str(run.get("commit", ""))[:12],
            options,
        )
        table.add_row(name, *map(str, cells))
    return table
