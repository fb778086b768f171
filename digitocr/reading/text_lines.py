"""Numbers among words: runs of digits in what the line recogniser reads of whole lines of text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, DIGITS, OTHER
from digitocr.decoding.alignment import TimedSymbol, best_path
from digitocr.layout.layout import CandidateRow, isolated_rows
from digitocr.layout.line_window import TextLine
from digitocr.layout.words import Words
from digitocr.recognition.line_recogniser import LineRecogniser, digit_columns
from digitocr.segmentation.line_image import draw_frame, frame_around

INSIDE = {*DIGITS, *".,-/:'"}  # symbols of one number
DIGIT_PROBABILITY_MIN = 0.8  # of each digit of a run: words look like unsure digits


@dataclass(frozen=True, slots=True, eq=False)
class NumberAmongWords:
    """A number in a line of text: its digits, and where it stands. `in_code` if letters touch it."""

    row: CandidateRow
    text: str
    in_code: bool


def numbers_among_words(
    lines: Sequence[TextLine], recogniser: LineRecogniser | None
) -> list[NumberAmongWords]:
    """The numbers in lines of text that the line recogniser is sure of, each cut out as a row of its own."""
    if not lines or not recogniser:
        return []
    frames = [frame_around(*map(float, line.box)) for line in lines]
    images = [draw_frame(f, line.ink.dark, line.ink.contrast) for f, line in zip(frames, lines, strict=True)]
    numbers = []
    for line, frame, steps in zip(lines, frames, recogniser.steps(images), strict=True):
        words = Words(line)
        for run, letters in runs(best_path(steps, digit_columns(steps))):
            digits = [symbol for symbol in run if symbol.symbol in DIGITS]
            if _probability(digits, steps) < log(DIGIT_PROBABILITY_MIN):
                continue
            for cut in words.numbers([frame.x_of_step(symbol.middle) for symbol in digits]):
                in_code = any(
                    touching and letter for touching, letter in zip(cut.touching, letters, strict=True)
                )
                rows = isolated_rows(cut.near, cut.page_from_near, cut.height)
                text = "".join(digits[n].symbol for n in cut.digits)
                numbers += [NumberAmongWords(row, text, in_code) for row in rows]
    return numbers


def runs(path: Sequence[TimedSymbol]) -> Iterator[tuple[list[TimedSymbol], tuple[bool, bool]]]:
    """The numbers on a path, from first to last digit, and whether letters follow on the left and right."""
    start = 0
    for inside, group in groupby(path, lambda symbol: symbol.symbol in INSIDE):
        members = list(group)
        first, last = start, start + len(members) - 1
        start += len(members)
        digits = [n for n, member in enumerate(members) if member.symbol in DIGITS]
        if inside and digits:
            left = digits[0] == 0 and first > 0 and path[first - 1].symbol == OTHER
            right = digits[-1] == last - first and last + 1 < len(path) and path[last + 1].symbol == OTHER
            yield members[digits[0] : digits[-1] + 1], (left, right)


def _probability(digits: Sequence[TimedSymbol], steps: NDArray[np.float32]) -> float:
    """The log-probability of the least sure of digits, each in the time step that shows it best."""
    return min(float(steps[d.first : d.last, ALPHABET.index(d.symbol)].max()) for d in digits)
