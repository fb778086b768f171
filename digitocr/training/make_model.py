"""A model made as it was ordered: its stages run, what they need loaded, and the result compared."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from digitocr.datasets.data import DRAWN, DataSource
from digitocr.datasets.numbers import NumberSource, read_numbers, split_numbers
from digitocr.datasets.readers import read_labelled
from digitocr.datasets.sources import SPLIT_SEED, load_sources
from digitocr.evaluation.versus import Difference
from digitocr.recognition.contract import (
    LINES_LITERT_FILE,
    LITERT_FILE,
    PAGES_LITERT_FILE,
    Contract,
)
from digitocr.training.audit import audit
from digitocr.training.fit import Watch
from digitocr.training.order import Order
from digitocr.training.plan import DRAWN_FILE, STAGES_FOLDER
from digitocr.training.run import carry_over, run
from digitocr.training.settings import TrainOptions
from digitocr.training.work import Work

LINES = "the line recogniser"


@dataclass(frozen=True, slots=True)
class Made:
    """The card of what was made, and how it compares with what it started from, set by set."""

    card: Contract
    differences: Sequence[Difference]


def make_model(
    order: Order,
    folder: Path,
    *,
    start: Path | None,
    resume: bool,
    log: Callable[[str], None],
    watch: Watch,
) -> Made:
    """Make what is ordered in `folder`, which exists.

    The parts of the model folder `start` that are not made anew are carried over from it.

    Raises:
        ModelError: `start` is no model.
        UsageError: a source cannot be read, or there is no run to resume.
    """
    if start:
        carry_over(start, folder)
    loader = _Loader(order, folder)
    work = Work(
        name="",
        before=(),
        folder=folder,
        load=loader.load,
        numbers=loader.numbers,
        find=order.find,
        options=TrainOptions(),
        processes=os.cpu_count() or 1,
        start=start,
        resume=resume,
        log=log,
        watch=watch,
    )
    card = run(
        order.steps,
        lambda step, before: replace(work, name=step.name, before=before, options=step.options),
        folder,
        order.made_from,
        resume=resume,
        log=log,
    )
    log(untrained(card, [step.make for step in order.steps], start))
    if not start:
        return Made(card, [])
    seed = order.steps[0].options.seed if order.steps else 0
    return Made(
        card, audit(folder, start, loader.load(False), loader.numbers(), seed=seed, processes=work.processes)
    )


def untrained(card: Contract, makes: Sequence[str], start: Path | None) -> str:
    """Which parts of the model were not trained, and whose they are."""
    parts = {
        "the digit classifier": (LITERT_FILE in card.files, {"digits", "lattice"}),
        "the scorer of candidates": ("line" in card.lattice, {"scorer"}),
        LINES: (LINES_LITERT_FILE in card.files, {"lines", "real_lines"}),
        "the page segmenter": (PAGES_LITERT_FILE in card.files, {"pages"}),
    }
    kept = [name for name, (has, made_by) in parts.items() if has and not made_by & set(makes)]
    lacking = [name for name, (has, _) in parts.items() if not has and name != LINES]
    notes = [f"kept from {start}: {', '.join(kept)}"] if kept else []
    notes += [f"taken from the model that comes along: {', '.join(lacking)}"] if lacking else []
    notes += [] if parts[LINES][0] else ["without a second reader of lines"]
    return "; ".join(notes) or "every part was trained"


class _Loader:
    """Reads sources when a stage first asks for them, and keeps them."""

    def __init__(self, order: Order, folder: Path) -> None:
        self._order = order
        self._drawn_file = folder / STAGES_FOLDER / DRAWN / DRAWN_FILE
        self._collected: list[DataSource] = []
        self._drawn: list[DataSource] = []
        self._numbers: list[NumberSource] = []

    def numbers(self) -> Sequence[NumberSource]:
        if not self._numbers:
            self._numbers = [
                split_numbers(
                    spec.name, read_numbers(Path(spec.location)), self._order.validation, SPLIT_SEED
                )
                for spec in self._order.numbers
            ]
        return self._numbers

    def load(self, drawn: bool) -> Sequence[DataSource]:
        order = self._order
        if not self._collected:
            specs = [spec for spec in order.specs if spec.location != DRAWN]
            named = {spec.name for spec in specs}
            self._collected = load_sources(
                specs,
                order.validation,
                licences={name: text for name, text in order.licences.items() if name in named},
                left_out=order.left_out,
                read=order.read,
            )
        specs = [spec for spec in order.specs if spec.location == DRAWN]
        if drawn and specs and not self._drawn:
            self._drawn = load_sources(
                specs, order.validation, read=lambda _: read_labelled(self._drawn_file)
            )
        return [*self._collected, *(self._drawn if drawn else ())]
