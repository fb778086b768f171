"""Calibrated confidence: from the evidence of both readers and of the ink to a probability.

It is what a reading is reported and accepted with. What is read, and where, is chosen by the probabilities of
the readers themselves, so that no choice changes when the confidence is fitted anew.

Logistic regression, fitted on labelled lines, with the same weights for lines on which both readers agreed
at once and lines of which all segmentations were searched. Boosted trees, and 50 more features of the
readers, their views and the ink, are no better on lines that were not fitted on; a third network and views of
the digits are fooled by the same lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import ModelError
from digitocr.segmentation.candidates import GEOMETRY, Candidates
from digitocr.segmentation.segment import Segments

FEATURES = (
    "one",
    "line",
    "line_doubt",
    "digit_doubt",
    "agree",
    "searched",
    "length",
    "single",
    "contrast",
    "height",
    "at_side",
    "at_margin",
    "left_out",
    "others",
    "signs",
    "counted",
    "count",
    "letter",
    "letter_counted",
)
LOG_MIN = -12.0  # lower log-probabilities carry no information
EDGE_DISTANCE = 0.02  # of the line height: ink nearer to the edge of the image touches it
LINES_UNTOLD = 1000  # of a card that does not tell how many lines it was fitted on
DOUBT_MIN = 1e-6  # a smaller probability of error says no more
_INK_AREA, _SIDE, _MARGIN = (GEOMETRY.index(name) for name in ("area", "side", "margin"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence for the first string of a line.

    Attributes:
        line: log-probability by the line recogniser.
        digits: (L,) log-probabilities of its digits by the classifier.
        agree: whether both readers rank it first.
        searched: whether all segmentations were searched, for the readers did not agree at once.
        contrast: difference of gray level between ink and paper.
        height_px: height of the writing, in pixels of the page.
        at_side: whether its ink touches the left or right edge of the image.
        at_margin: whether its ink touches the top or bottom edge.
        left_out: share (0..1) of the ink of the line that is in none of its digits.
        others: number of letters and other symbols in the line.
        signs: number of separators and signs in the line.
        count: log-probability by the line recogniser that there are as many digits as boxes that are written
            in; None where there are no boxes, or they do not tell.
        letter: the highest log-probability by the line recogniser that a time step shows a letter or another
            symbol.
    """

    line: float
    digits: NDArray[np.float32]
    agree: bool
    searched: bool
    contrast: float
    height_px: float
    at_side: bool
    at_margin: bool
    left_out: float
    others: int
    signs: int
    count: float | None = None
    letter: float = LOG_MIN


class Confidence(Protocol):
    """Turns evidence into a probability."""

    def confidence(self, evidence: Evidence) -> float: ...


def features(evidence: Evidence) -> NDArray[np.float64]:
    """(len(FEATURES),) the features of one reading."""
    line, counted = max(evidence.line, LOG_MIN), evidence.count is not None
    worst_digit = max(float(evidence.digits.min(initial=0.0)), LOG_MIN)
    return np.array(
        [
            1.0,
            line,
            _log_doubt(line) / 4,
            _log_doubt(worst_digit) / 4,
            float(evidence.agree),
            float(evidence.searched),
            len(evidence.digits) / 5,
            float(len(evidence.digits) == 1),
            log(max(evidence.contrast, 1.0)) - 4,
            log(max(evidence.height_px, 1.0)) - 3,
            float(evidence.at_side),
            float(evidence.at_margin),
            evidence.left_out,
            min(evidence.others, 3),
            min(evidence.signs, 3),
            float(counted),
            max(evidence.count or 0.0, LOG_MIN) / 4,
            max(evidence.letter, LOG_MIN) / 4,
            exp(evidence.letter) if counted else 0.0,
        ]
    )


def _log_doubt(log_probability: float) -> float:
    """The logarithm of what a probability leaves to all else: it tells 0.99 from 0.999."""
    return log(max(1 - exp(min(log_probability, 0.0)), DOUBT_MIN))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Logistic regression on `lines` labelled lines.

    Attributes:
        weights: (len(FEATURES),).
        lines: how many lines it was fitted on.
        box_weights: those for lines in boxes, of which the written ones are counted: there the probability by
            the line recogniser is one given the number of digits. None where there are no others for them.
    """

    weights: NDArray[np.float64]
    lines: int
    box_weights: NDArray[np.float64] | None = None

    def confidence(self, evidence: Evidence) -> float:
        """The probability (0..1) that the string is wholly right.

        It is never above (n + 1) / (n + 2) for n labelled lines, Laplace's rule of succession: were all of
        them right, no more could be said of the next.
        """
        weights = self.weights
        if evidence.count is not None and self.box_weights is not None:
            weights = self.box_weights
        score = float(weights @ features(evidence))
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


def ink_left_out(candidates: Candidates, arcs: Sequence[int]) -> float:
    """The share (0..1) of the ink of a line that is in none of the candidates `arcs`."""
    area = candidates.geometry[:, _INK_AREA]
    whole = float(area[candidates.last == candidates.first + 1].sum())
    return min(1.0, max(0.0, 1 - float(area[list(arcs)].sum()) / whole)) if whole > 0 else 0.0


def height_on_page(segments: Segments, page_from_row: NDArray[np.float64]) -> float:
    """The height of the writing of a line, in pixels of the page, to which the (2, 3) affine map leads."""
    return float(segments.height * np.hypot(*page_from_row[:, 1]))


def calibration_from_contract(lattice: Mapping[str, Any]) -> Calibration | None:
    """Read the calibration of a model card; None if it has none, or one for features not known here.

    Raises:
        ModelError: it is no table, or has not a number for each of its features.
    """
    try:
        entry = lattice.get("confidence", {})
        names = entry.get("features", [])
        if not names or not set(names) <= set(FEATURES):
            return None
        lines = int(entry.get("lines", LINES_UNTOLD))
        if lines < 0:
            raise ValueError(f"it was fitted on {lines} lines")
        in_boxes = _weights(names, entry["box_weights"]) if "box_weights" in entry else None
        return Calibration(_weights(names, entry["weights"]), lines, in_boxes)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the model's confidence cannot be used ({error}); fit it again") from error


def _weights(names: Sequence[str], values: Sequence[float]) -> NDArray[np.float64]:
    """(len(FEATURES),) the weights of named features, 0 for others."""
    weights = np.zeros(len(FEATURES))
    weights[[FEATURES.index(name) for name in names]] = values
    return weights


def calibration_to_contract(calibration: Calibration) -> dict[str, Any]:
    """The calibration as JSON data, to six significant digits."""
    entry = {
        "features": list(FEATURES),
        "weights": _rounded(calibration.weights),
        "lines": calibration.lines,
    }
    if calibration.box_weights is not None:
        entry["box_weights"] = _rounded(calibration.box_weights)
    return {"confidence": entry}


def _rounded(weights: NDArray[np.float64]) -> list[float]:
    return [float(f"{weight:.6g}") for weight in weights.tolist()]
