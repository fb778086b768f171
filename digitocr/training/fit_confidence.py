"""Fit the confidence of a model on labelled lines, and write it into the model's card.

    python -m digitocr.training.fit_confidence MODEL SET... [--halves halves.csv] [--registers FOLDER]
        [--singles 600] [--drawn 600] [--fields 600] [--disputed disputed.csv]

A set is a folder with `labels.csv` (file, label; a label may be empty: no number). With `--halves` (set,
file, half) only the files of half A are used, the others judge. `--registers` adds numbers of register
volumes that were kept out of training. Few labelled sets hold single digits or pictures of no number:
`--singles` cuts digits that stand apart from all these lines, `--drawn` draws what is no number, `--fields`
draws fields of forms with such digits in their boxes.
`--disputed` (set, file, stands_there) corrects labels: where one in a hundred is wrong, they are most of what
is read wrongly and surely.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.confidence import (
    FEATURES,
    Calibration,
    Evidence,
    calibration_to_contract,
    features,
)
from digitocr.evaluation.disputed import NONE_DISPUTED, read_disputed
from digitocr.evaluation.sets import sample
from digitocr.layout.layout import find_rows
from digitocr.reading.line_reading import RowRequest
from digitocr.reading.rows import read_rows as read_line_rows
from digitocr.recognition.classifier import Classifier, load_classifier
from digitocr.recognition.contract import CONTRACT_FILE, write_contract
from digitocr.records import Gray
from digitocr.training.confidence_material import (
    drawn_non_numbers,
    kept_out_registers,
    labelled_lines,
    single_digits,
)
from digitocr.training.drawn_fields import drawn_fields
from digitocr.training.logistic import fit_logistic

SHRINKAGE = 1.0  # of the weights, as a prior's inverse variance; the features are of the order of 1
N_BEST = 5


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
    rows = (
        (RowRequest("line", row, None), label)
        for gray, label in lines
        for row in find_rows(gray, "line", classifier.pages.maps).rows
    )
    return examples_of_rows(rows, classifier)


def examples_of_rows(rows: Iterable[tuple[RowRequest, str]], classifier: Classifier) -> Iterator[Example]:
    """The same of labelled rows."""
    recorder = _Recorder()
    watched = _Watched(classifier, recorder)
    for row, label in rows:
        recorder.recorded.clear()
        (answer,) = read_line_rows([row], watched, N_BEST)
        if recorder.recorded and answer.strings:
            yield Example(recorder.recorded[-1], answer.strings[0].text == label)


def all_examples(
    lines: Sequence[tuple[Gray, str]], classifier: Classifier, *, singles: int, drawn: int, fields: int
) -> list[Example]:
    """Read labelled lines, and what is made of them.

    Args:
        lines: pictures (H, W) uint8, and what stands there.
        classifier: the model.
        singles: at most so many single digits are cut from the lines.
        drawn: so many pictures of no number are drawn.
        fields: so many fields of forms are drawn, with single digits of the lines.
    """
    digits = single_digits(lines, classifier) if singles or fields else []
    alone = [(digit.gray, digit.label) for digit in sample(digits, singles)]
    pictures = chain(lines, alone, drawn_non_numbers(drawn))
    # One label in a hundred is wrong, and a field has many digits: only those of lines read as labelled.
    known = [(digit.gray, digit.label) for digit in digits if digit.line_right]
    in_boxes = ((RowRequest("page", row, None), label) for row, label in drawn_fields(known, fields))
    return [*examples(pictures, classifier), *examples_of_rows(in_boxes, classifier)]


def fit_confidence(known: Sequence[Example]) -> Calibration:
    """The weights under which the labels are likeliest, by logistic regression with a ridge penalty.

    Lines in boxes have weights of their own, near those of other lines: all of these fields are drawn, and
    what is drawn is not to change what is believed of real lines.
    """
    alone = [example for example in known if example.evidence.count is None]
    in_boxes = [example for example in known if example.evidence.count is not None]
    weights = _fitted(alone, np.zeros(len(FEATURES)))
    return Calibration(weights, len(known), _fitted(in_boxes, weights) if in_boxes else None)


def _fitted(known: Sequence[Example], near: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights (F,), which the penalty keeps near others."""
    inputs = np.array([features(example.evidence) for example in known]).reshape(-1, len(FEATURES))
    right = np.array([example.right for example in known], np.bool_)
    penalty = np.full(len(FEATURES), SHRINKAGE)
    penalty[0] = 0.01 * SHRINKAGE
    return near + fit_logistic(inputs, right, penalty, inputs @ near)


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
    parser.add_argument("--fields", type=int, default=0, help="fields of forms to draw (%(default)s)")
    chosen = parser.parse_args(arguments)
    classifier = load_classifier(chosen.model)
    disputed = read_disputed(chosen.disputed) if chosen.disputed else NONE_DISPUTED
    lines = [*labelled_lines(chosen.sets, chosen.halves, disputed)]
    lines += kept_out_registers(chosen.registers) if chosen.registers else ()
    known = all_examples(lines, classifier, singles=chosen.singles, drawn=chosen.drawn, fields=chosen.fields)
    lattice = classifier.contract.lattice | calibration_to_contract(fit_confidence(known))
    write_contract(replace(classifier.contract, lattice=lattice), chosen.model / CONTRACT_FILE)
    right = sum(example.right for example in known)
    print(f"confidence fitted on {len(known)} lines, {right} of them read rightly")


if __name__ == "__main__":
    main()
