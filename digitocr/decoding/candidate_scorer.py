"""Scores a candidate for the lattice: as each of the ten digits, and as the reject class (comma, dash, dirt).

The classifier sees a candidate image that fills its frame. The scorer adds what the image lost: its size, its
position in the line, and the ink that was cut through. It is a small perceptron, trained through the lattice
on drawn numbers and kept in the model card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError
from digitocr.segmentation.candidates import GEOMETRY

CONTEXTS = ("line", "page")  # an image of one number; a page, where words are rejects too
REJECT_PENALTY = 1.0  # log-probability; real numbers hold fewer marks and less dirt than drawn ones
LOG_PROBABILITY_MIN = -12.0  # lower ones carry no information
CLASSES = 11  # ten digits, and the reject class
Layers = tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CandidateScorer:
    """A perceptron over `features`, whose output is added to the log-probabilities of the classifier.

    `layers` are (weights (I, O), biases (O,)); the last has 11 outputs.
    """

    layers: Layers

    def scores(
        self, log_probabilities: NDArray[np.float32], geometry: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Scores for the lattice: their sum over a path is its log-probability plus a constant.

        Args:
            log_probabilities: (N, 11) of the classifier, not-a-digit last.
            geometry: (N, G) as `segmentation.candidates` measures it.

        Returns:
            (N, 10) for each digit; (N,) for the reject class.
        """
        x = features(log_probabilities, geometry)
        for weights, biases in self.layers[:-1]:
            x = np.maximum(_affine(x, weights, biases), 0)
        scores = log_probabilities + _affine(x, *self.layers[-1])
        return scores[:, :10], scores[:, 10] - np.float32(REJECT_PENALTY)


def features(log_probabilities: NDArray[np.float32], geometry: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 11 + G): log-probabilities, bounded and scaled to -2..0, beside the geometry."""
    return np.concatenate(
        [np.maximum(log_probabilities, LOG_PROBABILITY_MIN) / 6, np.clip(geometry, -3, 5)], axis=1
    )


def scorers_from_contract(lattice: Mapping[str, Any]) -> dict[str, CandidateScorer]:
    """Read the candidate scorers of a model card, one for each of `CONTEXTS`.

    Raises:
        ModelError: they are missing, damaged, or of another version.
    """
    if lattice.get("geometry") != list(GEOMETRY) or any(context not in lattice for context in CONTEXTS):
        raise ModelError(
            "the model's lattice is of another version of digitocr; train it again with `digitocr train`"
        )
    try:
        candidate_scorers = {
            context: CandidateScorer(
                tuple((_array(layer["weights"]), _array(layer["biases"])) for layer in lattice[context])
            )
            for context in CONTEXTS
        }
        for scorer in candidate_scorers.values():
            _check_layers(scorer.layers)
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(
            f"the model's lattice cannot be used ({error}); train it again with `digitocr train`"
        ) from error
    return candidate_scorers


def _check_layers(layers: Layers) -> None:
    """Check the shapes and values of layers.

    Raises:
        ValueError: the shapes do not fit, or a weight is not finite.
    """
    size = CLASSES + len(GEOMETRY)
    for weights, biases in layers:
        if weights.ndim != 2 or biases.ndim != 1 or weights.shape != (size, len(biases)):
            raise ValueError(f"a layer of {weights.shape} and {biases.shape} numbers after one of {size}")
        if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
            raise ValueError("a weight is not finite")
        size = len(biases)
    if size != CLASSES:
        raise ValueError(f"{size} scores, where {CLASSES} were expected")


def scorers_to_contract(candidate_scorers: Mapping[str, CandidateScorer]) -> dict[str, Any]:
    """The candidate scorers as JSON data, to six significant digits."""
    layers = {
        context: [{"weights": _plain(w), "biases": _plain(b)} for w, b in candidate_scorers[context].layers]
        for context in CONTEXTS
    }
    return {"geometry": list(GEOMETRY), **layers}


def _affine(
    x: NDArray[np.float32], weights: NDArray[np.float32], biases: NDArray[np.float32]
) -> NDArray[np.float32]:
    # Not by BLAS, whose last bits depend on the batch: a page must give the same bytes in any batch.
    return np.asarray(np.einsum("ni,io->no", x, weights) + biases, np.float32)


def _array(values: Any) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def _plain(array: NDArray[np.float32]) -> Any:
    return np.vectorize(lambda value: float(f"{value:.6g}"))(array).tolist()
