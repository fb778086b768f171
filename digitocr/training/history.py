"""What happened in each epoch, as CSV and as a picture."""

import csv
from collections.abc import Sequence
from pathlib import Path

EpochFigures = dict[str, float]


def write_history(rows: Sequence[EpochFigures], path: Path) -> None:
    """Write one line an epoch."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def draw_history(rows: Sequence[EpochFigures], path: Path) -> None:
    """Draw accuracy and loss over the epochs, in training and in validation, as PNG."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    epochs = [row["epoch"] for row in rows]
    figure = Figure(figsize=(9, 4), layout="constrained")
    accuracies, losses = figure.subplots(1, 2)
    drawn = {"training_accuracy": "training", "accuracy": "validation"}
    each = {name: name.removeprefix("accuracy ") for name in rows[0] if name.startswith("accuracy ")}
    for name, label in (drawn | (each if len(each) > 1 else {})).items():
        style = ":" if name in each else "-"
        accuracies.plot(epochs, [row[name] for row in rows], style, marker=".", label=label)
    for name, label in (("loss", "training"), ("validation_loss", "validation")):
        losses.plot(epochs, [row[name] for row in rows], marker=".", label=label)
    accuracies.set(xlabel="epoch", ylabel="accuracy")
    accuracies.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
    losses.set(xlabel="epoch", ylabel="loss (cross-entropy)")
    for axes in (accuracies, losses):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)
