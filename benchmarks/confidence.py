"""What the confidence of readings is worth: `python -m benchmarks.confidence FOLDER... --halves halves.csv`.

The folders have pictures of one number each and a labels.csv. Readings are put in five groups by confidence,
and in each the wrong ones that the confidence expects are compared with those that were observed. Coverage is
the largest share of the numbers that can be accepted with at most 1 % of them wrong, with and without the
second reader. `--disputed benchmarks/disputed_labels.csv` corrects labels that two blind looks dispute.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path

import numpy as np
from rich.table import Table

from digitocr.cli.console import console
from digitocr.evaluation.disputed import NONE_DISPUTED, DisputedLabels, read_disputed
from digitocr.evaluation.halves import Halves, read_halves
from digitocr.evaluation.sets import read_sets
from digitocr.options import ReadOptions
from digitocr.reader import Reader
from digitocr.records import Reading

GROUPS = 5
ERROR_MAX = 0.01
AGREED, DISAGREED, DOUBTED = "agreed", "disagreed", "doubted"


@dataclass(frozen=True, slots=True)
class Judged:
    """The reading of one labelled picture.

    Attributes:
        confidence: its confidence (0..1).
        right: whether it is wholly right.
        doubt: AGREED, DISAGREED if the second reader reads otherwise, DOUBTED if it is for review whatever
            its confidence.
    """

    confidence: float
    right: bool
    doubt: str = AGREED


@dataclass(frozen=True, slots=True)
class Group:
    """Readings of like confidence: how many are wrong by their confidence, and how many are."""

    lowest: float
    highest: float
    count: int
    expected: float
    standard_error: float
    observed: int

    @property
    def deviation(self) -> float:
        """Observed less expected, in standard errors."""
        return (self.observed - self.expected) / max(self.standard_error, 1e-9)


def groups(judged: Sequence[Judged], count: int = GROUPS) -> list[Group]:
    """Readings in groups of as many each, by confidence."""
    ranked = sorted(judged, key=lambda one: one.confidence)
    made = []
    for part in np.array_split(np.arange(len(ranked)), min(count, len(ranked))):
        members = [ranked[n] for n in part]
        confidences = np.array([one.confidence for one in members])
        made.append(
            Group(
                float(confidences.min()),
                float(confidences.max()),
                len(members),
                float((1 - confidences).sum()),
                sqrt(float((confidences * (1 - confidences)).sum())),
                sum(not one.right for one in members),
            )
        )
    return made


def coverage(judged: Sequence[Judged], *, second_reader: bool, error_max: float = ERROR_MAX) -> float:
    """The largest share (0..1) that is accepted by a threshold with at most `error_max` of it wrong."""
    refused = {DOUBTED, DISAGREED} if second_reader else {DOUBTED}
    ranked = sorted(
        (one for one in judged if one.doubt not in refused), key=lambda one: (-one.confidence, one.right)
    )
    if not ranked:
        return 0.0
    wrong = np.cumsum([not one.right for one in ranked])
    accepted = np.arange(1, len(ranked) + 1)
    # A threshold accepts all readings of one confidence or none.
    ends = np.array([*(a.confidence != b.confidence for a, b in pairwise(ranked)), True])
    good = ends & (wrong <= error_max * accepted)
    return float(accepted[good].max(initial=0) / len(judged))


def judge(reading: Reading, label: str) -> Judged:
    """A reading with the threshold at 0: what is not accepted has another doubt than its confidence."""
    doubt = AGREED if reading.status == "accept" else DOUBTED
    if reading.reason_code == "readers_disagree":
        doubt = DISAGREED
    return Judged(reading.confidence if reading.text else 0.0, reading.text == label, doubt)


def read(
    folder: Path, reader: Reader, halves: Halves, half: str, disputed: DisputedLabels = NONE_DISPUTED
) -> Iterator[Judged]:
    """The readings of a half of a set, or of all of it for the half ""."""
    for data in read_sets(folder):
        parts = halves.parts(folder, data.files)
        for n in parts[half] if half else [n for part in parts.values() for n in part]:
            label = disputed.label(folder, data.files[n], data.truths[n])
            yield judge(reader.read(data.pictures[n]).readings[0], label)


def main() -> None:
    """Read and print the tables."""
    parser = argparse.ArgumentParser(description="What the confidence of readings is worth.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--halves", type=Path)
    parser.add_argument("--half", choices=("", "A", "B"), default="", help="all by default")
    parser.add_argument("--disputed", type=Path, help="a table of labels to correct: set, file, stands_there")
    parser.add_argument("--model", help="a model's folder; the one that comes along by default")
    parser.add_argument("--second-reader", choices=("rapidocr",))
    chosen = parser.parse_args()
    options = ReadOptions(layout="line", min_confidence=0.0, second_reader=chosen.second_reader)
    reader = Reader(read=options, model=chosen.model)
    halves = read_halves(chosen.halves) if chosen.halves else Halves()
    disputed = read_disputed(chosen.disputed) if chosen.disputed else NONE_DISPUTED
    by_set = {
        folder.name: list(read(folder, reader, halves, chosen.half, disputed)) for folder in chosen.folders
    }
    judged = [one for members in by_set.values() for one in members]
    print_tables(by_set, judged, second_reader=bool(chosen.second_reader))


def print_tables(by_set: dict[str, list[Judged]], judged: list[Judged], *, second_reader: bool) -> None:
    """Calibration in groups, then for each set and all together what can be accepted."""
    out = console()
    table = Table("confidence", "readings", "wrong expected", "wrong observed", "standard errors off")
    for group in groups([one for one in judged if one.confidence > 0]):
        expected = f"{group.expected:.1f} ± {group.standard_error:.1f}"
        span = f"{group.lowest:.4f} - {group.highest:.4f}"
        table.add_row(span, str(group.count), expected, str(group.observed), f"{group.deviation:+.1f}")
    out.print(table)
    table = Table(
        "set",
        "pictures",
        "accepted by default",
        "of these wrong",
        "coverage at 1 % error",
        "with both readers",
    )
    threshold = ReadOptions().min_confidence
    for name, members in {**by_set, "all": judged}.items():
        accepted = [one for one in members if one.doubt == AGREED and one.confidence >= threshold]
        wrong = sum(not one.right for one in accepted)
        shares = [f"{100 * coverage(members, second_reader=False):.1f} %"]
        shares.append(f"{100 * coverage(members, second_reader=True):.1f} %" if second_reader else "")
        share_wrong = f"{wrong}, {100 * wrong / max(1, len(accepted)):.1f} %"
        table.add_row(
            name, str(len(members)), f"{100 * len(accepted) / len(members):.1f} %", share_wrong, *shares
        )
    out.print(table)


if __name__ == "__main__":
    main()
