"""`digitocr train`: labelled crops in, a model folder out."""

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitocr.errors import OutputError, UsageError
from digitocr.training.settings import TrainOptions

if TYPE_CHECKING:
    from digitocr.training.feed import Batch

_DEFAULTS = TrainOptions()

DATA_HELP = (
    "A source of labelled crops as PATH[=WEIGHT[,KIND]]; may be given several times. PATH is `mnist` "
    "(fetched), `drawn` (synthetic numbers, cut up as in reading), a folder with MNIST's idx files, an .npz "
    "(x and y or label), a folder for each class, or a labels.csv (file,label). KIND says how far to vary "
    "the crops: pen, printed or drawn."
)


def train(
    *,
    data: Annotated[list[str], typer.Option("--data", "-d", help=DATA_HELP)] = ["mnist"],  # noqa: B006
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model and the run.")] = Path(
        "trained"
    ),
    network: Annotated[str, typer.Option(help="cnn, or mlp: flatten and dense layers.")] = _DEFAULTS.network,
    seed: Annotated[int, typer.Option(help="Decides weights, split and variation.")] = _DEFAULTS.seed,
    epochs: Annotated[int, typer.Option(min=0)] = _DEFAULTS.epochs,
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
        int, typer.Option(min=0, help="Numbers to draw to train the network through the lattice.")
    ] = _DEFAULTS.lattice_lines,
    judge_lines: Annotated[
        int, typer.Option(min=10, help="Numbers to draw for each judge of candidates.")
    ] = _DEFAULTS.judge_lines,
    strip_lines: Annotated[
        int, typer.Option(min=0, help="Numbers to draw for the line recogniser; 0 for a model without one.")
    ] = _DEFAULTS.strip_lines,
    strip_epochs: Annotated[
        int, typer.Option(min=1, help="How often the line recogniser meets each of its numbers.")
    ] = _DEFAULTS.strip_epochs,
    licence: Annotated[
        list[str], typer.Option(help="NAME:TEXT, a source's licence for the model's contract.")
    ] = [],  # noqa: B006
    drawn_lines: Annotated[int, typer.Option(help="Numbers to draw for the source `drawn`.")] = 20_000,
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
            help="Go on from the networks of this model folder; with --epochs 0 and --lattice-lines 0 the "
            "one for digits stays as it is."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
) -> None:
    """Train a model from labelled crops, and export it for `digitocr read --model`."""
    require_extra()
    # TensorFlow reports its build and the lack of a GPU in a dozen lines; errors still come through.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from digitocr.datasets.data import parse_data
    from digitocr.datasets.sources import load_sources, parse_named
    from digitocr.synthesis.contact_sheet import show_drawn
    from digitocr.training.networks import NETWORKS
    from digitocr.training.recipe import make_model

    if network not in NETWORKS:
        raise UsageError(f"--network {network}: expected {' or '.join(NETWORKS)}")
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
        lattice_lines=lattice_lines,
        judge_lines=judge_lines,
        strip_lines=strip_lines,
        strip_epochs=strip_epochs,
    )
    licences = dict(parse_named(licence, "--licence", "NAME:TEXT"))
    left_out = parse_named(leave_out, "--leave-out", "NAME:LABEL")
    specs = [parse_data(text) for text in data]
    sources = load_sources(
        specs, validation, seed, licences=licences, left_out=left_out, drawn_lines=drawn_lines
    )
    if show:
        show_drawn(sources, seed, show)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for source in sources:
            _say(
                f"{source.name}: {len(source.train)} crops to train on, {len(source.validation)} to validate"
            )
        contract = make_model(
            sources,
            options,
            output,
            os.cpu_count() or 1,
            start=start,
            resume=resume,
            log=_say,
            watch=_watch,
        )
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror or error})") from error
    for name, figures in contract.figures.items():
        in_float = figures["float_accuracy_percent"]
        _say(f"{name}: {figures['accuracy_percent']:.2f} % in 8 bits, {in_float:.2f} % in float")
    _say(f"{output}: the model is ready; read with it by `digitocr read --model {output}`")


def require_extra() -> None:
    """Check that what trains and evaluates is installed.

    Raises:
        UsageError: it is not.
    """
    missing = [
        name
        for name in ("tensorflow", "keras", "sklearn", "matplotlib")
        if not importlib.util.find_spec(name)
    ]
    if missing:
        raise UsageError(f'this command needs {", ".join(missing)}: pip install "digitocr[train]"')


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _watch(feed: "Iterable[Batch]", epoch: int, count: int) -> "Iterable[Batch]":
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(
        feed, f"epoch {epoch}", total=count, console=console, transient=True, disable=not console.is_terminal
    )
