"""Fit what a second reader's agreement is worth, and print the weights.

    python -m digitocr.training.fit_agreement SET... [--halves halves.csv] [--registers FOLDER]
        [--disputed disputed.csv] [--model MODEL] [--second-reader rapidocr]

Sets, halves, registers and disputed labels are as for `digitocr.training.fit_confidence`. The weights are
those of `digitocr.reading.agreement`, for any model with a calibrated confidence.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.ctc import log_likelihoods
from digitocr.evaluation.disputed import NONE_DISPUTED, read_disputed
from digitocr.reader import Reader
from digitocr.reading.agreement import evidence
from digitocr.recognition.second_reader import SecondReader, load_second_reader
from digitocr.records import Gray
from digitocr.training.confidence_material import kept_out_registers, labelled_lines
from digitocr.training.logistic import fit_logistic

CONFIDENCE_MIN = 0.2  # readings below are not accepted, whatever the second reader says
RATIO_SHRINKAGE = 0.01  # of the weights, as a prior's inverse variance


@dataclass(frozen=True, slots=True)
class Comparison:
    """The confidence of a reading, its log-probability by the second reader, and whether it is right."""

    confidence: float
    log_probability: float
    right: bool


def comparisons(
    lines: Iterable[tuple[Gray, str]], reader: Reader, second: SecondReader
) -> Iterator[Comparison]:
    """The readings of labelled lines (H, W) uint8 that may be accepted."""
    for gray, label in lines:
        reading = reader.read(gray).readings[0]
        if reading.text and reading.confidence >= CONFIDENCE_MIN:
            (columns,) = second.columns([gray])
            log_probability = float(log_likelihoods(columns, [reading.text])[0])
            yield Comparison(reading.confidence, log_probability, reading.text == label)


def fit_agreement(known: Sequence[Comparison]) -> NDArray[np.float64]:
    """The weights (3,) under which the labels are likeliest, given the confidence of the first reader."""
    inputs = np.array([evidence(each.log_probability) for each in known])
    before = np.array([log(each.confidence / (1 - each.confidence)) for each in known])
    right = np.array([each.right for each in known])
    return fit_logistic(inputs, right, np.full(inputs.shape[1], RATIO_SHRINKAGE), before)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description="Fit what a second reader's agreement is worth.")
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--halves", type=Path)
    parser.add_argument("--registers", type=Path, help="a folder of register lines with their volumes")
    parser.add_argument("--disputed", type=Path, help="a table of labels to correct")
    parser.add_argument("--model", help="a model's folder; the one that comes along by default")
    parser.add_argument("--second-reader", choices=("rapidocr",), default="rapidocr")
    chosen = parser.parse_args(arguments)
    disputed = read_disputed(chosen.disputed) if chosen.disputed else NONE_DISPUTED
    lines = [*labelled_lines(chosen.sets, chosen.halves, disputed)]
    lines += kept_out_registers(chosen.registers) if chosen.registers else ()
    reader = Reader(layout="line", min_confidence=0.0, model=chosen.model)
    known = list(comparisons(lines, reader, load_second_reader(chosen.second_reader)))
    weights = ", ".join(f"{weight:.3f}" for weight in fit_agreement(known))
    print(f"{weights} on {len(known)} readings of {len(lines)} lines")


if __name__ == "__main__":
    main()
