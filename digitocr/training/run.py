"""A run: the stages of a recipe one after the other, each kept as it ends, with its record on the card."""

import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitocr.atomic_write import atomic_write
from digitocr.recognition.contract import CONTRACT_FILE, Contract, read_contract, write_contract
from digitocr.training.plan import STAGES, STAGES_FOLDER, Step, check_resumable
from digitocr.training.provenance import commit, versions
from digitocr.training.settings import TrainOptions
from digitocr.training.stages import MAKERS
from digitocr.training.work import Work

Log = Callable[[str], None]


def run(
    steps: Sequence[Step],
    work: Callable[[Step, Sequence[str]], Work],
    folder: Path,
    made_from: Mapping[str, Any],
    *,
    resume: bool,
    log: Log,
) -> Contract:
    """Make what the steps make, in `folder`; the card of what is there at the end.

    Args:
        steps: see `plan`.
        work: gives the work for a step and the names of those before it.
        folder: exists; takes the model, and in `stages/` the state of the run.
        made_from: the recipe's sum and the data's, for the card.
        resume: whether stages that ended before, with the same key, are kept.
        log: gets a line at each step.

    Raises:
        UsageError: there is no run to resume.
    """
    state = folder / STAGES_FOLDER
    if resume:
        check_resumable(folder)
    else:
        shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(steps, 1):
        if _is_kept(step, state):
            log(f"{step.name}: kept as an earlier run made it")
            continue
        log(f"{step.name}: stage {number} of {len(steps)}")
        _begin(step, state / step.name)
        began = time.monotonic()
        figures = MAKERS[step.make](work(step, [earlier.name for earlier in steps[: number - 1]]))
        minutes = round((time.monotonic() - began) / 60, 1)
        _keep(step, steps, folder, {**made_from, "minutes": minutes, "figures": figures})
    return read_contract(folder / CONTRACT_FILE)


def carry_over(start: Path, folder: Path) -> Contract:
    """Copy the model folder `start` into `folder`, whose stages then replace what they make.

    Raises:
        ModelError: `start` is no model.
    """
    card = read_contract(start / CONTRACT_FILE)
    for name in card.files:
        if (start / name).is_file() and not (folder / name).exists():
            shutil.copyfile(start / name, folder / name)
    if not (folder / CONTRACT_FILE).is_file():
        write_contract(card, folder / CONTRACT_FILE)
    return card


def _is_kept(step: Step, state: Path) -> bool:
    stage, record = STAGES[step.make], state / f"{step.name}.json"
    made = [
        *(state / step.name / file for file in stage.state),
        *(state.parent / file for file in stage.files),
    ]
    if not all(file.exists() for file in [record, *made]):
        return False
    try:
        return bool(json.loads(record.read_text(encoding="utf-8"))["key"] == step.key)
    except (ValueError, KeyError):
        return False


def _begin(step: Step, own: Path) -> None:
    """Make a stage's own folder; what a run with other options or data left there is removed."""
    key = own / "key"
    if not key.is_file() or key.read_text(encoding="utf-8") != step.key:
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir()
        key.write_text(step.key, encoding="utf-8")


def record_of(make: str, options: TrainOptions, about: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a stage for a model's card: when and with what it was run, and `about` it."""
    values = {name: getattr(options, name) for name in sorted(STAGES[make].options)}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": options.seed,
        "options": values,
        "commit": commit(),
        "versions": versions(),
        **about,
    }


def _keep(step: Step, steps: Sequence[Step], folder: Path, about: Mapping[str, Any]) -> None:
    """Write the record of a stage that ended, on the card too if there is one by now."""
    state = folder / STAGES_FOLDER
    text = json.dumps({"key": step.key, "record": record_of(step.make, step.options, about)}, indent=2)
    with atomic_write(state / f"{step.name}.json") as temporary:
        temporary.write_text(text, encoding="utf-8")
    if (folder / CONTRACT_FILE).is_file():
        card = read_contract(folder / CONTRACT_FILE)
        files = [state / f"{stage.name}.json" for stage in steps]
        made = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()}
        before = {name: run for name, run in card.runs.items() if name not in made}
        runs = before | {name: kept["record"] for name, kept in made.items()}
        write_contract(replace(card, runs=runs), folder / CONTRACT_FILE)
