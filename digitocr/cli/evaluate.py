"""`digitocr evaluate`: how well a model reads labelled pictures."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.batch.muted import native_stderr_muted
from digitocr.cli.checks import make_folder, require
from digitocr.errors import OutputError
from digitocr.options import Engine, Layout

if TYPE_CHECKING:
    from digitocr.evaluation.compare import Score
    from digitocr.evaluation.outcomes import Outcome
    from digitocr.evaluation.pages import PageScore
    from digitocr.evaluation.versus import Difference

MOST_COMPARED = 1000  # pictures of a set that the other programs read: they take their time

_DATA_HELP = (
    "What to measure on. `mnist` (fetched), a folder with MNIST's idx files, an .npz or a folder for each "
    "class: crops, through the classifier. A folder with labels.csv (file,label): whole numbers, through the "
    "reader. A folder with fields.csv (file,group,x,y,w,h,label), or of pages with rows.csv or a grid of the "
    "same name beside each: how many of their numbers are found."
)


WORSE_THAN_BASELINE = 1  # the exit code


def evaluate(
    data: Annotated[list[str], typer.Argument(help=_DATA_HELP, show_default=False)],
    *,
    model: Annotated[
        Path | None, typer.Option(help="A model's folder or file.", show_default="built in")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Keras runs the .keras file itself.")] = "litert",
    layout: Annotated[Layout, typer.Option(help="How numbers stand in their pictures.")] = "line",
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Processes that read, 0 for one a core.")] = 1,
    baseline: Annotated[
        Path | None,
        typer.Option(help="A model to compare with on the same pictures; exit code 1 if --model is worse."),
    ] = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="List the errors that were made most surely.")
    ] = False,
    plots: Annotated[
        Path | None,
        typer.Option(help="Folder to draw confusion, calibration, errors in; needs digitocr[evaluate]."),
    ] = None,
    beside: Annotated[
        bool, typer.Option("--compare", help="Have Tesseract and RapidOCR read the same, where installed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure a model on labelled pictures: accuracy, errors, calibration, coverage."""
    if plots is not None:
        require("evaluate", "sklearn", "matplotlib")
        make_folder(plots)
    from digitocr.evaluation.compare import holds_pages
    from digitocr.evaluation.metrics import measure
    from digitocr.evaluation.outcomes import check_set, read_set, set_names
    from digitocr.evaluation.versus import difference
    from digitocr.recognition.classifier import find_model

    for location in data:
        check_set(location)
    for compared_model in (model, baseline):
        find_model(compared_model, engine)
    alone = [location for location in data if not holds_pages(location)]
    names = set_names(alone)
    read = partial(read_set, engine=engine, layout=layout, jobs=jobs)
    with native_stderr_muted():
        sets = {name: read(location, model) for location, name in zip(alone, names, strict=True)}
        differences = [
            difference(name, sets[name], read(location, baseline))
            for location, name in (zip(alone, names, strict=True) if baseline else ())
        ]
    figures = {name: measure(outcomes) for name, outcomes in sets.items()}
    scores = _scores(
        data if beside else [location for location in data if holds_pages(location)], model, beside
    )
    if as_json:
        report = {
            "schema": "digitocr-evaluation/2",
            "sets": figures,
            "baseline": [asdict(compared) for compared in differences],
            "scores": [asdict(score) for score in scores],
        }
        typer.echo(json.dumps(report, indent=2))
    else:
        _print(figures, differences, scores, errors=errors)
    if plots is not None:
        _draw(sets, plots)
    if any(compared.worse for compared in differences):
        raise typer.Exit(WORSE_THAN_BASELINE)


def _print(
    figures: dict[str, dict[str, object]],
    differences: "Sequence[Difference]",
    scores: "Sequence[Score | PageScore]",
    *,
    errors: bool,
) -> None:
    from digitocr.cli.console import console
    from digitocr.cli.figures import print_differences, print_figures
    from digitocr.evaluation.compare import tables_of

    for name, measured in figures.items():
        print_figures(name, measured, errors=errors)
    if differences:
        print_differences(differences, "the model", "the baseline")
    for table in tables_of(scores):
        console().print(table)


def _scores(locations: Sequence[str], model: Path | None, beside: bool) -> "list[Score | PageScore]":
    from digitocr.evaluation.compare import compare
    from digitocr.evaluation.engines import missing

    for name in missing() if beside else ():
        typer.echo(f"{name} is not installed: left out", err=True)
    return [
        score
        for location in locations
        for score in compare(location, model, limit=MOST_COMPARED, alone=not beside)
    ]


def _draw(sets: "dict[str, list[Outcome]]", folder: Path) -> None:
    from digitocr.evaluation.plots import draw_all

    try:
        for name, outcomes in sets.items():
            for file in draw_all(name, outcomes, folder):
                typer.echo(f"drawn: {file}", err=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error}); check the disk"
        ) from error
