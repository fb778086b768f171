"""Candidates of labelled lines as the digit classifier learns them: real ink, cut up as reading does."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS, NOT_A_DIGIT
from digitocr.decoding.alignment import cut_digits
from digitocr.records import Gray
from digitocr.segmentation.candidates import CLEAR_CUT, GEOMETRY, Candidates, candidates
from digitocr.synthesis.drawn import PARTS_KEPT
from digitocr.training.forced_alignment import AlignedLine

WHOLE_HEIGHT_MIN = 0.45  # of the row's height: what is lower is a digit of which a part was lost
PIECE_AREA_MAX = 0.7  # of a digit's ink: so much of it alone is no digit
_CUTS = [GEOMETRY.index(name) for name in ("cut_left", "cut_right")]
_HEIGHT = GEOMETRY.index("height")


def aligned_crops(lines: Iterable[AlignedLine], seed: int) -> tuple[Gray, NDArray[np.int64]]:
    """The digits of lines that stand clear of others, and what is no digit: pieces of them, and several.

    Returns:
        (N, 28, 28) uint8 crops and (N,) classes 0..10, with a share of the others only, as of drawn numbers.
    """
    rng = np.random.default_rng(seed)
    crops, classes = [np.empty((0, 28, 28), np.uint8)], []
    for line in lines:
        of_line = candidates(line.segments)
        labels = dict(_labels(line, of_line))
        chosen = [n for n, label in labels.items() if label != NOT_A_DIGIT or rng.random() < PARTS_KEPT]
        crops.append(of_line.crops_of(chosen))
        classes += [labels[n] for n in chosen]
    return np.concatenate(crops), np.array(classes, np.int64)


def _labels(line: AlignedLine, of_line: Candidates) -> Iterator[tuple[int, int]]:
    """Candidates of a line and what each holds; those of which that is not sure are left out."""
    digits = [symbol for symbol in line.symbols if symbol.symbol in DIGITS]
    boxes, height = line.segments.boxes, line.segments.height
    arcs = cut_digits(of_line, boxes, [digit.middle for digit in digits], height) if digits else None
    if arcs is None:
        return
    middles = np.array([symbol.middle for symbol in line.symbols])
    left, right = of_line.boxes[:, :1], of_line.boxes[:, 2:3]
    alone = ((left <= middles) & (middles < right)).sum(axis=1) == 1
    clear = (of_line.geometry[:, _CUTS] <= CLEAR_CUT).all(axis=1)
    sure = alone & clear & (of_line.geometry[:, _HEIGHT] > WHOLE_HEIGHT_MIN)
    for arc, digit in zip(arcs, digits, strict=True):
        if sure[arc] and left[arc, 0] <= digit.middle < right[arc, 0]:
            yield arc, int(digit.symbol)
    if sure[list(arcs)].all():
        yield from ((n, NOT_A_DIGIT) for n in _others(line, of_line, arcs))


def _others(line: AlignedLine, of_line: Candidates, arcs: tuple[int, ...]) -> Iterator[int]:
    """The candidates that are a piece of one of the digits `arcs`, or hold several of them."""
    areas = np.concatenate([[0], np.cumsum(line.segments.area)])
    own = [(int(of_line.first[arc]), int(of_line.last[arc])) for arc in arcs]
    for n, (first, last) in enumerate(zip(of_line.first.tolist(), of_line.last.tolist(), strict=True)):
        held = sum(first <= start and end <= last for start, end in own)
        holders = [(start, end) for start, end in own if start <= first and last <= end]
        is_piece = any(
            areas[last] - areas[first] < PIECE_AREA_MAX * (areas[end] - areas[start])
            for start, end in holders
        )
        if held > 1 or is_piece:
            yield n
