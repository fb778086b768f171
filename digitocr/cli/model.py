"""`digitocr model`: what a model folder holds and how it was made, and two of them compared."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitocr.batch.muted import native_stderr_muted
from digitocr.cli.plain import plain

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from digitocr.recognition.contract import Contract

model = typer.Typer(
    help="Model folders: what one holds and how it was made; two compared.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


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
    from digitocr.evaluation.outcomes import check_set, read_set, set_names
    from digitocr.evaluation.versus import difference
    from digitocr.recognition.classifier import find_model

    for location in data:
        check_set(location)
    for folder in (first, second):
        find_model(folder)
    with native_stderr_muted():
        differences = [
            difference(name, read_set(location, first, jobs=jobs), read_set(location, second, jobs=jobs))
            for location, name in zip(data, set_names(data), strict=True)
        ]
    print_differences(differences, str(first), str(second))


def _print(location: Path, card: "Contract") -> None:
    from digitocr.cli.console import console

    out = console()
    out.print(_files(location, card.files))
    out.print(_text(f"network {card.network}, seed {card.seed}, normaliser {card.crop_version}"))
    keys = ("name", "kind", "weight", "crops", "licence")
    sources = ([entry.get(key, "") for key in keys] for entry in card.training)
    out.print(_table("trained on", ("source", *keys[1:]), sources))
    if card.runs:
        runs = (_run(name, run) for name, run in card.runs.items())
        columns = ("stage", "date", "seed", "minutes", "commit", "options")
        out.print(_table("how it was made", columns, runs))
        for name, run in card.runs.items():
            if "note" in run:
                out.print(_text(f"{name}: {run['note']}"))
    figures = ([name, *_figures(entry)] for name, entry in card.figures.items())
    out.print(_table("how well it reads", ("set", "right", "in float", "pictures"), figures))


def _files(location: Path, sums: dict[str, str]) -> "Table":
    from digitocr.recognition.contract import file_sha256

    rows: list[tuple[object, ...]] = []
    for name, wanted in sums.items():
        file = location / name
        if not file.is_file():
            rows.append((name, "", wanted[:16], "not here"))
            continue
        state = "" if file_sha256(file) == wanted else "another file: its SHA-256 differs"
        rows.append((name, file.stat().st_size, wanted[:16], state))
    return _table(str(location), ("file", "bytes", "SHA-256", ""), rows)


def _run(name: str, run: Mapping[str, Any]) -> list[object]:
    options = run.get("options", {})
    settings = (
        ", ".join(f"{key} {value}" for key, value in options.items()) if isinstance(options, dict) else ""
    )
    about = [run.get(key, "") for key in ("date", "seed", "minutes")]
    return [name, *about, str(run.get("commit", ""))[:12], settings]


def _figures(entry: Mapping[str, float]) -> list[str]:
    """What a card has of a set: the share right in 8 bits and in float, the pictures."""
    shares = (entry.get(key) for key in ("accuracy_percent", "float_accuracy_percent"))
    pictures = entry.get("crops")
    return [
        *("" if share is None else f"{share:.2f} %" for share in shares),
        "" if pictures is None else f"{pictures:.0f}",
    ]


def _table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> "Table":
    from rich.table import Table

    table = Table(*columns, title=_text(title), title_justify="left")
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _text(value: object) -> "Text":
    """What a card says, as it is: neither markup nor control characters of it count."""
    from rich.text import Text

    return Text(plain(str(value)))
