"""Fit the confidence of a model on labelled lines, and write it into the model's card.

    python -m digitocr.training.fit_confidence MODEL SET... [--halves halves.csv] [--registers FOLDER]
        [--singles 600] [--drawn 600] [--disputed disputed.csv]

A set is a folder with `labels.csv` (file, label; a label may be empty: no number). With `--halves` (set,
file, half) only the files of half A are used, the others judge. `--registers` adds numbers of register
volumes that were kept out of training. Few labelled sets hold single digits or pictures of no number:
`--singles` cuts digits that stand apart from all these lines, `--drawn` draws what is no number.
`--disputed` (set, file, stands_there) corrects labels: where one in a hundred is wrong, they are most of what
is read wrongly and surely.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from digitocr.alphabet import digits_of
from digitocr.datasets.readers import read_image, read_rows
from digitocr.decoding.confidence import (
    FEATURES,
    Calibration,
    Evidence,
    calibration_to_contract,
    features,
)
from digitocr.evaluation.disputed import NONE_DISPUTED, DisputedLabels, read_disputed
from digitocr.evaluation.halves import Halves, read_halves
from digitocr.evaluation.sets import sample
from digitocr.layout.layout import find_rows
from digitocr.reading.line_reading import RowRequest
from digitocr.reading.rows import read_rows as read_line_rows
from digitocr.recognition.classifier import Classifier, load_classifier
from digitocr.recognition.contract import CONTRACT_FILE, write_contract
from digitocr.records import Box, Gray
from digitocr.synthesis.non_numbers import draw_unread
from digitocr.synthesis.paper import put_on_paper
from digitocr.training.line_sources import register_lines

SHRINKAGE = 1.0  # of the weights, as a prior's inverse variance; the features are of the order of 1
N_BEST = 5
REGISTERS_MAX = 900  # twice as many as half A of each development set: with 450 single digits are less sure
NON_NUMBER_PX, MARGIN_PX, DRAWN_SEED = (20, 40), 8, 31
SINGLE_GAP_MIN = 0.12  # of a digit's height: the blank on both sides of a digit that is cut from a line
SINGLE_MARGIN = 0.5  # of a digit's height: the paper around it, unless another digit stands there


@dataclass(frozen=True, slots=True)
class Example:
    """The evidence of a line that was read, and whether the text was right."""

    evidence: Evidence
    right: bool


@dataclass(slots=True)
class _Recorder:
    """Stands in the place of a calibration, and keeps what it is asked."""

    recorded: list[Evidence] = field(default_factory=list)

    def confidence(self, evidence: Evidence) -> float:
        self.recorded.append(evidence)
        return 0.5


def examples(lines: Iterable[tuple[Gray, str]], classifier: Classifier) -> Iterator[Example]:
    """Read labelled lines, (H, W) uint8 dark on light; nothing comes of those in which no number is read."""
    recorder = _Recorder()
    watched = _Watched(classifier, recorder)
    for gray, label in lines:
        recorder.recorded.clear()
        asked = [RowRequest("line", row, None) for row in find_rows(gray, "line", classifier.pages.maps).rows]
        for answer in read_line_rows(asked, watched, N_BEST):
            if recorder.recorded and answer.strings:
                yield Example(recorder.recorded[-1], answer.strings[0].text == label)


def all_examples(
    lines: Sequence[tuple[Gray, str]], classifier: Classifier, *, singles: int, drawn: int
) -> list[Example]:
    """Read labelled lines (H, W), at most so many single digits cut from them, and drawn non-numbers."""
    pictures = chain(lines, single_digits(lines, classifier, singles), drawn_non_numbers(drawn))
    return list(examples(pictures, classifier))


def fit_confidence(known: Sequence[Example]) -> Calibration:
    """The weights under which the labels are likeliest, by logistic regression with a ridge penalty."""
    inputs = np.array([features(example.evidence) for example in known]).reshape(-1, len(FEATURES))
    signs = np.where([example.right for example in known], 1.0, -1.0)
    penalty = np.full(len(FEATURES), SHRINKAGE)
    penalty[0] = 0.01 * SHRINKAGE

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (inputs @ weights)
        slopes = -signs / (1 + np.exp(np.clip(margins, -30, 30)))
        value = np.logaddexp(0, -margins).sum() + 0.5 * (penalty * weights**2).sum()
        return float(value), inputs.T @ slopes + penalty * weights

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return Calibration(np.asarray(fitted.x, np.float64), len(known))


class _Watched:
    """A classifier with a recorder as its calibration."""

    def __init__(self, classifier: Classifier, recorder: _Recorder) -> None:
        self.candidate_scorers, self.lines, self.fusion_weights = (
            classifier.candidate_scorers,
            classifier.lines,
            classifier.fusion_weights,
        )
        self.log_probabilities, self.pages = classifier.log_probabilities, classifier.pages
        self.calibration = recorder


def labelled_lines(
    folders: Sequence[Path], halves: Path | None, disputed: DisputedLabels = NONE_DISPUTED
) -> Iterator[tuple[Gray, str]]:
    """The labelled pictures (H, W) uint8 of some folders; of half A where `halves` says which that is."""
    half_of = read_halves(halves) if halves else Halves()
    for folder in folders:
        rows = list(read_rows(folder / "labels.csv"))
        parts = half_of.parts(folder, [file.name for file, _ in rows])
        for file, label in (rows[n] for n in parts.get("A" if halves else "", [])):
            yield read_image(file), disputed.label(folder, file.name, label)


def kept_out_registers(folder: Path, most: int = REGISTERS_MAX) -> Iterator[tuple[Gray, str]]:
    """Pictures (H, W) of numbers in register volumes that no training saw, evenly spread, at most so many."""
    lines = list(register_lines(folder, training=False))
    for line in sample(lines, most):
        yield line.gray, digits_of(line.symbols)


def single_digits(
    lines: Iterable[tuple[Gray, str]], classifier: Classifier, most: int
) -> list[tuple[Gray, str]]:
    """Digits that stand apart in labelled lines (H, W), cut with the paper around them, at most so many.

    They come from lines that are read with as many digits as the label has, evenly spread.
    """
    digits: list[tuple[Gray, str]] = []
    for gray, label in lines if most else ():
        rows = find_rows(gray, "line", classifier.pages.maps).rows
        answers = read_line_rows([RowRequest("line", row, None) for row in rows], classifier, 1)
        for row, answer in zip(rows, answers, strict=True):
            if answer.strings and len(answer.strings[0].text) == len(label) > 1:
                boxes = row.boxes(row.candidates.boxes[[arc for arc, _ in answer.strings[0].arcs]])
                digits += _cut_apart(gray, boxes, label)
    return sample(digits, most)


def _cut_apart(gray: Gray, boxes: Sequence[Box], label: str) -> Iterator[tuple[Gray, str]]:
    """The digits of a line, in `boxes` from left to right, that have blank paper on both sides."""
    rights = [-inf, *(box.right for box in boxes)]
    lefts = [*(box.left for box in boxes), inf]
    for n, (box, digit) in enumerate(zip(boxes, label, strict=True)):
        gap, margin = SINGLE_GAP_MIN * box.height, round(SINGLE_MARGIN * box.height)
        if box.left - rights[n] >= gap and lefts[n + 1] - box.right >= gap:
            left = int(max(0, box.left - margin, rights[n]))
            right = int(min(gray.shape[1], box.right + margin, lefts[n + 1]))
            top = max(0, box.top - margin)
            yield np.ascontiguousarray(gray[top : box.bottom + margin, left:right]), digit


def drawn_non_numbers(count: int, seed: int = DRAWN_SEED) -> Iterator[tuple[Gray, str]]:
    """Pictures (H, W) of no number; drawn numbers are left out: they are read worse than real ones."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        size = float(rng.uniform(*NON_NUMBER_PX))
        while digits_of((unread := draw_unread(rng, size, ())).symbols):  # cut at one end, it has digits
            pass
        yield put_on_paper(rng, np.pad(unread.ink, MARGIN_PX), size, "page"), ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description="Fit the confidence of a model on labelled lines.")
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--halves", type=Path)
    parser.add_argument("--registers", type=Path, help="a folder of register lines with their volumes")
    parser.add_argument("--disputed", type=Path, help="a table of labels to correct")
    parser.add_argument("--singles", type=int, default=0, help="digits to cut from the lines (%(default)s)")
    parser.add_argument("--drawn", type=int, default=0, help="pictures to draw (%(default)s)")
    chosen = parser.parse_args(arguments)
    classifier = load_classifier(chosen.model)
    disputed = read_disputed(chosen.disputed) if chosen.disputed else NONE_DISPUTED
    lines = [*labelled_lines(chosen.sets, chosen.halves, disputed)]
    lines += kept_out_registers(chosen.registers) if chosen.registers else ()
    known = all_examples(lines, classifier, singles=chosen.singles, drawn=chosen.drawn)
    lattice = classifier.contract.lattice | calibration_to_contract(fit_confidence(known))
    write_contract(replace(classifier.contract, lattice=lattice), chosen.model / CONTRACT_FILE)
    right = sum(example.right for example in known)
    print(f"confidence fitted on {len(known)} lines, {right} of them read rightly")


if __name__ == "__main__":
    main()
