"""Single digits through the classifier: `python -m benchmarks.single_digits --mnist FOLDER --usps FILE`.

MNIST and USPS by their test parts, UNIPEN by the writers that no training draws with, and of these the zeros
alone: many of them are slashed.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.table import Table

from digitocr.cli.console import console
from digitocr.datasets.kept_out import writers_for
from digitocr.evaluation.outcomes import Outcome, classify
from digitocr.recognition.classifier import Classifier, load_classifier


def unipen_kept_out(folder: Path, classifier: Classifier) -> list[Outcome]:
    """The digits of the writers kept out; the folder has `unipen_digits.npz` and `unipen_strokes.npz`."""
    with np.load(folder / "unipen_digits.npz") as digits, np.load(folder / "unipen_strokes.npz") as strokes:
        kept_out = writers_for(strokes["writer"].astype(np.int64), training=False)
        pictures, classes = digits["x"][kept_out], digits["y"][kept_out]
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "kept_out.npz"
        np.savez(file, x=pictures, y=classes)
        return classify(str(file), classifier)


def figures(chosen: argparse.Namespace, classifier: Classifier) -> Iterator[tuple[str, Sequence[Outcome]]]:
    """The sets that were named, each with what was read of it."""
    if chosen.mnist:
        yield "MNIST, test", classify(chosen.mnist, classifier)
    if chosen.usps:
        yield "USPS, test", classify(chosen.usps, classifier)
    if chosen.unipen:
        outcomes = unipen_kept_out(chosen.unipen, classifier)
        yield "UNIPEN, writers kept out", outcomes
        yield "  their zeros", [outcome for outcome in outcomes if outcome.truth == "0"]


def main() -> None:
    """Classify and print the table."""
    parser = argparse.ArgumentParser(description="Single digits through the classifier.")
    parser.add_argument("--mnist", help="the folder of the idx files")
    parser.add_argument("--usps", help="an .npz with x_train, y_train, x_test, y_test")
    parser.add_argument("--unipen", type=Path, help="the folder of unipen_digits.npz")
    parser.add_argument("--model", type=Path, help="a model's folder; the one that comes along by default")
    chosen = parser.parse_args()
    classifier = load_classifier(chosen.model)
    table = Table("digits", "pictures", "right")
    for name, outcomes in figures(chosen, classifier):
        right = sum(outcome.right for outcome in outcomes)
        table.add_row(name, str(len(outcomes)), f"{100 * right / max(1, len(outcomes)):.2f} %")
    console().print(table)


if __name__ == "__main__":
    main()
