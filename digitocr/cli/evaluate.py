"""`digitocr evaluate`: how well a model reads labelled pictures."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitocr.cli.train import require_extra
from digitocr.errors import OutputError
from digitocr.options import Engine, Layout

if TYPE_CHECKING:
    from rich.table import Table

    from digitocr.evaluation.compare import Score
    from digitocr.evaluation.outcomes import Outcome
    from digitocr.evaluation.pages import PageScore

MOST_COMPARED = 1000  # pictures of a set that the other programs read: they take their time

_DATA_HELP = (
    "What to measure on. `mnist` (fetched), a folder with MNIST's idx files, an .npz or a folder for each "
    "class: crops, through the classifier. A folder with labels.csv (file,label): whole numbers, through the "
    "reader. A folder with fields.csv (file,group,x,y,w,h,label), or of pages with rows.csv or a grid of the "
    "same name beside each: how many of their numbers are found."
)


def evaluate(
    data: Annotated[list[str], typer.Argument(help=_DATA_HELP, show_default=False)],
    *,
    model: Annotated[
        Path | None, typer.Option(help="A model's folder or file.", show_default="built in")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Keras runs the .keras file itself.")] = "litert",
    layout: Annotated[Layout, typer.Option(help="How numbers stand in their pictures.")] = "line",
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Processes that read, 0 for one a core.")] = 1,
    plots: Annotated[
        Path | None, typer.Option(help="Folder to draw confusion, calibration, errors in.")
    ] = None,
    beside: Annotated[
        bool, typer.Option("--compare", help="Have Tesseract and RapidOCR read the same, where installed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure a model on labelled pictures: accuracy, errors, calibration, coverage."""
    require_extra()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from digitocr.evaluation.compare import holds_pages
    from digitocr.evaluation.metrics import measure
    from digitocr.evaluation.outcomes import set_names

    alone = [place for place in data if not holds_pages(place)]
    outcomes = [_outcomes(place, model, engine, layout, jobs) for place in alone]
    sets = dict(zip(set_names(alone), outcomes, strict=True))
    figures = {name: measure(found) for name, found in sets.items()}
    scores = _scores(data if beside else [place for place in data if holds_pages(place)], model, beside)
    if plots is not None:
        _draw(sets, plots)
    if as_json:
        told = {"schema": "digitocr-evaluation/1", "sets": figures}
        typer.echo(json.dumps({**told, "scores": [asdict(score) for score in scores]}, indent=2))
        return
    for name, measured in figures.items():
        _print(name, measured)
    _print_scores(scores)


def _scores(places: Sequence[str], model: Path | None, beside: bool) -> "list[Score | PageScore]":
    from digitocr.evaluation.compare import compare
    from digitocr.evaluation.engines import missing

    for name in missing() if beside else ():
        typer.echo(f"{name} is not installed: left out", err=True)
    return [one for place in places for one in compare(place, model, limit=MOST_COMPARED, alone=not beside)]


def _print_scores(scores: "Sequence[Score | PageScore]") -> None:
    from rich.console import Console

    from digitocr.evaluation.compare import tables_of

    for table in tables_of(scores):
        Console().print(table)


def _outcomes(place: str, model: Path | None, engine: Engine, layout: Layout, jobs: int) -> "list[Outcome]":
    from digitocr.evaluation.outcomes import classify, holds_numbers, read_numbers

    if holds_numbers(place):
        from digitocr.reader import Reader

        reader = Reader(layout=layout, model=model, engine=engine)
        return read_numbers(place, partial(reader.read_many, jobs=jobs))
    from digitocr.recognition.classifier import load_classifier

    return classify(place, load_classifier(model, engine))


def _draw(sets: "dict[str, list[Outcome]]", folder: Path) -> None:
    from digitocr.evaluation.plots import draw_all

    try:
        for name, outcomes in sets.items():
            for file in draw_all(name, outcomes, folder):
                typer.echo(f"drawn: {file}", err=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error


def _print(name: str, figures: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    summary = Table(title=f"{name}: {figures['pictures']} pictures", show_header=False, title_justify="left")
    summary.add_row("right", f"{100 * figures['accuracy']:.2f} %")
    summary.add_row("character errors", f"{100 * figures['character_error_rate']:.2f} %")
    summary.add_row("calibration error", f"{figures['expected_calibration_error']:.4f}")
    for rate, share in figures["coverage"].items():
        summary.add_row(f"accepted at {rate}", f"{100 * share:.1f} %")
    console.print(summary)
    if "classes" in figures:
        console.print(_classes(figures["classes"]))
    if figures["worst"]:
        console.print(
            _table("surest errors", ("picture", "stands there", "read", "confidence"), figures["worst"])
        )


def _classes(classes: dict[str, Any]) -> "Table":
    columns = ("labels", "precision", "recall", "pictures")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*(classes[c] for c in columns), strict=True)]
    return _table("by class", ("class", "precision", "recall", "pictures"), rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> "Table":
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()))
    return table
