"""Numbers among words: the line recogniser reads whole lines of text, and tells digits from letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, BLANK, DIGITS, OTHER
from digitocr.decoding.alignment import TimedSymbol, best_path
from digitocr.layout.candidate_row import CandidateRow, isolated_rows
from digitocr.layout.line_window import TextLine
from digitocr.layout.words import Words, cut_numbers, words_of
from digitocr.recognition.line_recogniser import LineRecogniser, digit_columns
from digitocr.records import Box
from digitocr.segmentation.line_image import Frame, draw_frame, frame_around

INSIDE = {*DIGITS, *".,-/:'"}  # symbols of one number
READ_DIGIT_MIN = 0.8  # probability of each digit of a number: letters look like unsure ones
# The same of a number that may be accepted: on blank forms it takes `I,` and `50,000/-` for 1 and 500001 with
# 0.94, and 25 of 28 numbers right with more.
SURE_DIGIT_MIN = 0.95
DIGIT_SEEN_MIN = 0.1  # the same of the surest digit of a word: with less it has none


@dataclass(frozen=True, slots=True, eq=False)
class NumberAmongWords:
    """A number in a line of text: where it stands, and its digits.

    `in_code` is whether letters stand right beside the digits, as in `INV20231`, and `is_sure` whether the
    line recogniser is so sure of each digit that the number may be accepted.
    """

    row: CandidateRow
    text: str
    in_code: bool
    is_sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """What is read in the lines of text of a page: numbers, and the boxes of words without a digit."""

    numbers: Sequence[NumberAmongWords] = ()
    words: Sequence[Box] = ()


NO_TEXT = Text()


def read_text_lines(lines: Sequence[TextLine], recogniser: LineRecogniser | None) -> Text:
    """Read lines of text, each number that the line recogniser is sure of cut out as a row of its own."""
    if not lines or not recogniser:
        return NO_TEXT
    frames = [frame_around(*map(float, line.box)) for line in lines]
    images = [draw_frame(f, line.ink.dark, line.ink.contrast) for f, line in zip(frames, lines, strict=True)]
    numbers: list[NumberAmongWords] = []
    without_digits: list[Box] = []
    for line, frame, steps in zip(lines, frames, recogniser.steps(images), strict=True):
        words = words_of(line)
        numbers += _numbers(words, frame, steps)
        without_digits += [line.on_page(box) for box in words.boxes if not _shows_digit(box, frame, steps)]
    return Text(numbers, without_digits)


def _numbers(words: Words, frame: Frame, steps: NDArray[np.float32]) -> Iterator[NumberAmongWords]:
    """The sure numbers of a line, by the log-probabilities (T, A) of its time steps."""
    for run, letters in runs(best_path(steps, digit_columns(steps))):
        digits = [symbol for symbol in run if symbol.symbol in DIGITS]
        probability = _probability(digits, steps)
        if probability < log(READ_DIGIT_MIN):
            continue
        for cut in cut_numbers(words, [frame.x_of_step(symbol.middle) for symbol in digits]):
            in_code = any(beside and letter for beside, letter in zip(cut.touching, letters, strict=True))
            text = "".join(digits[n].symbol for n in cut.digits)
            for row in isolated_rows(cut.near, cut.page_from_near, cut.height):
                yield NumberAmongWords(row, text, in_code, probability >= log(SURE_DIGIT_MIN))


def runs(path: Sequence[TimedSymbol]) -> Iterator[tuple[list[TimedSymbol], tuple[bool, bool]]]:
    """The numbers on a path, from first to last digit, and whether a letter is next to the left and right."""
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


def _shows_digit(word: NDArray[np.int32], frame: Frame, steps: NDArray[np.float32]) -> bool:
    """Whether the line recogniser sees a digit in the ink of a word (left, top, right, bottom)."""
    first, last = (frame.step_of_x(float(side)) for side in word[[0, 2]])
    of_word = steps[max(0, int(first)) : int(np.ceil(last)) + 1, :BLANK]
    return bool(of_word.max(initial=-np.inf) > log(DIGIT_SEEN_MIN))
