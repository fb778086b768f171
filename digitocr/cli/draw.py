"""`digitocr draw`: synthetic numbers, cut up as in reading, kept as a training set."""

import os
from pathlib import Path
from typing import Annotated

import typer

from digitocr.cli.train import DATA_HELP
from digitocr.errors import OutputError, UsageError


def draw(
    output: Annotated[Path, typer.Argument(help="The .npz to write, for `digitocr train --data`.")],
    *,
    lines: Annotated[int, typer.Option(min=1, help="Numbers to draw.")] = 20_000,
    data: Annotated[list[str], typer.Option("--data", "-d", help=DATA_HELP)] = ["mnist"],  # noqa: B006
    validation: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="Share of each source not to draw with.")
    ] = 0.08,
    seed: Annotated[int, typer.Option(help="Decides the numbers, and the digits set aside.")] = 1,
) -> None:
    """Draw numbers with synthetic hands, fonts and the digits of --data, and keep their candidates."""
    if output.suffix != ".npz":
        raise UsageError(f"{output}: expected a name that ends in .npz")
    if not output.parent.is_dir():
        raise OutputError(f"{output}: there is no such folder; make it first")
    import numpy as np

    from digitocr.datasets.data import parse_data
    from digitocr.datasets.sources import DRAWN_LICENCE, load_sources
    from digitocr.synthesis.drawn import collections_of, draw_crops

    sources = load_sources([parse_data(text) for text in data], validation)
    crops, labels = draw_crops(collections_of(sources), lines, seed, os.cpu_count() or 1)
    try:
        np.savez_compressed(output, x=crops, label=labels, licence=DRAWN_LICENCE)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror or error})") from error
    typer.echo(f"{output}: {len(labels)} crops of {lines} numbers", err=True)
