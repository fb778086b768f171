"""Crops in, log-probabilities out: the trained network, run by LiteRT (or by Keras, to compare)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError
from digitocr.imaging.crop import CROP_VERSION
from digitocr.options import Engine
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    CROP_SHAPE,
    KERAS_FILE,
    LABELS,
    LITERT_FILE,
    Contract,
    check_contract,
    read_contract,
)
from digitocr.recognition.judge import Judge, judges_from_contract

Crops = NDArray[np.uint8]
Scores = NDArray[np.float32]

# Larger chunks are no faster on a processor and take memory; a chunk of its own size costs 40 us, about
# as much as two crops, so the last one is not padded.
CHUNK = 128


@dataclass(frozen=True)
class Classifier:
    """A loaded model. `contract` is what its makers say of it.

    Not for several threads at once: each process or thread loads its own.
    """

    contract: Contract
    _logits: Callable[[Crops], Scores] = field(repr=False)

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
        return log_softmax(self._logits(crops) / np.float32(self.contract.temperature))


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
    logits = _keras_logits(file) if file.suffix == ".keras" else _litert_logits(file, threads)
    return Classifier(contract, logits)


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
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        places = ", ".join(str(folder) for folder in folders)
        raise ModelError(
            f"no {name} in {places}; train a model with `digitocr train`, or name one with --model"
        )
    return found


def _exists(model: Path) -> bool:
    try:
        return model.exists()
    except OSError as error:  # a name too long, a folder that may not be entered
        raise ModelError(f"{model}: cannot be looked up ({error.strerror}); check the path") from error


def log_softmax(logits: Scores) -> Scores:
    """Log-softmax over the last axis, float32.

    >>> log_softmax(np.zeros((1, 2), np.float32)).round(3).tolist()
    [[-0.6930000185966492, -0.6930000185966492]]
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    scores: Scores = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return scores


def _own_folders() -> list[Path]:
    """Where a model comes along: in the wheel, or in the source tree."""
    package = Path(str(files("digitocr")))
    return [package / "models", package.parent / "models"]


def _litert_logits(file: Path, threads: int) -> Callable[[Crops], Scores]:
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_path=str(file), num_threads=threads)
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{file}: LiteRT cannot load it ({error}); export the model again") from error
    entrance, exit_ = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if tuple(entrance["shape"][1:]) != (*CROP_SHAPE, 1) or exit_["shape"][-1] != len(LABELS):
        raise ModelError(
            f"{file}: takes {entrance['shape']} and gives {exit_['shape']}, where (N, 28, 28, 1) and (N, 11) "
            "are needed; train a model with `digitocr train`"
        )
    allocated = 0

    def run(crops: Crops) -> Scores:
        nonlocal allocated
        if len(crops) != allocated:
            interpreter.resize_tensor_input(entrance["index"], (len(crops), *CROP_SHAPE, 1))
            interpreter.allocate_tensors()
            allocated = len(crops)
        interpreter.set_tensor(
            entrance["index"], crops[..., np.newaxis].astype(entrance["dtype"], copy=False)
        )
        interpreter.invoke()
        logits: Scores = interpreter.get_tensor(exit_["index"])
        return logits

    return lambda crops: np.concatenate([run(crops[i : i + CHUNK]) for i in range(0, len(crops), CHUNK)])


def _keras_logits(file: Path) -> Callable[[Crops], Scores]:
    try:
        import keras
    except ImportError as error:
        raise ModelError('the keras engine needs TensorFlow: pip install "digitocr[train]"') from error
    try:
        network = keras.models.load_model(file, compile=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: Keras cannot load it ({error}); export the model again") from error

    def run(crops: Crops) -> Scores:
        logits: Scores = network.predict(crops[..., np.newaxis], batch_size=CHUNK, verbose=0)
        return logits

    return run
