"""Whole numbers that people labelled, as the lattice and the line recogniser learn from them."""

from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np

from digitocr.datasets.numbers import Numbers
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import segment_line
from digitocr.synthesis.candidates import DOUBT, DrawnLine

REAL_SHARE = 0.5  # of the numbers of a step through the lattice, where there are some that people labelled


def labelled_lines(numbers: Numbers) -> list[DrawnLine]:
    """The numbers as reading meets them, but for those without ink; what each candidate holds is open."""
    lines = []
    for gray, text in zip(numbers.pictures, numbers.texts, strict=True):
        segments, _ = segment_line(gray)
        if segments is not None:
            of_line = candidates(segments)
            lines.append(DrawnLine(text, of_line, np.full(len(of_line.crops), DOUBT, np.int64)))
    return lines


def mixed(
    drawn: Iterator[list[DrawnLine]], real: Sequence[DrawnLine], seed: int
) -> Iterator[list[DrawnLine]]:
    """Steps of drawn numbers, in which a share is taken by real ones, each as often as the others."""
    if not real:
        yield from drawn
        return
    order = np.random.default_rng(seed).permutation(len(real)).tolist()
    supply = cycle(real[n] for n in order)
    for step in drawn:
        taken = round(REAL_SHARE * len(step))
        yield [*(next(supply) for _ in range(taken)), *step[taken:]]
