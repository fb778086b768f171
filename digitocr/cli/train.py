"""`digitocr train`: labelled crops in, a model folder out."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from digitocr.cli.checks import make_folder, require
from digitocr.errors import OutputError, UsageError
from digitocr.training.quiet import native_stderr_into
from digitocr.training.settings import EPOCHS, Request, TrainOptions

if TYPE_CHECKING:
    from digitocr.evaluation.versus import Difference

Item = TypeVar("Item")

_DEFAULTS = TrainOptions()
NATIVE_LOG = "tensorflow.log"  # in the output folder: what TensorFlow says of itself

DATA_HELP = (
    "A source of labelled crops as PATH[=WEIGHT[,KIND]]; may be given several times. PATH is `mnist` "
    "(fetched), `drawn` (synthetic numbers, cut up as in reading), a folder with MNIST's idx files, an .npz "
    "(x and y or label), a folder for each class, or a labels.csv (file,label). KIND says how far to vary "
    "the crops: pen, printed, drawn, or as-is for not at all."
)


def train(
    *,
    data: Annotated[list[str], typer.Option("--data", "-d", help=DATA_HELP)] = ["mnist"],  # noqa: B006
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model and the run.")] = Path(
        "trained"
    ),
    network: Annotated[str, typer.Option(help="cnn, or mlp: flatten and dense layers.")] = _DEFAULTS.network,
    seed: Annotated[int, typer.Option(help="Decides weights, split and variation.")] = _DEFAULTS.seed,
    epochs: Annotated[
        int | None, typer.Option(min=0, show_default=", ".join(f"{n} {e}" for n, e in EPOCHS.items()))
    ] = None,
    epoch_samples: Annotated[int, typer.Option(min=1, help="Crops an epoch.")] = _DEFAULTS.epoch_samples,
    batch_size: Annotated[int, typer.Option(min=1)] = _DEFAULTS.batch_size,
    learning_rate: Annotated[float, typer.Option(min=0, help="Its peak.")] = _DEFAULTS.learning_rate,
    patience: Annotated[
        int, typer.Option(min=1, help="Stop after so many epochs without a better validation.")
    ] = _DEFAULTS.patience,
    validation: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="Share of each source set aside to validate.")
    ] = _DEFAULTS.validation,
    workers: Annotated[int, typer.Option(min=1, help="Threads that vary crops.")] = _DEFAULTS.workers,
    lattice_lines: Annotated[
        int, typer.Option(min=0, help="Whole numbers to draw to train the network on, through the lattice.")
    ] = _DEFAULTS.lattice_lines,
    judge_lines: Annotated[
        int, typer.Option(min=0, help="Numbers to draw to fit what weighs candidates for the lattice.")
    ] = _DEFAULTS.judge_lines,
    strip_lines: Annotated[
        int, typer.Option(min=0, help="Numbers to draw to train the line recogniser.")
    ] = _DEFAULTS.strip_lines,
    strip_epochs: Annotated[
        int, typer.Option(min=1, help="How often the line recogniser meets each of its numbers.")
    ] = _DEFAULTS.strip_epochs,
    licence: Annotated[
        list[str], typer.Option(help="NAME:TEXT, a source's licence for the model's contract.")
    ] = [],  # noqa: B006
    drawn_lines: Annotated[
        int, typer.Option(min=1, help="Numbers to draw for the source `drawn`.")
    ] = _DEFAULTS.drawn_lines,
    leave_out: Annotated[
        list[str], typer.Option(help="NAME:LABEL, pictures of a source not to train on.")
    ] = [],  # noqa: B006
    show: Annotated[
        Path | None,
        typer.Option(help="Only draw a sheet of numbers as `drawn` has them, into this image file."),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(
            help="Go on from the networks of this model folder; its parts that are not trained are kept. "
            "With --epochs 0 the digit classifier stays as it is."
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(help="Make the whole model that this file says, from the sets that it names."),
    ] = None,
    data_folder: Annotated[
        Path, typer.Option(help="Where the sets of --recipe are, each under the path of its registry.")
    ] = Path("data"),
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
) -> None:
    """Train a model from labelled crops, and export it for `digitocr read --model`.

    The digit classifier alone is trained, unless numbers to draw for other parts are asked for.
    """
    if network not in EPOCHS:
        raise UsageError(f"--network {network}: expected {' or '.join(EPOCHS)}")
    epochs = EPOCHS[network] if epochs is None else epochs
    if not epochs and not start:
        raise UsageError("--epochs 0: expected 1 or more, or --start with a model folder to take as it is")
    options = TrainOptions(
        network=network,
        seed=seed,
        epochs=epochs,
        epoch_samples=epoch_samples,
        batch_size=batch_size,
        learning_rate=learning_rate,
        patience=patience,
        validation=validation,
        workers=workers,
        drawn_lines=drawn_lines,
        lattice_lines=lattice_lines,
        judge_lines=judge_lines,
        strip_lines=strip_lines,
        strip_epochs=strip_epochs,
    )
    request = Request(
        data=data, licence=licence, leave_out=leave_out, start=start, recipe=recipe, data_folder=data_folder
    )
    require("train", "tensorflow", "keras", "matplotlib")
    from digitocr.training.order import order
    from digitocr.training.plan import check_resumable

    wanted = order(request, options)
    if show:
        _show(request, options, show)
        return
    if resume:
        check_resumable(output)
    quieten()
    make_folder(output)
    try:
        with native_stderr_into(output / NATIVE_LOG):
            from digitocr.training.estimate import estimate_seconds
            from digitocr.training.make_model import make_model

            seconds = estimate_seconds(wanted.steps, os.cpu_count() or 1)
            _tell_estimate([step.name for step in wanted.steps], seconds)
            made = make_model(wanted, output, start=start, resume=resume, log=_say, watch=_watch)
    except OSError as error:
        raise OutputError(
            f"{output}: cannot be written ({error.strerror or error}); check the disk"
        ) from error
    for name, figures in made.card.figures.items():
        in_float = figures["float_accuracy_percent"]
        _say(f"{name}: {figures['accuracy_percent']:.2f} % in 8 bits, {in_float:.2f} % in float")
    _tell(made.differences)
    _say(f"{output}: the model is ready; read with it by `digitocr read --model {output}`")


def quieten() -> None:
    """Have TensorFlow keep to itself its build and the lack of a graphics card; errors still come through."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def _show(request: Request, options: TrainOptions, path: Path) -> None:
    from digitocr.datasets.data import DRAWN
    from digitocr.datasets.sources import load_sources
    from digitocr.synthesis.contact_sheet import check_picture_file, show_drawn

    check_picture_file(path)
    specs = [spec for spec in request.specs(options) if spec.location != DRAWN]
    show_drawn(load_sources(specs, options.validation), options.seed, path)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _tell_estimate(names: "Sequence[str]", seconds: "Sequence[float]") -> None:
    from digitocr.training.estimate import in_words

    if len(names) > 1:
        for name, its_seconds in zip(names, seconds, strict=True):
            _say(f"  {name}: {in_words(its_seconds)}")
    _say(f"{', '.join(names)}: {in_words(sum(seconds))} in all")


def _tell(differences: "Sequence[Difference]") -> None:
    if not differences:
        return
    from digitocr.cli.figures import print_differences

    print_differences(differences, "this model", "the start", stderr=True)
    for worse in (difference for difference in differences if difference.worse):
        _say(f"{worse.data}: read worse than by the start; more of their kind in --data may help")


def _watch(items: "Iterable[Item]", what: str, count: int) -> "Iterable[Item]":
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, what, total=count, console=console, transient=True, disable=not console.is_terminal)
