"""Figures drawn: confusion matrix, reliability, coverage and a sheet of the worst errors, as PNG."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay

from digitocr.evaluation.metrics import (
    ERROR_RATES,
    classes_of,
    confusion_matrix,
    coverage_curve,
    expected_calibration_error,
    reliability,
    worst,
)
from digitocr.evaluation.outcomes import Outcome

SHEET_COLUMNS = 6
SHEET_ROWS = 6


def draw_all(name: str, outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Draw what there is to draw of one set into `folder`; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {"confidence": confidence_figure(outcomes)}
    if labels := classes_of(outcomes):
        figures["confusion"] = confusion_figure(outcomes, labels)
    if not all(outcome.right for outcome in outcomes):
        figures["worst"] = worst_figure(outcomes)
    files = []
    for kind, figure in figures.items():
        figure.suptitle(f"{name}: {kind}")
        files.append(folder / f"{name}-{kind}.png".replace("/", "_"))
        figure.savefig(files[-1], dpi=110)
    return files


def confusion_figure(outcomes: Sequence[Outcome], labels: Sequence[str]) -> Figure:
    """The confusion matrix, coloured by the root of each row's share so that rare errors show."""
    figure = Figure(figsize=(7.5, 7), layout="constrained")
    axes = figure.subplots()
    matrix = confusion_matrix(outcomes, labels)
    shares = np.sqrt(matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1))
    display = ConfusionMatrixDisplay(shares, display_labels=labels).plot(
        ax=axes, colorbar=False, cmap="Blues"
    )
    for text, count in zip(display.text_.flat, matrix.flat, strict=True):
        text.set_text(f"{count}" if count else "")
    axes.tick_params(axis="x", rotation=45 if max(map(len, labels)) > 2 else 0)
    return figure


def confidence_figure(outcomes: Sequence[Outcome]) -> Figure:
    """Left how far confidence can be believed, right how many answers it lets through at which error."""
    right = np.array([outcome.right for outcome in outcomes])
    confidence = np.array([outcome.confidence for outcome in outcomes], float)
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, middle = figure.subplots(1, 2)
    _draw_reliability(left, reliability(right, confidence), expected_calibration_error(right, confidence))
    share, wrong = coverage_curve(right, confidence)
    middle.plot(100 * share, 100 * wrong)
    for rate in ERROR_RATES:
        middle.axhline(100 * rate, color="grey", linewidth=0.8, linestyle=":")
    middle.set(xlabel="answers accepted, %", ylabel="wrong among them, %", xlim=(0, 100), ylim=(0, None))
    return figure


def worst_figure(outcomes: Sequence[Outcome]) -> Figure:
    """The surest errors, each with what stands there, what was read and how surely."""
    errors = worst(outcomes, SHEET_COLUMNS * SHEET_ROWS)
    rows = -(-len(errors) // SHEET_COLUMNS)
    figure = Figure(figsize=(1.9 * SHEET_COLUMNS, 1.7 * rows + 0.4), layout="constrained")
    for axes, outcome in zip(figure.subplots(rows, SHEET_COLUMNS, squeeze=False).flat, errors, strict=False):
        axes.imshow(outcome.picture(), cmap="gray", vmin=0, vmax=255)
        axes.set_title(
            f"{outcome.truth} read as {outcome.text or 'nothing'}\n{outcome.confidence:.3f}  {outcome.name}",
            fontsize=7,
        )
    for axes in figure.axes:
        axes.set_axis_off()
    return figure


def _draw_reliability(axes: Axes, bins: list[tuple[float, float, float]], error: float) -> None:
    means, accuracies, shares = (np.array(column) for column in zip(*bins, strict=True))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.scatter(means, accuracies, s=12 + 400 * shares, alpha=0.7)
    axes.plot(means, accuracies, linewidth=0.8)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title(f"calibration error {error:.4f}; dots by number of answers", fontsize=9)
