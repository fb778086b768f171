"""What happened in each epoch, as CSV and as a picture."""

import csv
from collections.abc import Sequence
from pathlib import Path

Row = dict[str, float]

LEAST_ERROR_PERCENT = 0.01  # a logarithmic axis has no place for none


def write_history(rows: Sequence[Row], path: Path) -> None:
    """Write one line an epoch."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def draw_history(rows: Sequence[Row], path: Path) -> None:
    """Draw loss and validation errors over the epochs as PNG."""
    from matplotlib.figure import Figure

    epochs = [row["epoch"] for row in rows]
    figure = Figure(figsize=(9, 4), layout="constrained")
    losses, errors = figure.subplots(1, 2)
    for name in ("loss", "validation_loss"):
        losses.plot(epochs, [row[name] for row in rows], label=name.replace("_", " "))
    for name in rows[0]:
        if name.startswith("accuracy "):
            errors.plot(
                epochs,
                [max(100 * (1 - row[name]), LEAST_ERROR_PERCENT) for row in rows],
                label=name.removeprefix("accuracy "),
            )
    losses.set(xlabel="epoch", ylabel="cross-entropy")
    errors.set(xlabel="epoch", ylabel="validation errors, %", yscale="log")
    for axes in (losses, errors):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)
