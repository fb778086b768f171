"""Where each symbol of a labelled line stands, by forced alignment with the line recogniser's time steps.

The most probable of the paths of connectionist temporal classification that spell a known text (A. Graves et
al., 2006), found by the Viterbi algorithm.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, BLANK
from digitocr.decoding.alignment import TimedSymbol
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import draw_line_image, frame_of
from digitocr.segmentation.segment import Segments
from digitocr.training.line_sources import RealLine

# A log-probability: of 5,510 register numbers 3 % are less probable, most of them labelled wrongly.
ALIGNED_LOG_MIN = -14.0
LINES_AT_ONCE = 256
NEVER = -1e30  # a log-probability; unlike -inf, sums of it are numbers


@dataclass(frozen=True, slots=True, eq=False)
class AlignedSymbol:
    """A symbol of a line: `middle` in pixels of the row, and how probable it is there, a log-probability."""

    symbol: str
    middle: float
    log_probability: float


@dataclass(frozen=True, slots=True, eq=False)
class AlignedLine:
    """A labelled line cut into segments, whose row is `scale` times as large, and where its symbols stand."""

    line: RealLine
    segments: Segments
    scale: float
    symbols: tuple[AlignedSymbol, ...]


def aligned_lines(lines: Iterable[RealLine], recogniser: LineRecogniser) -> Iterator[AlignedLine]:
    """The lines with their symbols; without those that have no ink or are labelled wrongly, it seems."""
    rows = ((line, *segment_line(line.gray)) for line in lines if line.symbols)
    written = ((line, segments, scale) for line, segments, scale in rows if segments is not None)
    while some := list(islice(written, LINES_AT_ONCE)):
        every_step = recogniser.steps([draw_line_image(segments) for _, segments, _ in some])
        for (line, segments, scale), steps in zip(some, every_step, strict=True):
            timed, log_probability = forced_alignment(steps, line.symbols)
            if log_probability >= ALIGNED_LOG_MIN:
                frame = frame_of(segments)
                symbols = tuple(
                    AlignedSymbol(
                        each.symbol,
                        frame.x_of_step(each.middle),
                        float(steps[each.first : each.last, ALPHABET.index(each.symbol)].max()),
                    )
                    for each in timed
                )
                yield AlignedLine(line, segments, scale, symbols)


def forced_alignment(steps: NDArray[np.float32], symbols: str) -> tuple[list[TimedSymbol], float]:
    """The most probable path that spells `symbols`.

    Args:
        steps: (T, A) log-probabilities of the symbols of the alphabet at each time step.
        symbols: one symbol at least.

    Returns:
        The symbols with their time steps, and the log-probability of the path; no symbols where there are too
        few time steps to spell them.
    """
    states = np.full(2 * len(symbols) + 1, BLANK)
    states[1::2] = [ALPHABET.index(symbol) for symbol in symbols]
    may_skip = np.zeros(len(states), bool)
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    scores = steps[:, states].astype(np.float64)
    best, came_from = np.full(len(states), NEVER), np.zeros(scores.shape, np.int64)
    best[:2] = scores[0, :2]
    for step in range(1, len(scores)):
        steps_before = np.full((3, len(states)), NEVER)
        steps_before[0], steps_before[1, 1:], steps_before[2, 2:] = (
            best,
            best[:-1],
            np.where(may_skip[2:], best[:-2], NEVER),
        )
        came_from[step] = steps_before.argmax(axis=0)
        best = steps_before.max(axis=0) + scores[step]
    state = len(states) - (1 if best[-1] > best[-2] else 2)
    log_probability = float(best[state])
    if log_probability <= NEVER / 2:
        return [], log_probability
    path = [state]
    for back in came_from[:0:-1]:
        path.append(path[-1] - int(back[path[-1]]))
    return _timed(symbols, path[::-1]), log_probability


def _timed(symbols: str, path: Sequence[int]) -> list[TimedSymbol]:
    """The symbols with the time steps in which the path is in their state."""
    timed = []
    for n, symbol in enumerate(symbols):
        first = path.index(2 * n + 1)
        timed.append(TimedSymbol(symbol, first, first + path.count(2 * n + 1)))
    return timed
