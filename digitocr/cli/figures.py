"""The tables of figures that `evaluate`, `model` and `train` print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table

from digitocr.cli.console import console
from digitocr.evaluation.versus import Difference, shares

if TYPE_CHECKING:
    from rich.console import JustifyMethod

LEFT: "JustifyMethod" = "left"


def print_figures(name: str, figures: dict[str, Any], *, errors: bool) -> None:
    """Print what was measured on one set; with `errors` those that were made most surely too."""
    out = console()
    summary = Table(title=f"{name}: {figures['pictures']} pictures", show_header=False, title_justify=LEFT)
    summary.add_row("right", f"{figures['right']}, {shares(figures['right'], figures['pictures'])}")
    summary.add_row("character errors", f"{100 * figures['character_error_rate']:.2f} %")
    summary.add_row("calibration error", f"{figures['expected_calibration_error']:.4f}")
    for rate, covered in figures["coverage"].items():
        summary.add_row(f"accepted at {rate}", _covered(covered))
    out.print(summary)
    if "classes" in figures:
        out.print(_classes(figures["classes"]))
    if errors and figures["worst"]:
        out.print(table("surest errors", ("picture", "stands there", "read", "confidence"), figures["worst"]))


def print_differences(
    differences: Sequence[Difference], model: str, baseline: str, *, stderr: bool = False
) -> None:
    """Print how two models did on each set, and whether the first is worse than the second."""
    compared = Table(
        Column("set", no_wrap=True),
        Column(model, overflow="fold"),
        Column(baseline, overflow="fold"),
        Column("alone right", no_wrap=True),
        Column("p worse", no_wrap=True),
        title="right, with intervals of 95 %; p: that the first is worse by chance alone",
        title_justify=LEFT,
    )
    for difference in differences:
        verdict = f"{difference.p_worse:.3f}" + (", worse" if difference.worse else "")
        right = (
            shares(difference.right, difference.pictures),
            shares(difference.baseline_right, difference.pictures),
        )
        compared.add_row(
            difference.data, *right, f"{difference.only_model} : {difference.only_baseline}", verdict
        )
    console(stderr=stderr).print(compared)


def table(title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Table:
    """Rows of a JSON object each, whose values stand in the order of the columns."""
    made = Table(*columns, title=title, title_justify=LEFT)
    for row in rows:
        made.add_row(*(f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()))
    return made


def _covered(covered: dict[str, Any]) -> str:
    if not covered["accepted"]:
        return "none"
    return (
        f"{100 * covered['share']:.1f} %: {covered['accepted']} of confidence "
        f"{covered['threshold']:.4f} or more, {covered['wrong']} of them wrong"
    )


def _classes(classes: dict[str, Any]) -> Table:
    columns = ("labels", "precision", "recall", "f1", "pictures")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*(classes[c] for c in columns), strict=True)]
    total = sum(classes["pictures"])
    rows.append({"labels": "macro average", **classes["macro"], "pictures": total})
    return table("by class", ("class", "precision", "recall", "F1", "pictures"), rows)
