"""A training run on disk, from which it goes on as if it had never stopped."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitocr.errors import UsageError
from digitocr.training.history import EpochFigures
from digitocr.training.networks import build_network
from digitocr.training.plan import CLASSIFIER_OPTIONS
from digitocr.training.settings import TrainOptions

Weights = list[NDArray[np.float32]]


@dataclass(slots=True)
class TrainingRun:
    """The state of a run: the model in training, the average of its weights and the best of those so far."""

    model: keras.Model
    averaged: Weights
    best: Weights
    best_score: tuple[float, float] = (-1.0, 0.0)
    best_epoch: int = 0
    history: list[EpochFigures] = field(default_factory=list)


def save_run(run: TrainingRun, options: TrainOptions, names: Sequence[str], folder: Path) -> None:
    """Write the whole state beside the last one, and only then put it in its place."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    np.savez(fresh / "model.npz", *(keras.ops.convert_to_numpy(v) for v in _variables(run.model)))
    np.savez(fresh / "averaged.npz", *run.averaged)
    np.savez(fresh / "best.npz", *run.best)
    state = {
        "options": _bearing(options),
        "sources": list(names),
        "best_score": run.best_score,
        "best_epoch": run.best_epoch,
        "history": run.history,
    }
    (fresh / "state.json").write_text(json.dumps(state), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def load_run(new: TrainingRun, options: TrainOptions, names: Sequence[str], folder: Path) -> TrainingRun:
    """Put the state on disk into a `new` run made with the same options.

    Raises:
        UsageError: there is none, or it belongs to a run with other options or other data.
    """
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        values, averaged, best = (_arrays(folder / f"{name}.npz") for name in ("model", "averaged", "best"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder}: no run to resume ({error}); start one without --resume") from error
    now = {**_bearing(options), "sources": list(names)}
    then = {**state["options"], "sources": state["sources"]}
    changed = [name for name in now if now[name] != then.get(name)]
    if changed:
        differences = ", ".join(f"{name} was {then.get(name)}" for name in changed)
        raise UsageError(f"{folder}: a run resumes only with the options it began with: {differences}")
    for variable, value in zip(_variables(new.model), values, strict=True):
        variable.assign(value)
    return TrainingRun(
        new.model, averaged, best, tuple(state["best_score"]), state["best_epoch"], state["history"]
    )


def best_network(options: TrainOptions, folder: Path) -> keras.Model | None:
    """The best network of the run on disk so far, in float32; None where no epoch has ended yet."""
    if not (folder / "best.npz").is_file():
        return None
    network = build_network(options.network, options.seed)
    network.set_weights(_arrays(folder / "best.npz"))
    return network


def _bearing(options: TrainOptions) -> dict[str, object]:
    return {name: getattr(options, name) for name in (*CLASSIFIER_OPTIONS, "seed", "validation")}


def _variables(model: keras.Model) -> list[keras.Variable]:
    """All that training changes: weights, the optimizer's moments, the dropout layers' random states.

    A model saved by Keras would lose the last, and which weights do not decay.
    """
    return [*(v for layer in model.layers for v in layer.variables), *model.optimizer.variables]


def _arrays(path: Path) -> Weights:
    with np.load(path) as arrays:
        return [arrays[name] for name in arrays]
