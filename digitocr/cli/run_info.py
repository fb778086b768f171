"""What JSON and Parquet say of a run."""

from dataclasses import asdict

import typer

import digitocr
from digitocr.batch.task import Settings
from digitocr.cli.report import Talk
from digitocr.output.write import RunInfo
from digitocr.recognition.classifier import borrowed_parts, find_model, model_name
from digitocr.recognition.contract import CONTRACT_FILE, read_contract


def run_info(settings: Settings, shard: str, talk: Talk) -> RunInfo:
    """What JSON says of the run. Parts that the built-in model lends are named on stderr, as they matter too.

    Raises:
        ModelError: the model is missing or does not fit; found out before anything is read.
    """
    file = find_model(settings.model, settings.engine)
    contract = read_contract(file.parent / CONTRACT_FILE)
    borrowed = borrowed_parts(contract) if settings.read.layout != "digit" else []
    if borrowed and not talk.quiet:
        text = f"{file.parent}: no {' and no '.join(borrowed)}; those that come with digitocr are used"
        typer.echo(talk.message(text), err=True)
    name = model_name(contract, file, borrowed)
    return RunInfo(digitocr.__version__, name, {**asdict(settings.load), **asdict(settings.read)}, shard)
