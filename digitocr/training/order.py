"""What `digitocr train` is told to make, by its options or by a recipe file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from digitocr.datasets.converters import CONVERTERS
from digitocr.datasets.data import DRAWN, MNIST, DataSpec
from digitocr.datasets.numbers import holds_whole_numbers
from digitocr.datasets.readers import Labelled, check_place
from digitocr.datasets.registry import DataSet
from digitocr.datasets.sources import check_names, parse_named, read_spec
from digitocr.errors import ModelError, UsageError
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    read_contract,
)
from digitocr.training.plan import STAGES, Step, plan
from digitocr.training.recipe_file import Recipe, read_recipe
from digitocr.training.settings import Request, TrainOptions

# Where people labelled numbers the lattice learns from so many, half of them drawn.
LINES_WITH_NUMBERS = 9_600


def unregistered(name: str) -> Path:
    """Stands for a registry where there is none.

    Raises:
        UsageError: always.
    """
    raise UsageError(f"the set {name} is known by a registry alone; train with --recipe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made: the sources, the steps, and what the card says that they were made from.

    `specs` name sources of characters and `numbers` those of whole numbers.
    """

    specs: Sequence[DataSpec]
    numbers: Sequence[DataSpec] = ()
    steps: Sequence[Step]
    read: Callable[[DataSpec], Labelled] = read_spec
    find: Callable[[str], Path] = unregistered
    validation: float
    licences: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[tuple[str, str]] = ()
    made_from: Mapping[str, Any] = field(default_factory=dict)


def order(request: Request, options: TrainOptions) -> Order:
    """What the command was told to make. All is checked that can be before pictures are read.

    Raises:
        ModelError: the model to start from is none, or lacks a network.
        UsageError: it has another kind of network, a source, a stage or an option is not known, or a source
            or a registered set is not there.
    """
    if request.recipe:
        ordered = _of_recipe(read_recipe(request.recipe, request.data_folder), options.workers, request.start)
    else:
        ordered = _of_options(request, options)
    if request.start:
        _check_start(request.start, [step.make for step in ordered.steps])
    return ordered


def _check_start(start: Path, makes: Sequence[str]) -> None:
    """Check that a model folder has the networks of its card from which training goes on."""
    listed = read_contract(start / CONTRACT_FILE).files
    for file in sorted({file for make in makes for file in STAGES[make].state} & set(listed)):
        if not (start / file).is_file():
            raise ModelError(f"{start / file}: {CONTRACT_FILE} lists it; copy the model's folder again")


def _of_options(request: Request, options: TrainOptions) -> Order:
    """The digit classifier, and of the rest what has numbers to draw."""
    start, every = request.start, request.specs(options)
    for spec in every:
        if spec.location not in (MNIST, DRAWN):
            check_place(Path(spec.location))
    numbers = [spec for spec in every if holds_whole_numbers(spec.location)]
    specs = [spec for spec in every if spec not in numbers]
    licences = dict(parse_named(request.licence, "--licence", "NAME:TEXT"))
    left_out = parse_named(request.leave_out, "--leave-out", "NAME:LABEL")
    check_names(every, [*licences, *(name for name, _ in left_out)])
    if numbers and not specs:
        raise UsageError(
            f"{numbers[0].location}: whole numbers alone teach no single digits; add some, as -d mnist"
        )
    if start and options.epochs:
        network = read_contract(start / CONTRACT_FILE).network
        if network != options.network:
            raise UsageError(
                f"{start}: its network is {network}, expected {options.network}; add --network {network}"
            )
    makes = {
        "drawn": any(spec.location == DRAWN for spec in specs),
        "digits": options.epochs,
        "lattice": options.lattice_lines or numbers,
        "scorer": options.judge_lines,
        "lines": options.strip_lines,
        "fusion": options.judge_lines and options.strip_lines,
    }
    if numbers and not options.lattice_lines:
        options = replace(options, lattice_lines=LINES_WITH_NUMBERS)
    inputs = {"data": [asdict(spec) for spec in every], "left_out": list(left_out), "start": str(start or "")}
    # The card tells names, and no paths of whoever trained.
    made_from: dict[str, Any] = {"data": {spec.name: [spec.weight, spec.kind] for spec in every}}
    if start:
        made_from["start"] = read_contract(start / CONTRACT_FILE).files
    return Order(
        specs=specs,
        numbers=numbers,
        steps=plan([(make, {}) for make, wanted in makes.items() if wanted], options, inputs),
        validation=options.validation,
        licences=licences,
        left_out=left_out,
        made_from=made_from,
    )


def _of_recipe(recipe: Recipe, workers: int, start: Path | None) -> Order:
    """What a recipe file asks for, from the networks of the model folder `start` on."""
    base = TrainOptions(seed=recipe.seed, validation=recipe.validation, workers=workers)
    inputs: dict[str, Any] = {
        "recipe": recipe.sha256,
        "data": {name: sums_of(entry) for name, entry in recipe.sets.items()},
    }
    if start:
        inputs["start"] = read_contract(start / CONTRACT_FILE).files
    for name, entry in ((name, recipe.sets[name]) for name in recipe.sources if name in recipe.sets):
        if entry.converter not in CONVERTERS:
            raise UsageError(
                f"the set {name} has the converter {entry.converter!r}; there are {', '.join(CONVERTERS)}"
            )
    ingredients = {
        **inputs,
        "sources": {name: [spec.weight, spec.kind] for name, spec in recipe.sources.items()},
    }
    del ingredients["recipe"]  # a word changed in a comment makes nothing anew

    def read(spec: DataSpec) -> Labelled:
        if spec.name not in recipe.sets:
            return read_spec(spec)
        labelled = CONVERTERS[recipe.sets[spec.name].converter](Path(spec.location))
        if not isinstance(labelled, Labelled):
            raise UsageError(f"the set {spec.name} holds no single characters; take it out of [sources]")
        return replace(labelled, licence=recipe.sets[spec.name].licence)

    steps = plan([(table.make, table.options) for table in recipe.stages], base, ingredients)
    for name in {name: None for step in steps for name in STAGES[step.make].sets(step.options)}:
        recipe.find(name)  # or a stage would tell after hours that its set is not there
    return Order(
        specs=list(recipe.sources.values()),
        steps=steps,
        read=read,
        find=recipe.find,
        validation=recipe.validation,
        made_from=inputs,
    )


def sums_of(entry: DataSet) -> str | dict[str, str]:
    """The SHA-256 of a set, ready for JSON."""
    return entry.sha256 if isinstance(entry.sha256, str) else dict(entry.sha256)
