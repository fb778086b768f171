"""Reads rows with the line recogniser, and aligns the digits with the candidates of each row."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import ALPHABET, CURRENCY, DIGITS, OTHER
from digitocr.decoding.alignment import TimedSymbol, best_path, cut_digits
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.candidate_scorer import CandidateScorer
from digitocr.decoding.confidence import Confidence, Evidence, edges_touched, height_on_page, ink_left_out
from digitocr.decoding.ctc import log_likelihood_of_each
from digitocr.decoding.digit_or_sign import Rival, rivals
from digitocr.decoding.known_length import LENGTH_MIN, length_log_probability
from digitocr.decoding.score_fusion import FusionWeights
from digitocr.formats.formats import Format
from digitocr.layout.candidate_row import CandidateRow
from digitocr.options import Layout
from digitocr.recognition.line_recogniser import LineRecogniser, digit_columns
from digitocr.recognition.page_segmenter import PageSegmenter
from digitocr.records import Gray
from digitocr.segmentation.line_image import draw_line_image, frame_of
from digitocr.segmentation.segment import Segments

TALL_SIGNS = {*"/()+%#*", CURRENCY, OTHER}  # as high as a digit, which the classifier knows nothing of
LIKE_ONE = {*"/()"}
UNLIKE_ONE = TALL_SIGNS - LIKE_ONE
_OTHER_INDEX = ALPHABET.index(OTHER)


@dataclass(frozen=True, slots=True, eq=False)
class RowRequest:
    """A row to be read, the layout of its page, and the format that it must match."""

    layout: Layout
    row: CandidateRow
    allowed: Format | None

    @property
    def context(self) -> str:
        return "page" if self.layout == "page" else "line"


class CropClassifier(Protocol):
    """What reading needs of a model: classifier, scorers, line recogniser, page segmenter, calibration."""

    @property
    def candidate_scorers(self) -> Mapping[str, CandidateScorer]: ...

    @property
    def lines(self) -> LineRecogniser | None: ...

    @property
    def pages(self) -> PageSegmenter: ...

    @property
    def fusion_weights(self) -> Mapping[str, FusionWeights]: ...

    @property
    def calibration(self) -> Confidence | None: ...

    def log_probabilities(self, crops: Gray) -> NDArray[np.float32]:
        """(N, 28, 28) uint8 crops to (N, 11) float32 log-probabilities."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """How many boxes are written in, and the log-probability of as many digits by the line recogniser."""

    boxes: int
    log_probability: float

    @property
    def digits(self) -> int | None:
        """The number of digits; None if the line recogniser sees no digits in some of the boxes."""
        return self.boxes if self.log_probability >= LENGTH_MIN else None


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """What the line recogniser reads in a row.

    Attributes:
        symbols: the symbols of the best path.
        columns: (T, 11) log-probabilities of the digits and the blank by time step.
        log_probability: that of the digits of `symbols`, over all paths that spell them; where the number of
            digits is known, given that number.
        arcs: the candidate of each digit; None if the row has fewer segments than digits.
        rivals: its digits that may be signs, and its signs that may be digits.
        count: the boxes that it is written in; None where there are none.
        letter: the highest log-probability of a letter or another symbol, over the time steps.
    """

    symbols: tuple[TimedSymbol, ...]
    columns: NDArray[np.float32]
    log_probability: float
    arcs: tuple[int, ...] | None
    rivals: tuple[Rival, ...] = ()
    count: Count | None = None
    letter: float = -inf

    @property
    def digits(self) -> list[TimedSymbol]:
        return [symbol for symbol in self.symbols if symbol.symbol in DIGITS]

    @property
    def text(self) -> str:
        return text_of(self.symbols)

    @property
    def digits_known(self) -> int | None:
        """The number of digits that it has by its boxes; None if they do not tell."""
        return self.count.digits if self.count else None

    @property
    def written(self) -> str:
        """The digits and signs, without letters and other symbols."""
        return "".join(symbol.symbol for symbol in self.symbols if symbol.symbol != OTHER).strip()


def text_of(symbols: Sequence[TimedSymbol]) -> str:
    """The digits among symbols."""
    return "".join(symbol.symbol for symbol in symbols if symbol.symbol in DIGITS)


def read_lines(rows: Sequence[RowRequest], classifier: CropClassifier) -> dict[int, LineReading]:
    """Read rows with the line recogniser, by their index in `rows`; rows that are one digit are left out."""
    segments = {n: request.row.segments for n, request in enumerate(rows) if request.row.segments}
    if not segments or not classifier.lines:
        return {}
    all_steps = classifier.lines.steps([draw_line_image(each) for each in segments.values()])
    columns = [digit_columns(steps) for steps in all_steps]
    counts = [_count(each, rows[n].row.digits) for n, each in zip(segments, columns, strict=True)]
    paths = [
        tuple(best_path(steps, each, count.digits if count else None))
        for steps, each, count in zip(all_steps, columns, counts, strict=True)
    ]
    likelihoods = _likelihoods(columns, [text_of(path) for path in paths])
    read = zip(segments, paths, all_steps, columns, likelihoods, counts, strict=True)
    return {
        n: LineReading(
            path,
            each,
            _given(likelihood, count),
            _arcs(rows[n].row, segments[n], path),
            tuple(rivals(path, steps)),
            count,
            float(steps[:, _OTHER_INDEX].max()),
        )
        for n, path, steps, each, likelihood, count in read
    }


def _given(log_probability: float, count: Count | None) -> float:
    """The log-probability of a text given the number of its digits, if that is known."""
    if count is None or count.digits is None:
        return log_probability
    return min(0.0, log_probability - count.log_probability)


def _count(columns: NDArray[np.float32], digits: int | None) -> Count | None:
    """How probable by (T, 11) the number of digits is that a line has by its boxes."""
    return None if digits is None else Count(digits, float(length_log_probability(columns, digits)))


def on_signs(row: CandidateRow, line: LineReading, signs: Collection[str]) -> NDArray[np.bool_]:
    """Which candidates of a row (N,) hold the middle of one of `signs`, as the line recogniser sees it."""
    return on_symbols(row, [symbol for symbol in line.symbols if symbol.symbol in signs])


def on_symbols(row: CandidateRow, symbols: Sequence[TimedSymbol]) -> NDArray[np.bool_]:
    """Which candidates of a row (N,) hold the middle of one of the symbols."""
    if row.segments is None or not symbols:
        return np.zeros(len(row.candidates.first), np.bool_)
    frame, boxes = frame_of(row.segments), row.segments.boxes
    middles = np.array([frame.x_of_step(symbol.middle) for symbol in symbols])
    left = boxes[row.candidates.first, 0]
    right = np.maximum.accumulate(boxes[:, 2])[row.candidates.last - 1]
    return np.asarray(((left[:, None] <= middles) & (middles < right[:, None])).any(axis=1), np.bool_)


def _likelihoods(columns: Sequence[NDArray[np.float32]], texts: Sequence[str]) -> list[float]:
    """The log-probability of the text of each line; lines of equal width are computed together."""
    by_width: dict[int, list[int]] = defaultdict(list)
    for n, each in enumerate(columns):
        by_width[len(each)].append(n)
    likelihoods = [0.0] * len(texts)
    for members in by_width.values():
        values = log_likelihood_of_each(np.stack([columns[n] for n in members]), [texts[n] for n in members])
        for n, value in zip(members, values.tolist(), strict=True):
            likelihoods[n] = min(0.0, value)
    return likelihoods


def _arcs(row: CandidateRow, segments: Segments, path: Sequence[TimedSymbol]) -> tuple[int, ...] | None:
    frame = frame_of(segments)
    middles = [frame.x_of_step(symbol.middle) for symbol in path if symbol.symbol in DIGITS]
    return cut_digits(row.candidates, segments.boxes, middles, segments.height)


def evidence_of(
    request: RowRequest,
    line: LineReading,
    first: Hypothesis,
    digits: NDArray[np.float32],
    *,
    log_line: float,
    agree: bool = True,
    searched: bool = False,
) -> Evidence:
    """The evidence for the first string of a row.

    Args:
        request: the row.
        line: what the line recogniser reads.
        first: the most probable string.
        digits: (L,) log-probabilities of its digits, by the classifier.
        log_line: its log-probability by the line recogniser.
        agree: whether both readers rank it first.
        searched: whether the row was doubtful: read in sheared views, or in all its segmentations.
    """
    candidates, arcs = request.row.candidates, [arc for arc, _ in first.arcs]
    at_side, at_margin = edges_touched(candidates, arcs)
    segments = request.row.segments
    symbols = [symbol.symbol for symbol in line.symbols]
    return Evidence(
        line=log_line,
        digits=digits,
        agree=agree,
        searched=searched,
        contrast=segments.contrast if segments else 100.0,
        height_px=height_on_page(segments, request.row.page_from_row) if segments else 28.0,
        at_side=at_side,
        at_margin=at_margin,
        left_out=ink_left_out(candidates, arcs),
        others=symbols.count(OTHER),
        signs=sum(symbol not in DIGITS and symbol not in {OTHER, " "} for symbol in symbols),
        count=line.count.log_probability if line.count else None,
        letter=line.letter,
    )
