"""What a model file promises to the reading code, written as `digits.json` beside it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Never

from digitocr.alphabet import CROP_SHAPE, LABELS
from digitocr.errors import ModelError
from digitocr.small_files import check_bounds, read_small

POLARITY = "light ink on dark paper"
CONTRACT_FILE = "digits.json"
KERAS_FILE = "digits.keras"
LITERT_FILE = "digits.tflite"
LITERT_FLOAT_FILE = "digits-float.tflite"
LINES_KERAS_FILE = "lines.keras"
LINES_LITERT_FILE = "lines.tflite"
MAX_NETWORK_BYTES = 500_000_000  # the largest of ours has 3 MB
PAGES_KERAS_FILE = "pages.keras"
PAGES_LITERT_FILE = "pages.tflite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The contents of `digits.json`.

    `labels[i]` names output `i`. `files` maps each model file's name to its SHA-256. `temperature`
    divides the logits before log-softmax. `training` has one entry a data source (name, kind, weight,
    licence, crops) and `figures` one a test set. `lattice` holds what the number decoder learned,
    `pages` what the page segmenter takes, gives and was trained on, empty where there is none. `runs` has
    one entry a stage of training: its options, seed, commit, versions, recipe, data and minutes.
    """

    network: str
    seed: int
    crop_version: int
    files: dict[str, str]
    temperature: float = 1.0
    labels: tuple[str, ...] = LABELS
    input_shape: tuple[int, ...] = CROP_SHAPE
    polarity: str = POLARITY
    training: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    lattice: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)


def write_contract(contract: Contract, path: Path) -> None:
    """Write `contract` as indented JSON."""
    path.write_text(json.dumps(asdict(contract), indent=2) + "\n", encoding="utf-8")


def read_contract(path: Path) -> Contract:
    """Read `digits.json`.

    Raises:
        ModelError: the file is missing, is not JSON, lacks or adds an entry, or has one that cannot be.
    """
    try:
        entries = json.loads(read_small(path).decode("utf-8"), parse_constant=_refuse)
        check_bounds(entries)
        for key, (fits, expected) in _ENTRIES.items():
            if key in entries and not fits(entries[key]):
                raise ValueError(f"{key}: expected {expected}")
        entries["labels"] = tuple(entries["labels"])
        entries["input_shape"] = tuple(entries["input_shape"])
        return Contract(**entries)
    except FileNotFoundError as error:
        raise ModelError(
            f"{path}: the model's contract is missing; keep {CONTRACT_FILE} in the folder of the model file"
        ) from error
    except OSError as error:
        raise ModelError(f"{path}: the model's contract cannot be read ({error.strerror})") from error
    except RecursionError as error:
        raise ModelError(f"{path}: not a model contract (nested too deep); export the model again") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path}: not a model contract ({error}); export the model again") from error


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_table_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def _is_file_name(value: str) -> bool:
    return value not in ("", ".", "..") and not any(sign in value for sign in "/\\\0")


# What entries must be, and how that is said.
_ENTRIES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "network": (_is_text, "a text"),
    "seed": (_is_number, "a number"),
    "crop_version": (_is_number, "a number"),
    "files": (
        lambda value: _is_table_of(_is_text)(value) and all(map(_is_file_name, value)),
        "names of files, without folders, with their SHA-256",
    ),
    # Fitted ones lie between 0.5 and 2.
    "temperature": (lambda value: _is_number(value) and 0.01 <= value <= 100, "a number from 0.01 to 100"),
    "labels": (_is_list_of(_is_text), "a list of texts"),
    "input_shape": (_is_list_of(_is_number), "a list of numbers"),
    "polarity": (_is_text, "a text"),
    "training": (_is_list_of(_is_table), "a list of tables"),
    "figures": (_is_table_of(_is_table_of(_is_number)), "a table of tables of numbers"),
    "lattice": (_is_table, "a table"),
    "pages": (_is_table, "a table"),
    "runs": (_is_table_of(_is_table), "a table of tables"),
}


def check_contract(contract: Contract, model: Path, crop_version: int) -> None:
    """Check that `model` is the file the contract speaks of, and that this version can feed it.

    Raises:
        ModelError: the file is missing or another one, or the labels, the input or the crops differ.
    """
    expectations = (
        ("labels", contract.labels, LABELS),
        ("input_shape", contract.input_shape, CROP_SHAPE),
        ("polarity", contract.polarity, POLARITY),
        ("crop_version", contract.crop_version, crop_version),
    )
    for name, actual, expected in expectations:
        if actual != expected:
            raise ModelError(
                f"{model}: {name} is {actual!r} and this version of digitocr needs {expected!r}; "
                "train it again with `digitocr train`, or use the digitocr it was made with"
            )
    if model.name not in contract.files:
        raise ModelError(
            f"{model}: {CONTRACT_FILE} does not list this file; it lists {', '.join(contract.files)}"
        )
    if file_sha256(model) != contract.files[model.name]:
        raise ModelError(
            f"{model}: the file is not the one {CONTRACT_FILE} was written for (SHA-256 differs); "
            "copy the model's folder again, or export it again"
        )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        return hashlib.sha256(read_small(path, MAX_NETWORK_BYTES)).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: the model file cannot be read ({error.strerror})") from error
