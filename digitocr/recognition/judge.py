"""What a candidate is: a whole digit, a mark (comma, dash, dirt), or a part (a piece, or more than one).

The classifier sees a crop that was scaled to fill its frame; the judge adds what the crop has lost: size,
place in the row, and what was cut to make it. A small perceptron, trained after the classifier on
synthetic numbers drawn for it, kept in the model's contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError
from digitocr.imaging.candidates import GEOMETRY

WHOLE, MARK, PART = range(3)
Layers = tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A perceptron over (11 log-probabilities, geometry): `layers` are (weights (I, O), biases (O,))."""

    layers: Layers

    @classmethod
    def from_contract(cls, lattice: Mapping[str, object]) -> "Judge":
        """Read the judge of a model's contract; raises ModelError for one that does not fit this version."""
        if tuple(lattice.get("geometry", ())) != GEOMETRY:  # type: ignore[arg-type]
            raise ModelError(
                "the model's lattice was trained for another version of digitocr; train it again with "
                "`digitocr train`"
            )
        layers: Sequence[Mapping[str, object]] = lattice["layers"]  # type: ignore[assignment]
        return cls(
            tuple(
                (np.asarray(layer["weights"], np.float32), np.asarray(layer["biases"], np.float32))
                for layer in layers
            )
        )

    def to_contract(self) -> dict[str, object]:
        """The judge as JSON data, six significant digits."""

        def plain(array: NDArray[np.float32]) -> object:
            return np.vectorize(lambda v: float(f"{v:.6g}"))(array).tolist()

        return {
            "geometry": list(GEOMETRY),
            "layers": [{"weights": plain(w), "biases": plain(b)} for w, b in self.layers],
        }

    def scores(
        self, log_probabilities: NDArray[np.float32], geometry: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Scores for the lattice.

        Args:
            log_probabilities: (N, 11) of the classifier, not-a-digit last.
            geometry: (N, G) as `imaging.candidates` measures it.

        Returns:
            (N, 10) log-probability of each digit, whole and alone; (N,) log-probability of a mark.
        """
        kinds = self.kinds(log_probabilities, geometry)
        digits = log_probabilities[:, :10]
        among = digits - np.logaddexp.reduce(digits, axis=1, keepdims=True)
        return kinds[:, WHOLE, None] + among, kinds[:, MARK]

    def kinds(
        self, log_probabilities: NDArray[np.float32], geometry: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(N, 3) log-probabilities of WHOLE, MARK, PART."""
        x = features(log_probabilities, geometry)
        for weights, biases in self.layers[:-1]:
            x = np.maximum(x @ weights + biases, 0)
        weights, biases = self.layers[-1]
        x = x @ weights + biases
        scores: NDArray[np.float32] = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
        return scores


def features(log_probabilities: NDArray[np.float32], geometry: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 11 + G): log-probabilities, bounded and scaled to about -1..0, beside the geometry."""
    return np.concatenate([np.maximum(log_probabilities, -12) / 6, np.clip(geometry, -3, 5)], axis=1)
