"""What `digitocr train` makes: the stages that its options ask for, or those of a recipe file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from digitocr.datasets.converters import CONVERTERS
from digitocr.datasets.data import DRAWN, DataSpec, Source
from digitocr.datasets.readers import Labelled, read_labelled
from digitocr.datasets.registry import DataSet
from digitocr.datasets.sources import check_names, load_sources, parse_named, read_spec
from digitocr.errors import UsageError
from digitocr.recognition.contract import CONTRACT_FILE, Contract, read_contract
from digitocr.training.fit import Watch
from digitocr.training.recipe_file import Recipe, read_recipe
from digitocr.training.run import Step, carry_over, plan, run
from digitocr.training.settings import Request, TrainOptions
from digitocr.training.stages import DRAWN_FILE, STAGES_FOLDER, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made: the sources, the steps, and what the card says that they were made from."""

    specs: Sequence[DataSpec]
    steps: Sequence[Step]
    read: Callable[[DataSpec], Labelled] = read_spec
    validation: float
    licences: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[tuple[str, str]] = ()
    made_from: Mapping[str, Any] = field(default_factory=dict)


def order(request: Request, options: TrainOptions) -> Order:
    """What the command was told to make.

    Raises:
        ModelError: the model to start from is none.
        UsageError: it has another kind of network, or a source, a stage or an option is not known.
    """
    if request.recipe:
        return _of_recipe(read_recipe(request.recipe, request.data_folder), options.workers)
    return _of_options(request, options)


def _of_options(request: Request, options: TrainOptions) -> Order:
    """The digit classifier, and of the rest what has numbers to draw."""
    start, specs = request.start, request.specs(options)
    licences = dict(parse_named(request.licence, "--licence", "NAME:TEXT"))
    left_out = parse_named(request.leave_out, "--leave-out", "NAME:LABEL")
    check_names(specs, [*licences, *(name for name, _ in left_out)])
    if start and options.epochs:
        network = read_contract(start / CONTRACT_FILE).network
        if network != options.network:
            raise UsageError(
                f"{start}: its network is {network}, expected {options.network}; add --network {network}"
            )
    makes = {
        "drawn": any(spec.place == DRAWN for spec in specs),
        "digits": options.epochs,
        "lattice": options.lattice_lines,
        "scorer": options.judge_lines,
        "lines": options.strip_lines,
        "fusion": options.judge_lines and options.strip_lines,
    }
    inputs = {"data": [asdict(spec) for spec in specs], "left_out": list(left_out), "start": str(start or "")}
    # The card tells names, and no paths of whoever trained.
    made_from: dict[str, Any] = {"data": {spec.name: [spec.weight, spec.kind] for spec in specs}}
    if start:
        made_from["start"] = read_contract(start / CONTRACT_FILE).files
    return Order(
        specs=specs,
        steps=plan([(make, {}) for make, wanted in makes.items() if wanted], options, inputs),
        validation=options.validation,
        licences=licences,
        left_out=left_out,
        made_from=made_from,
    )


def _of_recipe(recipe: Recipe, workers: int) -> Order:
    """What a recipe file asks for."""
    base = TrainOptions(seed=recipe.seed, validation=recipe.validation, workers=workers)
    inputs = {
        "recipe": recipe.sha256,
        "data": {name: sums_of(recipe.sets[name]) for name in recipe.sources if name != DRAWN},
    }
    told = {**inputs, "sources": {name: [spec.weight, spec.kind] for name, spec in recipe.sources.items()}}
    del told["recipe"]  # a word changed in a comment makes nothing anew

    def read(spec: DataSpec) -> Labelled:
        if spec.name not in recipe.sets:
            return read_spec(spec)
        found = CONVERTERS[recipe.sets[spec.name].converter](Path(spec.place))
        if not isinstance(found, Labelled):
            raise UsageError(f"the set {spec.name} holds no single characters; take it out of [sources]")
        return replace(found, licence=recipe.sets[spec.name].licence)

    return Order(
        specs=list(recipe.sources.values()),
        steps=plan([(table.make, table.options) for table in recipe.stages], base, told),
        read=read,
        validation=recipe.validation,
        made_from=inputs,
    )


def make_model(
    order: Order,
    folder: Path,
    *,
    start: Path | None,
    resume: bool,
    log: Callable[[str], None],
    watch: Watch,
) -> Contract:
    """Make what is ordered in `folder`, which exists; the card of what is there at the end.

    The parts of the model folder `start` that are not made anew are carried over from it.

    Raises:
        ModelError: `start` is no model.
        UsageError: a source cannot be read, or there is no run to resume.
    """
    if start:
        carry_over(start, folder)
    loader = _Loader(order, folder)
    work = Work(
        folder=folder,
        load=loader.load,
        options=TrainOptions(),
        processes=os.cpu_count() or 1,
        start=start,
        resume=resume,
        log=log,
        watch=watch,
    )
    return run(
        order.steps,
        lambda options: replace(work, options=options),
        folder,
        order.made_from,
        resume=resume,
        log=log,
    )


def sums_of(entry: DataSet) -> str | dict[str, str]:
    """The SHA-256 of a set, ready for JSON."""
    return entry.sha256 if isinstance(entry.sha256, str) else dict(entry.sha256)


class _Loader:
    """Reads sources when a stage first asks for them, and keeps them."""

    def __init__(self, order: Order, folder: Path) -> None:
        self._order = order
        self._drawn_file = folder / STAGES_FOLDER / DRAWN_FILE
        self._collected: list[Source] = []
        self._drawn: list[Source] = []

    def load(self, drawn: bool) -> Sequence[Source]:
        order = self._order
        if not self._collected:
            specs = [spec for spec in order.specs if spec.place != DRAWN]
            named = {spec.name for spec in specs}
            self._collected = load_sources(
                specs,
                order.validation,
                licences={name: text for name, text in order.licences.items() if name in named},
                left_out=order.left_out,
                read=order.read,
            )
        specs = [spec for spec in order.specs if spec.place == DRAWN]
        if drawn and specs and not self._drawn:
            self._drawn = load_sources(
                specs, order.validation, read=lambda _: read_labelled(self._drawn_file)
            )
        return [*self._collected, *(self._drawn if drawn else ())]
