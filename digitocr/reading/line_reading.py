"""The first look at rows: what the line recogniser says of each, and on which candidates its digits stand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS, OTHER
from digitocr.decoding.alignment import Shown, best_path, cut_digits
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.candidate_scorer import CandidateScorer
from digitocr.decoding.confidence import Confidence, Evidence, edges_touched, height_on_page
from digitocr.decoding.ctc import log_likelihood_of_each
from digitocr.decoding.score_fusion import FusionWeights
from digitocr.formats.formats import Format
from digitocr.layout.layout import Row
from digitocr.options import Layout
from digitocr.recognition.line_recogniser import LineRecogniser, digit_columns
from digitocr.recognition.page_segmenter import PageSegmenter
from digitocr.records import Gray
from digitocr.segmentation.line_image import draw_line_image, frame_of
from digitocr.segmentation.segment import Segments

PROBABILITY_MIN = 1e-9  # what is less probable is as good as impossible


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A row to be read, the layout it was found in, and the format it is held to."""

    layout: Layout
    row: Row
    allowed: Format | None

    @property
    def context(self) -> str:
        return "page" if self.layout == "page" else "line"


class CropClassifier(Protocol):
    """What reading needs of a model: crops to probabilities, and what weighs them."""

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


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """What the line recogniser says of a row.

    Attributes:
        shown: the symbols of the best path.
        columns: (T, 11) log-probabilities of digits by time step.
        log_probability: of the digits of `shown`, over all paths that spell them.
        arcs: the candidates on which the digits stand, None where the row cannot be cut so.
    """

    shown: tuple[Shown, ...]
    columns: NDArray[np.float32]
    log_probability: float
    arcs: tuple[int, ...] | None

    @property
    def digits(self) -> list[Shown]:
        return [one for one in self.shown if one.symbol in DIGITS]

    @property
    def text(self) -> str:
        return text_of(self.shown)

    @property
    def written(self) -> str:
        """What is shown, without letters and other things."""
        return "".join(one.symbol for one in self.shown if one.symbol != OTHER).strip()


def text_of(shown: Sequence[Shown]) -> str:
    """The digits alone of what is shown."""
    return "".join(one.symbol for one in shown if one.symbol in DIGITS)


def read_lines(rows: Sequence[Asked], classifier: CropClassifier) -> dict[int, LineReading]:
    """What the line recogniser says of rows, by their place; nothing of single digits."""
    segments = {n: asked.row.segments for n, asked in enumerate(rows) if asked.row.segments}
    if not segments or not classifier.lines:
        return {}
    all_steps = classifier.lines.steps([draw_line_image(each) for each in segments.values()])
    columns = [digit_columns(steps) for steps in all_steps]
    paths = [tuple(best_path(steps, each)) for steps, each in zip(all_steps, columns, strict=True)]
    likelihoods = _likelihoods(columns, [text_of(path) for path in paths])
    return {
        n: LineReading(path, each, likelihood, _arcs(rows[n].row, segments[n], path))
        for n, path, each, likelihood in zip(segments, paths, columns, likelihoods, strict=True)
    }


def _likelihoods(columns: Sequence[NDArray[np.float32]], texts: Sequence[str]) -> list[float]:
    """The log-probability of each line's text, those of equal width at once."""
    by_width: dict[int, list[int]] = defaultdict(list)
    for n, each in enumerate(columns):
        by_width[len(each)].append(n)
    found = [0.0] * len(texts)
    for members in by_width.values():
        values = log_likelihood_of_each(np.stack([columns[n] for n in members]), [texts[n] for n in members])
        for n, value in zip(members, values.tolist(), strict=True):
            found[n] = min(0.0, value)
    return found


def _arcs(row: Row, segments: Segments, path: Sequence[Shown]) -> tuple[int, ...] | None:
    frame = frame_of(segments)
    middles = [frame.x_of_step((one.first + one.last) / 2) for one in path if one.symbol in DIGITS]
    return cut_digits(row.found, segments.boxes, middles, segments.height)


def evidence_of(
    asked: Asked,
    line: LineReading | None,
    strings: Sequence[Hypothesis],
    digits: NDArray[np.float32],
    *,
    log_line: float,
    log_lattice: float | None = None,
    agree: bool = True,
) -> Evidence:
    """What is known of the first of a row's strings; `log_lattice` is None where no lattice was searched."""
    first, second = strings[0], strings[1] if len(strings) > 1 else None
    lead = np.log(max(first.probability, PROBABILITY_MIN))
    lead -= np.log(max(second.probability if second else 0.0, PROBABILITY_MIN))
    at_side, at_margin = edges_touched(asked.row.found, [arc for arc, _ in first.arcs])
    segments = asked.row.segments
    symbols = [one.symbol for one in line.shown] if line else []
    return Evidence(
        path="settled" if log_lattice is None else "searched",
        line=log_line,
        digits=digits,
        lead=float(lead),
        lattice=log_lattice or 0.0,
        agree=agree,
        contrast=segments.contrast if segments else 100.0,
        height_px=height_on_page(segments, asked.row.page_from_row) if segments else 28.0,
        at_side=at_side,
        at_margin=at_margin,
        others=symbols.count(OTHER),
        signs=sum(symbol not in DIGITS and symbol not in {OTHER, " "} for symbol in symbols),
    )
