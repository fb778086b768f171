"""Figures from outcomes: pure functions of what stood there, what was read, and how surely."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitocr.evaluation.outcomes import Outcome
from digitocr.evaluation.significance import wilson_interval

ERROR_RATES = (0.01, 0.001)
BINS = 15
MOST_WORST = 20

Truths = NDArray[np.bool_]
Confidences = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be accepted unseen: `accepted` answers, as sure as `threshold` or surer, `wrong` among them.

    `share` (0..1) is theirs of all answers. Where nothing can be accepted, the threshold is over 1.
    """

    share: float
    threshold: float
    accepted: int
    wrong: int


def measure(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All figures of one set, ready for JSON. Shares and error rates are 0..1, intervals are of 95 %."""
    right = np.array([outcome.right for outcome in outcomes])
    confidence = np.array([outcome.confidence for outcome in outcomes], float)
    figures: dict[str, Any] = {
        "pictures": len(outcomes),
        "right": int(right.sum()),
        "accuracy": float(right.mean()),
        "accuracy_interval": list(wilson_interval(int(right.sum()), len(right))),
        "character_error_rate": character_error_rate(outcomes),
        "expected_calibration_error": expected_calibration_error(right, confidence),
        "coverage": {
            f"{100 * rate:g}% error": asdict(coverage(right, confidence, rate)) for rate in ERROR_RATES
        },
        "worst": [
            {"name": o.name, "truth": o.truth, "text": o.text, "confidence": round(o.confidence, 4)}
            for o in worst(outcomes, MOST_WORST)
        ],
    }
    labels = classes_of(outcomes)
    return figures | {"classes": per_class(outcomes, labels)} if labels else figures


def classes_of(outcomes: Sequence[Outcome]) -> list[str]:
    """The labels in order where every picture is of one character, else none."""
    truths = {outcome.truth for outcome in outcomes}
    single = all(len(truth) == 1 or truth == "not-a-digit" for truth in truths)
    return sorted(truths | {outcome.text for outcome in outcomes}) if single else []


def per_class(outcomes: Sequence[Outcome], labels: Sequence[str]) -> dict[str, Any]:
    """Precision, recall and F1 of each class and their means over classes, and the confusion matrix.

    The figures are those of scikit-learn's `classification_report`; a share of nothing is 0. The matrix has a
    row a truth and a column a reading.
    """
    confusion = confusion_matrix(outcomes, labels)
    hits, read, pictures = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    precision, recall = hits / np.maximum(read, 1), hits / np.maximum(pictures, 1)
    f1 = 2 * hits / np.maximum(read + pictures, 1)
    columns = {"precision": precision, "recall": recall, "f1": f1}
    return {
        "labels": list(labels),
        **{name: [round(float(value), 6) for value in values] for name, values in columns.items()},
        "pictures": pictures.tolist(),
        "macro": {name: round(float(values.mean()), 6) for name, values in columns.items()},
        "confusion": confusion.tolist(),
    }


def confusion_matrix(outcomes: Sequence[Outcome], labels: Sequence[str]) -> NDArray[np.int64]:
    """How often each of `labels` (a row) was read as each (a column): (n, n)."""
    index = {label: n for n, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), np.int64)
    for outcome in outcomes:
        counts[index[outcome.truth], index[outcome.text]] += 1
    return counts


def character_error_rate(outcomes: Sequence[Outcome]) -> float:
    """Edit operations per character that stands there; "not-a-digit" counts as one character."""
    pairs = [(_characters(o.truth), _characters(o.text)) for o in outcomes]
    return sum(edit_distance(*pair) for pair in pairs) / max(1, sum(len(truth) for truth, _ in pairs))


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein's distance.

    >>> edit_distance("1234", "134")
    1
    """
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def expected_calibration_error(right: Truths, confidence: Confidences) -> float:
    """The mean gap between confidence and accuracy over equal bins of confidence, weighted by their size."""
    return float(
        sum(share * abs(accuracy - mean) for mean, accuracy, share in reliability(right, confidence))
    )


def reliability(right: Truths, confidence: Confidences) -> list[tuple[float, float, float]]:
    """For each bin of confidence that is not empty: mean confidence, accuracy, share of all answers."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        (float(confidence[members].mean()), float(right[members].mean()), float(members.mean()))
        for members in (bins == b for b in np.unique(bins))
    ]


def coverage(right: Truths, confidence: Confidences, rate: float) -> Coverage:
    """The most answers, surest first, of which no more than `rate` (0..1) are wrong.

    Answers of one confidence are taken or left together: no threshold could part them. The threshold is the
    lowest confidence among those taken: chosen on the same answers, it promises nothing for others.
    """
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~right[order])
    last = np.append(np.diff(confidence[order]) != 0, True)
    allowed = np.flatnonzero(last & (errors <= rate * np.arange(1, len(order) + 1)))
    if not allowed.size:
        return Coverage(0.0, 1.01, 0, 0)
    end = int(allowed[-1])
    return Coverage((end + 1) / len(order), float(confidence[order][end]), end + 1, int(errors[end]))


def coverage_curve(right: Truths, confidence: Confidences) -> tuple[Confidences, Confidences]:
    """The share of answers accepted, and the error rate among them, as the threshold falls."""
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~right[order])
    last = np.append(np.diff(confidence[order]) != 0, True)
    taken = np.arange(1, len(order) + 1)
    return (taken / len(order))[last], (errors / taken)[last]


def worst(outcomes: Sequence[Outcome], most: int) -> list[Outcome]:
    """The errors that were made most surely, surest first."""
    return sorted((o for o in outcomes if not o.right), key=lambda o: -o.confidence)[:most]


def _characters(text: str) -> Sequence[str]:
    return [text] if text == "not-a-digit" else text
