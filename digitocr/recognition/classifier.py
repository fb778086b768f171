"""Crops in, log-probabilities out: the trained network, run by LiteRT (or by Keras, to compare)."""

from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import CROP_SHAPE, LABELS
from digitocr.decoding.confidence import Calibration, calibration_from_contract
from digitocr.decoding.judge import Judge, judges_from_contract
from digitocr.decoding.opinion import Opinion, opinions_from_contract
from digitocr.errors import ModelError
from digitocr.imaging.normaliser import CROP_VERSION
from digitocr.options import Engine
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    KERAS_FILE,
    LINES_KERAS_FILE,
    LINES_LITERT_FILE,
    LITERT_FILE,
    PAGES_KERAS_FILE,
    PAGES_LITERT_FILE,
    Contract,
    check_contract,
    read_contract,
)
from digitocr.recognition.line_recogniser import LineRecogniser, load_line_recogniser
from digitocr.recognition.network import Run, load_network, log_softmax
from digitocr.recognition.page_segmenter import PageSegmenter, load_page_segmenter

Crops = NDArray[np.uint8]
Scores = NDArray[np.float32]

# Larger chunks are no faster on a processor and take memory; a chunk of its own size costs 40 us, about
# as much as two crops, so the last one is not padded.
CHUNK = 128


@dataclass(frozen=True)
class Classifier:
    """A loaded model. `contract` is what its makers say of it, `lines` its second reader and
    `pages` its page segmenter, where it has them.

    Not for several threads at once: each process or thread loads its own.
    """

    contract: Contract
    _logits: Run = field(repr=False)
    lines: LineRecogniser | None = None
    pages: PageSegmenter | None = None

    @cached_property
    def opinions(self) -> dict[str, Opinion]:
        """How much the line recogniser's word weighs, by context; none where there is none."""
        return opinions_from_contract(self.contract.lattice) if self.lines else {}

    @cached_property
    def calibration(self) -> Calibration | None:
        """What makes of both readers' evidence a probability; None where none was fitted."""
        return calibration_from_contract(self.contract.lattice)

    @cached_property
    def judges(self) -> dict[str, Judge]:
        """What weighs candidates for the lattice, by context.

        Raises:
            ModelError: the contract has none, or of another version.
        """
        return judges_from_contract(self.contract.lattice)

    def log_probabilities(self, crops: Crops) -> Scores:
        """Log-probabilities (N, 11) float32 of crops (N, 28, 28) uint8; the labels are the contract's.

        Raises:
            ValueError: the crops have another shape or type.
        """
        if crops.shape[1:] != CROP_SHAPE or crops.dtype != np.uint8:
            raise ValueError(f"expected crops (N, 28, 28) uint8, not {crops.shape} {crops.dtype}")
        if not len(crops):
            return np.empty((0, len(LABELS)), np.float32)
        # Parts of a row have its crops again: each is looked at once.
        index_of: dict[bytes, int] = {}
        indices = [index_of.setdefault(crop.tobytes(), len(index_of)) for crop in crops]
        _, first = np.unique(indices, return_index=True)
        once = crops[first]
        chunks = [self._logits(once[i : i + CHUNK, ..., np.newaxis]) for i in range(0, len(once), CHUNK)]
        return log_softmax(np.concatenate(chunks) / np.float32(self.contract.temperature))[indices]


def load_classifier(model: Path | None = None, engine: Engine = "litert", threads: int = 1) -> Classifier:
    """Load a model and check it against its contract.

    Args:
        model: a folder with `digits.json`, or a model file beside one; None takes the one that came along.
        engine: `keras` runs `digits.keras` and needs the extra `train`.
        threads: how many threads LiteRT may use.

    Raises:
        ModelError: there is no such model, it does not fit its contract, or it cannot be run.
    """
    file = find_model(model, engine)
    contract = read_contract(file.parent / CONTRACT_FILE)
    check_contract(contract, file, CROP_VERSION)
    logits = load_network(file, (None, *CROP_SHAPE, 1), (None, len(LABELS)), threads)
    keras = file.suffix == ".keras"
    lines = _part(contract, file, LINES_KERAS_FILE if keras else LINES_LITERT_FILE)
    pages = _part(contract, file, PAGES_KERAS_FILE if keras else PAGES_LITERT_FILE)
    return Classifier(
        contract,
        logits,
        load_line_recogniser(lines, threads) if lines else None,
        load_page_segmenter(pages, threads) if pages else None,
    )


def _part(contract: Contract, file: Path, name: str) -> Path | None:
    """The file `name` beside `file`, checked, if the contract lists it."""
    if name not in contract.files:
        return None
    check_contract(contract, file.with_name(name), CROP_VERSION)
    return file.with_name(name)


def find_model(model: Path | None, engine: Engine = "litert") -> Path:
    """The model file that `model` means: itself, the one in a folder, or the one that came along.

    Raises:
        ModelError: there is none.
    """
    if model is not None and not _exists(model):
        raise ModelError(f"{model}: there is no such model; give a folder, a .tflite or a .keras file")
    if model is not None and model.is_file():
        if model.suffix not in {".tflite", ".keras"}:
            raise ModelError(f"{model}: not a model; expected a folder, a .tflite or a .keras file")
        if engine == "keras" and model.suffix != ".keras":
            raise ModelError(f"{model}: the keras engine needs a .keras file, or the folder of one")
        return model
    name = KERAS_FILE if engine == "keras" else LITERT_FILE
    folders = [model] if model else _own_folders()
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        searched = ", ".join(str(folder) for folder in folders)
        raise ModelError(
            f"no {name} in {searched}; train a model with `digitocr train`, or name one with --model"
        )
    return file


def _exists(model: Path) -> bool:
    try:
        return model.exists()
    except OSError as error:  # a name too long, a folder that may not be entered
        raise ModelError(f"{model}: cannot be looked up ({error.strerror}); check the path") from error


def _own_folders() -> list[Path]:
    """Where a model comes along: in the wheel, or in the source tree."""
    package = Path(str(files("digitocr")))
    return [package / "models", package.parent / "models"]
