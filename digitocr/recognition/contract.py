"""What a model file promises to the reading code, written as `digits.json` beside it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from digitocr.alphabet import CROP_SHAPE, LABELS
from digitocr.errors import ModelError

POLARITY = "light ink on dark paper"
CONTRACT_FILE = "digits.json"
KERAS_FILE = "digits.keras"
LITERT_FILE = "digits.tflite"
LITERT_FLOAT_FILE = "digits-float.tflite"
LINES_KERAS_FILE = "lines.keras"
LINES_LITERT_FILE = "lines.tflite"
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
        ModelError: the file is missing, is not JSON, or lacks or adds an entry.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        entries["labels"] = tuple(entries["labels"])
        entries["input_shape"] = tuple(entries["input_shape"])
        return Contract(**entries)
    except FileNotFoundError as error:
        raise ModelError(
            f"{path}: the model's contract is missing; keep {CONTRACT_FILE} in the folder of the model file"
        ) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path}: not a model contract ({error}); export the model again") from error


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
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: the model file cannot be read ({error.strerror})") from error
