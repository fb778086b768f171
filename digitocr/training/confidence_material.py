"""What the confidence is fitted on: labelled lines, digits cut from them, and pictures of no number."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np

from digitocr.alphabet import digits_of
from digitocr.datasets.readers import read_image, read_rows
from digitocr.evaluation.disputed import NONE_DISPUTED, DisputedLabels
from digitocr.evaluation.halves import Halves, read_halves
from digitocr.evaluation.sets import sample
from digitocr.layout.layout import find_rows
from digitocr.reading.line_reading import RowRequest
from digitocr.reading.rows import read_rows as read_line_rows
from digitocr.recognition.classifier import Classifier
from digitocr.records import Box, Gray
from digitocr.synthesis.non_numbers import draw_unread
from digitocr.synthesis.paper import put_on_paper
from digitocr.training.line_sources import register_lines

REGISTERS_MAX = 900  # twice as many as half A of each development set: with 450 single digits are less sure
NON_NUMBER_PX, MARGIN_PX, DRAWN_SEED = (20, 40), 8, 31
SINGLE_GAP_MIN = 0.12  # of a digit's height: the blank on both sides of a digit that is cut from a line
SINGLE_MARGIN = 0.5  # of a digit's height: the paper around it, unless another digit stands there


@dataclass(frozen=True, slots=True, eq=False)
class SingleDigit:
    """A picture (h, w) uint8 of one digit, dark on light, and whether its whole line is read as labelled."""

    gray: Gray
    label: str
    line_right: bool


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


def single_digits(lines: Iterable[tuple[Gray, str]], classifier: Classifier) -> list[SingleDigit]:
    """Digits that stand apart in labelled lines (H, W), cut with the paper around them.

    They come from lines that are read with as many digits as the label has.
    """
    digits: list[SingleDigit] = []
    for gray, label in lines:
        rows = find_rows(gray, "line", classifier.pages.maps).rows
        answers = read_line_rows([RowRequest("line", row, None) for row in rows], classifier, 1)
        for row, answer in zip(rows, answers, strict=True):
            text = answer.strings[0].text if answer.strings else ""
            if len(text) == len(label) > 1:
                boxes = row.boxes(row.candidates.boxes[[arc for arc, _ in answer.strings[0].arcs]])
                cut = _cut_apart(gray, boxes, label)
                digits += [SingleDigit(picture, digit, text == label) for picture, digit in cut]
    return digits


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
