"""Calibrated confidence: from the evidence of both readers and of the ink to a probability.

It is what a reading is reported and accepted with. What is read, and where, is chosen by the probabilities of
the readers themselves, so that no choice changes when the confidence is fitted anew.

Logistic regression, fitted on labelled lines. Lines on which both readers agreed at once have other weights
than lines of which all segmentations were searched; both are fitted alike, so that 0.9 means the same for
both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError
from digitocr.segmentation.candidates import GEOMETRY, Candidates
from digitocr.segmentation.segment import Segments

FEATURES = (
    "one",
    "line",
    "line_squared",
    "worst_digit",
    "mean_digit",
    "lead",
    "lattice",
    "agree",
    "length",
    "single",
    "contrast",
    "height",
    "at_side",
    "at_margin",
    "others",
    "signs",
    "line_doubt",
    "digit_doubt",
    "lead_doubt",
)
PATHS = ("settled", "searched")  # both readers agreed at once; all segmentations were searched
LOG_MIN = -12.0  # lower log-probabilities carry no information
EDGE_DISTANCE = 0.02  # of the line height: ink nearer to the edge of the image touches it
LINES_UNTOLD = 1000  # of a card that does not tell how many lines it was fitted on
DOUBT_MIN = 1e-6  # a smaller probability of error says no more
_SIDE, _MARGIN = GEOMETRY.index("side"), GEOMETRY.index("margin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence for the first string of a line.

    Attributes:
        path: one of `PATHS`.
        line: log-probability by the line recogniser.
        digits: (L,) log-probabilities of its digits by the classifier.
        lead: its log-probability less that of the second string.
        lattice: log-probability by the lattice; 0 if it was not searched.
        agree: whether both readers rank it first.
        contrast: difference of gray level between ink and paper.
        height_px: height of the writing, in pixels of the page.
        at_side: whether its ink touches the left or right edge of the image.
        at_margin: whether its ink touches the top or bottom edge.
        others: number of letters and other symbols in the line.
        signs: number of separators and signs in the line.
    """

    path: str
    line: float
    digits: NDArray[np.float32]
    lead: float
    lattice: float
    agree: bool
    contrast: float
    height_px: float
    at_side: bool
    at_margin: bool
    others: int
    signs: int


class Confidence(Protocol):
    """Turns evidence into a probability."""

    def confidence(self, evidence: Evidence) -> float: ...


def features(evidence: Evidence) -> NDArray[np.float64]:
    """(len(FEATURES),) the features of one reading."""
    line = max(evidence.line, LOG_MIN)
    digits = np.maximum(evidence.digits, LOG_MIN) if len(evidence.digits) else np.zeros(1)
    return np.array(
        [
            1.0,
            line,
            -line * line / 10,
            digits.min(),
            digits.mean(),
            min(evidence.lead, -LOG_MIN),
            max(evidence.lattice, LOG_MIN),
            float(evidence.agree),
            len(evidence.digits) / 5,
            float(len(evidence.digits) == 1),
            log(max(evidence.contrast, 1.0)) - 4,
            log(max(evidence.height_px, 1.0)) - 3,
            float(evidence.at_side),
            float(evidence.at_margin),
            min(evidence.others, 3),
            min(evidence.signs, 3),
            _log_doubt(line) / 4,
            _log_doubt(float(digits.min())) / 4,
            _log_doubt(-log1p(exp(-min(evidence.lead, -LOG_MIN)))) / 4,
        ]
    )


def _log_doubt(log_probability: float) -> float:
    """The logarithm of what a probability leaves to all else: it tells 0.99 from 0.999."""
    return log(max(1 - exp(min(log_probability, 0.0)), DOUBT_MIN))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Logistic regression on `lines` labelled lines; `weights` are (len(FEATURES),) for each of `PATHS`."""

    weights: Mapping[str, NDArray[np.float64]]
    lines: int

    def confidence(self, evidence: Evidence) -> float:
        """The probability (0..1) that the string is wholly right.

        It is never above (n + 1) / (n + 2) for n labelled lines, Laplace's rule of succession: were all of
        them right, no more could be said of the next.
        """
        score = float(self.weights[evidence.path] @ features(evidence))
        most = (self.lines + 1) / (self.lines + 2)
        return min(most, 1 / (1 + exp(-max(-30.0, min(30.0, score)))))


def edges_touched(candidates: Candidates, arcs: Sequence[int]) -> tuple[bool, bool]:
    """Whether the ink of candidates touches the left or right, and the top or bottom edge of the image."""
    if not arcs:
        return False, False
    geometry = candidates.geometry[list(arcs)]
    return bool((geometry[:, _SIDE] < EDGE_DISTANCE).any()), bool(
        (geometry[:, _MARGIN] < EDGE_DISTANCE).any()
    )


def height_on_page(segments: Segments, page_from_row: NDArray[np.float64]) -> float:
    """The height of the writing of a line, in pixels of the page."""
    return float(segments.height * np.hypot(*page_from_row[:, 1]))


def calibration_from_contract(lattice: Mapping[str, Any]) -> Calibration | None:
    """Read the calibration of a model card; None if it has none, or one for features not known here.

    Raises:
        ModelError: it is no table, or has not a number for each of its features.
    """
    weights = {path: np.zeros(len(FEATURES)) for path in PATHS}
    try:
        entry = lattice.get("confidence", {})
        names = entry.get("features", [])
        if not names or not set(names) <= set(FEATURES):
            return None
        for path in PATHS:
            weights[path][[FEATURES.index(name) for name in names]] = entry[path]
        lines = int(entry.get("lines", LINES_UNTOLD))
        if lines < 0:
            raise ValueError(f"it was fitted on {lines} lines")
        return Calibration(weights, lines)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the model's confidence cannot be used ({error}); fit it again") from error


def calibration_to_contract(calibration: Calibration) -> dict[str, Any]:
    """The calibration as JSON data, to six significant digits."""
    weights = {
        path: [float(f"{weight:.6g}") for weight in calibration.weights[path].tolist()] for path in PATHS
    }
    return {"confidence": {"features": list(FEATURES), **weights, "lines": calibration.lines}}
