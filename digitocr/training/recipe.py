"""The recipe of a model, from sources to a folder that `digitocr read` reads with."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import keras

from digitocr.datasets.data import Source
from digitocr.decoding.judge import judges_to_contract
from digitocr.decoding.opinion import opinions_to_contract
from digitocr.errors import UsageError
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    KERAS_FILE,
    LINES_KERAS_FILE,
    Contract,
    read_contract,
    write_contract,
)
from digitocr.recognition.network import load_keras
from digitocr.training.export import export, export_lines
from digitocr.training.fit import Watch, fit
from digitocr.training.fit_lines import fit_lines
from digitocr.training.judge import draw_and_fit
from digitocr.training.opinion import draw_and_weigh
from digitocr.training.settings import TrainOptions
from digitocr.training.tune import tune


def make_model(
    sources: Sequence[Source],
    options: TrainOptions,
    folder: Path,
    processes: int,
    *,
    start: Path | None,
    resume: bool,
    log: Callable[[str], None],
    watch: Watch,
) -> Contract:
    """Train the networks, fit what weighs them, and export all into `folder`; the contract of what is there.

    Args:
        sources: Labelled crops.
        options: How to train.
        folder: Exists; takes the model and the state of the run.
        processes: How many draw numbers.
        start: A model folder whose networks training goes on from; its network must be of the same kind.
        resume: Whether to go on with an interrupted run in `folder`.
        log: Gets a line at each step.
        watch: See `fit`.

    Raises:
        ModelError: `start` is no model, or lacks a network that is to be trained on.
        UsageError: `start` has another kind of network than is asked for, or there is no run to resume.
    """
    begun, begun_lines = _networks(start, options) if start else (None, None)
    model = fit(sources, options, folder, start=begun, resume=resume, log=log, watch=watch)
    model = tune(model, sources, options, processes, log=log)
    contract = export(model, sources, options, folder)
    log("drawing numbers to fit the judges of candidates")
    judges = draw_and_fit(load_classifier(folder), sources, options.judge_lines, options.seed, processes)
    contract = replace(contract, lattice=judges_to_contract(judges))
    write_contract(contract, folder / CONTRACT_FILE)
    if not options.strip_lines:
        return contract
    lines = fit_lines(sources, options, processes, log=log, start=begun_lines)
    contract = export_lines(lines, sources, contract, folder)
    opinions = draw_and_weigh(load_classifier(folder), sources, options.judge_lines, options.seed, processes)
    contract = replace(contract, lattice=contract.lattice | opinions_to_contract(opinions))
    write_contract(contract, folder / CONTRACT_FILE)
    return contract


def _networks(start: Path, options: TrainOptions) -> tuple[keras.Model, keras.Model | None]:
    """The networks of a model folder: that for digits, and that for lines if it is to be trained."""
    found = read_contract(start / CONTRACT_FILE).network
    if found != options.network:
        raise UsageError(
            f"{start}: its network is {found}, expected {options.network}; add --network {found}"
        )
    lines = load_keras(start / LINES_KERAS_FILE) if options.strip_lines else None
    return load_keras(start / KERAS_FILE), lines
