"""Crops in, log-probabilities out: the trained network, run by LiteRT (or by Keras, to compare)."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import CROP_SHAPE, LABELS
from digitocr.decoding.candidate_scorer import CandidateScorer, scorers_from_contract
from digitocr.decoding.confidence import Calibration, calibration_from_contract
from digitocr.decoding.score_fusion import FusionWeights, fusion_from_contract
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
from digitocr.recognition.network import RunNetwork, load_network, log_softmax
from digitocr.recognition.page_segmenter import PageSegmenter, load_page_segmenter
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT

Crops = NDArray[np.uint8]
Scores = NDArray[np.float32]

# Larger chunks are no faster on a processor and take memory; a chunk of its own size costs 40 us, about
# as much as two crops, so the last one is not padded.
CHUNK = 128


@dataclass(frozen=True)
class Classifier:
    """A loaded model. `contract` is what its makers say of it, `lines` its second reader, if it has one.

    Parts that it does not have are those of the model that comes along, but for the second reader: without
    one, numbers are read from their candidates alone.

    Several threads may use it; they take turns at the networks.
    """

    contract: Contract
    _logits: RunNetwork = field(repr=False)
    lines: LineRecogniser | None = None
    _own_pages: PageSegmenter | None = field(default=None, repr=False)

    @cached_property
    def pages(self) -> PageSegmenter:
        """What makes maps of pages.

        Raises:
            ModelError: neither this model nor the one that comes along has any.
        """
        return self._own_pages or _built_in_pages()

    @cached_property
    def fusion_weights(self) -> dict[str, FusionWeights]:
        """How much the line recogniser's word weighs, by context; none where there is none."""
        return fusion_from_contract(self.contract.lattice) if self.lines else {}

    @cached_property
    def calibration(self) -> Calibration | None:
        """What makes of both readers' evidence a probability; None where none was fitted."""
        return calibration_from_contract(self.contract.lattice)

    @cached_property
    def candidate_scorers(self) -> dict[str, CandidateScorer]:
        """What weighs candidates for the lattice, by context.

        Raises:
            ModelError: the contract has those of another version.
        """
        return scorers_from_contract(self.contract.lattice or _built_in().lattice)

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
        first_at: list[int] = []
        indices = [index_of.setdefault(crop.tobytes(), len(index_of)) for crop in crops]
        for at, index in enumerate(indices):
            if index == len(first_at):
                first_at.append(at)
        once = crops[first_at]
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
    classifier = Classifier(
        contract,
        logits,
        load_line_recogniser(lines, threads) if lines else None,
        load_page_segmenter(pages, threads) if pages else None,
    )
    try:
        _check_parts(classifier)
        _check_answers(classifier)
    except ModelError as error:
        raise ModelError(f"{file.parent / CONTRACT_FILE}: {error}") from error
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"{file}: the network cannot be run ({error}); export the model again") from error
    return classifier


def _check_parts(classifier: Classifier) -> None:
    """Build what the contract holds, so that a fault shows before anything is read."""
    if classifier.contract.lattice:
        _ = classifier.candidate_scorers, classifier.fusion_weights, classifier.calibration


def _check_answers(classifier: Classifier) -> None:
    """Run the networks on a picture that is known: a one.

    Raises:
        ModelError: what comes of it are no probabilities.
    """
    crop = np.zeros((1, *CROP_SHAPE), np.uint8)
    crop[:, 4:24, 12:16] = 255
    answers = [classifier.log_probabilities(crop)]
    if classifier.lines:
        strip = np.zeros((LINE_IMAGE_HEIGHT, LINE_IMAGE_HEIGHT), np.uint8)
        strip[4:28, 14:18] = 255
        answers += classifier.lines.columns([strip])
    for answer in answers:
        if not (np.isfinite(answer).all() and np.allclose(np.exp(answer).sum(axis=-1), 1, atol=1e-3)):
            raise ModelError("a network gives no probabilities; export the model again")


def _part(contract: Contract, file: Path, name: str) -> Path | None:
    """The file `name` beside `file`, checked, if the contract lists it."""
    if name not in contract.files:
        return None
    check_contract(contract, file.with_name(name), CROP_VERSION)
    return file.with_name(name)


def borrowed_parts(contract: Contract) -> list[str]:
    """The names of the parts that a model does not have, for which those of the built-in model are used."""
    pages = {PAGES_KERAS_FILE, PAGES_LITERT_FILE} & set(contract.files)
    return [*([] if contract.lattice else ["lattice"]), *([] if pages else ["page segmenter"])]


def model_name(contract: Contract, file: Path, borrowed: list[str]) -> str:
    """What an output says of a model: network, start of the SHA-256 of `file`, `borrowed_parts` in use."""
    name = f"{contract.network} {contract.files.get(file.name, '')[:12]}".strip()
    return f"{name} with the built-in {' and '.join(borrowed)}" if borrowed else name


def _built_in() -> Contract:
    return read_contract(find_model(None).with_name(CONTRACT_FILE))


def _built_in_pages() -> PageSegmenter:
    file = find_model(None)
    pages = _part(_built_in(), file, PAGES_LITERT_FILE)
    if pages is None:
        raise ModelError(
            f"{file.parent}: this model has no page segmenter; install digitocr again, or train one with "
            "`digitocr train`"
        )
    return load_page_segmenter(pages)


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
    package = Path(__file__).parents[1]  # importlib.resources takes 5 ms to import
    return [package / "models", package.parent / "models"]
