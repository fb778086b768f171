"""A trained network becomes what `digitocr read` runs: LiteRT files and the contract beside them."""

import contextlib
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

from digitocr.datasets.data import DRAWN, DataSource, Split, read_classes
from digitocr.errors import UsageError
from digitocr.imaging.normaliser import CROP_VERSION
from digitocr.recognition.classifier import Classifier, load_classifier
from digitocr.recognition.contract import (
    CONTRACT_FILE,
    KERAS_FILE,
    LINES_KERAS_FILE,
    LINES_LITERT_FILE,
    LITERT_FILE,
    LITERT_FLOAT_FILE,
    Contract,
    file_sha256,
    write_contract,
)
from digitocr.recognition.network import log_softmax
from digitocr.records import Gray
from digitocr.training.feed import draw_crops
from digitocr.training.settings import TrainOptions

CALIBRATION_CROPS = 4000


def export(
    model: keras.Model,
    sources: Sequence[DataSource],
    options: TrainOptions,
    folder: Path,
    base: Contract | None = None,
) -> Contract:
    """Write the three files of the digit classifier and `digits.json` into `folder`.

    `model` computes in float32. The temperature is fitted on the validation splits, and the figures are
    those of the int8 model on the test sets that came with the sources. The other parts of the model that
    `base` lists stay on the card.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / KERAS_FILE)
    (folder / LITERT_FLOAT_FILE).write_bytes(to_litert(model))
    (folder / LITERT_FILE).write_bytes(to_int8(model, draw_crops(sources, CALIBRATION_CROPS, options.seed)))
    made = {name: file_sha256(folder / name) for name in (KERAS_FILE, LITERT_FILE, LITERT_FLOAT_FILE)}
    base = base or Contract(network=options.network, seed=options.seed, crop_version=CROP_VERSION, files={})
    contract = replace(
        base,
        network=options.network,
        seed=options.seed,
        crop_version=CROP_VERSION,
        files=base.files | made,
        training=[_describe(source) for source in sources],
    )
    write_contract(contract, folder / CONTRACT_FILE)
    contract = complete(contract, sources, folder)
    write_contract(contract, folder / CONTRACT_FILE)
    return contract


def to_litert(model: keras.Model) -> bytes:
    """The network as a LiteRT file in float32: (N, 28, 28, 1) float32 ink 0..255 in, logits out."""
    _check_exports()
    return _convert(tf.lite.TFLiteConverter.from_keras_model(model))


def export_lines(model: keras.Model, shown: Sequence[Gray], contract: Contract, folder: Path) -> Contract:
    """Write the line recogniser's files beside the others, and list them in `digits.json`.

    Its 8 bits are calibrated on the line images `shown`, (32, W) uint8 each.
    """
    model.save(folder / LINES_KERAS_FILE)
    (folder / LINES_LITERT_FILE).write_bytes(to_int8(model, shown))
    files = {name: file_sha256(folder / name) for name in (LINES_KERAS_FILE, LINES_LITERT_FILE)}
    contract = replace(contract, files=contract.files | files)
    write_contract(contract, folder / CONTRACT_FILE)
    return contract


def to_int8(model: keras.Model, pictures: Iterable[Gray], output: tf.DType = tf.float32) -> bytes:
    """The network as a LiteRT file in 8 bits: (N, H, W, 1) uint8 in, `output` out, as logits are float32.

    It is calibrated on `pictures` (H, W). The ink needs no scaling on the way in: its 256 levels are
    the 256 values of the input.
    """
    _check_exports()
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _one_by_one(pictures)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = output
    return _convert(converter)


def _check_exports() -> None:
    """Check that LiteRT files can be written here, which TensorFlow does.

    Raises:
        UsageError: Keras runs on another backend.
    """
    if keras.config.backend() != "tensorflow":
        raise UsageError(
            f"LiteRT files are written with TensorFlow, and Keras runs on {keras.config.backend()}; what was "
            "trained is kept: run the same again without KERAS_BACKEND and with --resume"
        )


def _convert(converter: tf.lite.TFLiteConverter) -> bytes:
    # TensorFlow prints the graph's captures to stdout, which belongs to results.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Statistics for quantized inputs")
        converted: bytes = converter.convert()
    return converted


def fit_temperature(log_probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature that makes (N, 11) log-probabilities likeliest for the true labels (N,)."""
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return -float(
            log_softmax(log_probabilities / np.float32(np.exp(log_temperature)))[rows, labels].mean()
        )

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))


def complete(contract: Contract, sources: Sequence[DataSource], folder: Path) -> Contract:
    """The contract with what only the exported files can tell: temperature and figures."""
    shipped, in_float = load_classifier(folder / LITERT_FILE), load_classifier(folder / LITERT_FLOAT_FILE)
    collected = [s.validation for s in sources if s.kind != DRAWN] or [s.validation for s in sources]
    temperature = 1.0
    if sum(map(len, collected)):
        crops = np.concatenate([part.crops for part in collected])
        labels = np.concatenate([part.labels for part in collected])
        temperature = fit_temperature(shipped.log_probabilities(crops), labels)
    figures = {
        f"{source.name} {name}": _figures(part, shipped, in_float)
        for source in sources
        for name, part in (("validation", source.validation), ("test", source.test))
        if part is not None and len(part)
    }
    return replace(contract, temperature=temperature, figures=figures)


def _figures(part: Split, shipped: Classifier, in_float: Classifier) -> dict[str, float]:
    """Accuracies in percent: of the 8-bit model and of the same in float, each by `read_classes`; and of the
    8-bit model where a digit may be called no digit.
    """
    scores = shipped.log_probabilities(part.crops)
    return {
        "accuracy_percent": _percent(read_classes(scores, part.labels) == part.labels),
        "float_accuracy_percent": _percent(
            read_classes(in_float.log_probabilities(part.crops), part.labels) == part.labels
        ),
        "of_eleven_percent": _percent(scores.argmax(1) == part.labels),
        "crops": len(part),
    }


def _percent(right: NDArray[np.bool_]) -> float:
    return round(100 * float(right.mean()), 4)


def _one_by_one(pictures: Iterable[Gray]) -> Iterator[list[NDArray[np.float32]]]:
    for picture in pictures:
        yield [picture[np.newaxis, ..., np.newaxis].astype(np.float32)]
    # The whole range of ink must be seen, or the input's levels would not be those of a picture.
    yield [np.linspace(0, 255, picture.size, dtype=np.float32).reshape(1, *picture.shape, 1)]


def _describe(source: DataSource) -> dict[str, str | float]:
    return {
        "name": source.name,
        "kind": source.kind,
        "weight": source.weight,
        "licence": source.licence,
        "crops": len(source.train),
    }
