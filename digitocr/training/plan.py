"""The stages that make a model, and the steps of a run: all that is known before anything is trained.

TensorFlow is not imported here, so that a recipe that cannot be followed is refused at once.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitocr.errors import UsageError
from digitocr.recognition.contract import (
    KERAS_FILE,
    LINES_KERAS_FILE,
    LINES_LITERT_FILE,
    LITERT_FILE,
    PAGES_KERAS_FILE,
    PAGES_LITERT_FILE,
)
from digitocr.training.settings import TrainOptions

STAGES_FOLDER = "stages"  # in the model's folder: what stages leave for those after them
CHECKPOINT = "checkpoint"  # in the model's folder: the digit classifier while it is trained
DRAWN_FILE = "drawn.npz"
SHARDS_FOLDER, VALIDATION_FILE = "shards", "validation.npz"

# The options that bear on a checkpoint of the digit classifier.
CLASSIFIER_OPTIONS = (
    "network", "epochs", "epoch_samples", "batch_size", "learning_rate", "warmup", "patience", "weight_decay",
    "label_smoothing", "averaging",
)  # fmt: skip
LINE_OPTIONS = (
    "strip_lines", "line_kinds", "word_share", "slash_share", "line_rounds", "round_lines",
    "line_learning_rate", "lines_a_step", "trained_share", "line_pages", "pen_lines", "recombined_lines",
)  # fmt: skip
CONFIDENCE_OPTIONS = (
    "confidence_sets", "confidence_halves", "confidence_registers", "confidence_singles", "confidence_drawn",
    "confidence_fields", "confidence_disputed",
)  # fmt: skip
REGISTERS = "lectaurep_numbers"
# The registered sets that pages are drawn with and cut out of, and their licences.
PAGE_SETS = {
    "mnist": "CC BY-SA 3.0",
    "bhmsds": "MIT",
    "unipen_strokes": "CC BY 4.0",
    "register_pages": "CC BY 4.0",
    "sudoku_pages": "MIT",
}
LINE_SETS = (
    "mnist", "bhmsds", "nsysu_digits", "omniglot_small", "unipen_strokes", "unipen_strings", "kubiesa_cells",
    REGISTERS, "register_pages",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: which options it has, and which stages it goes on from.

    `state` names the files that it leaves for others in its own folder, `files` those of the model.
    `sets` tells which registered sets it reads with its options.
    """

    options: tuple[str, ...]
    needs: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sets: Callable[[TrainOptions], Sequence[str]] = lambda _: ()


def _confidence_sets(options: TrainOptions) -> list[str]:
    files = options.confidence_halves, options.confidence_disputed
    named = (*options.confidence_sets, *files, options.confidence_registers)
    return [name for name in named if name]


_DIGIT_STAGE = Stage((), state=(KERAS_FILE,), files=(LITERT_FILE,))
_LINE_STAGE = Stage((), state=(LINES_KERAS_FILE,), files=(LINES_LITERT_FILE,))

STAGES: dict[str, Stage] = {
    "drawn": Stage(("drawn_lines",), state=(DRAWN_FILE,)),
    "digits": replace(
        _DIGIT_STAGE,
        options=(*CLASSIFIER_OPTIONS, "aligned_share"),
        needs=("drawn", "real_lines"),
        sets=lambda options: (REGISTERS,) if options.aligned_share else (),
    ),
    "lattice": replace(_DIGIT_STAGE, options=("lattice_lines",), needs=("digits",)),
    "scorer": Stage(("judge_lines",), ("digits", "lattice")),
    "lines": replace(_LINE_STAGE, options=("strip_lines", "strip_epochs")),
    "real_lines": replace(
        _LINE_STAGE, options=LINE_OPTIONS, needs=("lines", "pages"), sets=lambda _: LINE_SETS
    ),
    "page_patches": Stage(
        ("page_patches",), state=(SHARDS_FOLDER, VALIDATION_FILE), sets=lambda _: tuple(PAGE_SETS)
    ),
    "pages": Stage(
        ("page_steps", "page_learning_rate"),
        ("page_patches",),
        state=(PAGES_KERAS_FILE,),
        files=(PAGES_LITERT_FILE,),
    ),
    "fusion": Stage(("judge_lines",), ("digits", "lattice", "scorer", "lines", "real_lines")),
    "confidence": Stage(
        CONFIDENCE_OPTIONS,
        ("digits", "lattice", "scorer", "lines", "real_lines", "pages", "fusion"),
        sets=_confidence_sets,
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a run by its name in it: a stage that comes again is called `lines-2` and so on.

    `key` changes with whatever bears on the result: options, data, the stages that it goes on from.
    """

    name: str
    make: str
    options: TrainOptions
    key: str


def plan(
    stages: Sequence[tuple[str, Mapping[str, Any]]], base: TrainOptions, inputs: Mapping[str, Any]
) -> list[Step]:
    """The steps of a run.

    Args:
        stages: each stage's name and its own options.
        base: the options that hold for all.
        inputs: what else bears on the results, ready for JSON: sources, sums of data, where training starts.

    Raises:
        UsageError: there is no such stage, or it has no such option.
    """
    steps: list[Step] = []
    keys: dict[str, str] = {}
    for make, given in stages:
        if make not in STAGES:
            raise UsageError(f'make = "{make}": there is no such stage; there are {", ".join(STAGES)}')
        unknown = set(given) - set(STAGES[make].options)
        if unknown:
            raise UsageError(
                f'make = "{make}": it has no option {", ".join(sorted(unknown))}; '
                f"it has {', '.join(sorted(STAGES[make].options))}"
            )
        options = replace(base, **{name: _checked(make, name, value) for name, value in given.items()})
        values = {name: getattr(options, name) for name in sorted(STAGES[make].options)}
        before = [keys[need] for need in (*STAGES[make].needs, make) if need in keys]
        text = json.dumps([make, values, options.seed, options.validation, inputs, before], sort_keys=True)
        keys[make] = hashlib.sha256(text.encode()).hexdigest()
        times = sum(step.make == make for step in steps)
        steps.append(Step(f"{make}-{times + 1}" if times else make, make, options, keys[make]))
    return steps


def check_resumable(folder: Path) -> None:
    """Check that a run was begun in `folder`.

    Raises:
        UsageError: there is none to go on with.
    """
    if not any((folder / name).is_dir() for name in (STAGES_FOLDER, CHECKPOINT)):
        raise UsageError(f"{folder}: no run to resume; start one without --resume")


def _checked(make: str, name: str, value: Any) -> Any:
    """The value of an option, which has the kind of its default."""
    default = getattr(TrainOptions(), name)
    kinds: dict[type, tuple[type, ...]] = {float: (int, float), tuple: (list, tuple)}
    if type(value) not in kinds.get(type(default), (type(default),)):
        raise UsageError(f'make = "{make}": {name} = {value!r} is not of the kind of {default!r}')
    return value
