"""Pages in, readings out: the recipe."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.candidates import GEOMETRY
from digitocr.imaging.layout import Found, Row, find_rows, find_rows_sideways
from digitocr.imaging.segment import Slices
from digitocr.imaging.strip import cut_strip
from digitocr.options import Layout, ReadOptions
from digitocr.recognition.count import expecting
from digitocr.recognition.judge import MARK_COST, Judge
from digitocr.recognition.lattice import Hypothesis, decode, rank_digits, score_of_marks, spell
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.recognition.opinion import CERTAIN, POOLED, Opinion, weigh
from digitocr.records import Box, Digit, Gray, Page, PageResult, Reading, Status

NUMBER_MIN = 0.5  # on a page, a group is a number only where this share of its ink is in digits,
PROBABILITY_MIN = 0.3  # and only where one string is so probable: a word looks like many numbers
AMONG_WORDS_MIN = 0.9  # the same where something else than a number stands in the same line
DOUBT_MIN = 0.15  # what is more likely marks is still asked about where a number is so probable
SURE_SHARE = 0.3  # of a page's rows: where fewer read well and it looks sideways, it is tried turned;
FAR_BETTER, SURE_MIN = 1.5, 3.0  # it lies so if that many times as many read well, and more than these


class CropClassifier(Protocol):
    """What reading needs of a model: crops to probabilities, and what weighs them for the lattice."""

    @property
    def judges(self) -> Mapping[str, Judge]: ...

    @property
    def lines(self) -> LineRecogniser | None: ...

    @property
    def opinions(self) -> Mapping[str, Opinion]: ...

    def log_probabilities(self, crops: Gray) -> NDArray[np.float32]:
        """(N, 28, 28) uint8 crops to (N, 11) float32 log-probabilities."""
        ...


def read_page(page: Page, classifier: CropClassifier, options: ReadOptions) -> PageResult:
    """Read one page; see `read_pages`."""
    return read_pages([page], classifier, options)[0]


def read_pages(pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions) -> list[PageResult]:
    """Read pages, all their candidates in one batch through the classifier.

    Returns:
        One result a page, in order, whatever else is in the batch.
    """
    found = [find_rows(page.gray, options.layout) for page in pages]
    strings = iter(read_rows([(f.layout, row) for f in found for row in f.rows], classifier, options.n_best))
    results = [
        _page_result(page, f, [next(strings) for _ in f.rows], options)
        for page, f in zip(pages, found, strict=True)
    ]
    return [
        _upright(page, f, result, classifier, options)
        for page, f, result in zip(pages, found, results, strict=True)
    ]


def _upright(
    page: Page, found: Found, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result, or that of the page turned by a quarter if it looks sideways and reads far better so."""
    if not found.looks_sideways or _sure(result) > SURE_SHARE * len(found.rows):
        return result
    turned = []
    for quarter_turns in (1, 3):
        there = find_rows_sideways(page.gray, quarter_turns)
        rows = [(there.layout, row) for row in there.rows]
        turned.append(_page_result(page, there, read_rows(rows, classifier, options.n_best), options))
    best = max(turned, key=_sure)
    return best if _sure(best) > max(SURE_MIN, FAR_BETTER * _sure(result)) else result


def _sure(result: PageResult) -> float:
    """The sum of the confidences of readings that are as good as certain."""
    return sum(one.confidence for one in result.readings if one.confidence > AMONG_WORDS_MIN)


def read_rows(
    rows: Sequence[tuple[Layout, Row]], classifier: CropClassifier, n_best: int
) -> list[list[Hypothesis]]:
    """The n best strings of each row, by the layout it was found in."""
    if not rows:
        return []
    probabilities = classifier.log_probabilities(np.concatenate([row.found.crops for _, row in rows]))
    ends = np.cumsum([len(row.found.first) for _, row in rows])
    strings: list[list[Hypothesis]] = []
    doubtful: list[_Doubt] = []
    for n, ((layout, row), scores) in enumerate(zip(rows, np.split(probabilities, ends[:-1]), strict=True)):
        if layout == "digit":
            strings.append(rank_digits(scores[0], n_best))
            continue
        found, context = row.found, "page" if layout == "page" else "line"
        digits, marks = classifier.judges[context].scores(scores, found.geometry)
        edges = found.first, found.last, digits, marks
        hypotheses = expecting(decode(*edges, max(n_best, POOLED)), row.digits)
        # Within a word all is marks, so there they cost nothing more.
        if layout == "page" and score_of_marks(*edges[:2], marks + MARK_COST) > hypotheses[0].score:
            doubted = any(one.text and one.probability > DOUBT_MIN for one in hypotheses)
            hypotheses = hypotheses if doubted and classifier.lines else []
        strings.append(hypotheses[:n_best])
        if classifier.lines and row.slices and hypotheses and hypotheses[0].probability < CERTAIN:
            doubtful.append(_Doubt(n, row.slices, context, hypotheses, partial(spell, *edges)))
    if classifier.lines:
        columns = classifier.lines.columns([cut_strip(doubt.slices) for doubt in doubtful])
        for doubt, seen in zip(doubtful, columns, strict=True):
            opinion = classifier.opinions[doubt.context]
            weighed = weigh(doubt.hypotheses, seen, opinion, doubt.spell)
            strings[doubt.row] = expecting(weighed, rows[doubt.row][1].digits)[:n_best]
    return strings


@dataclass(frozen=True, slots=True, eq=False)
class _Doubt:
    """A row of which the line recogniser is asked: its place among the rows, and what the lattice says."""

    row: int
    slices: Slices
    context: str
    hypotheses: list[Hypothesis]
    spell: Callable[[str], Hypothesis | None]


def _page_result(
    page: Page, found: Found, hypotheses: list[list[Hypothesis]], options: ReadOptions
) -> PageResult:
    height, width = page.gray.shape
    readings: list[Reading] = []
    rows = list(zip(found.rows, hypotheses, strict=True))
    if found.layout == "page":
        words = {row.phrase for row, strings in rows if not _is_number(row, strings, PROBABILITY_MIN)}
        least = {True: AMONG_WORDS_MIN, False: PROBABILITY_MIN}
        rows = [
            (row, strings) for row, strings in rows if _is_number(row, strings, least[row.phrase in words])
        ]
    for row, strings in rows:
        readings.append(
            reading_of(len(readings) + 1, row, strings, options.min_confidence, Box(0, 0, width, height))
        )
    if not readings and found.layout != "page":
        readings.append(Reading("", 1, Box(0, 0, width, height), "", "blank", 1.0, "no ink"))
    return PageResult(page.source, page.number, width, height, found.layout, tuple(readings), found.rotation)


def _is_number(row: Row, strings: list[Hypothesis], least: float) -> bool:
    """Whether a group is a number: one string is at least so probable, its digits are most of the ink."""
    if not strings or not strings[0].text or strings[0].probability < least:
        return False
    ink = row.found.geometry[:, GEOMETRY.index("area")]
    in_digits = ink[[edge for edge, _ in strings[0].edges]].sum()
    in_slices = ink[row.found.last == row.found.first + 1].sum()
    return bool(in_digits > NUMBER_MIN * in_slices)


def reading_of(number: int, row: Row, strings: list[Hypothesis], min_confidence: float, page: Box) -> Reading:
    """The reading that is the `number`th of a page, by the strings that its row may say."""
    if not strings or not strings[0].text:
        confidence = strings[0].probability if strings else 0.0
        return Reading("", number, clip(row.box(row.found.boxes), page), "", "blank", confidence, "no digits")
    best = strings[0]
    digits = []
    for edge, digit in best.edges:
        share = sum(s.probability for s in strings if (edge, digit) in s.edges)
        digits.append(Digit(str(digit), min(share, 1.0), clip(row.box(row.found.boxes[[edge]]), page)))
    box = clip(row.box(row.found.boxes[[edge for edge, _ in best.edges]]), page)
    status: Status = "accept" if best.probability >= min_confidence else "review"
    reason = "" if status == "accept" else "low confidence"
    alternatives = tuple((s.text, s.probability) for s in strings)
    return Reading("", number, box, best.text, status, best.probability, reason, alternatives, tuple(digits))


def clip(box: Box, page: Box) -> Box:
    """The part of `box` inside `page`, at least one pixel of it."""
    left, top = min(max(box.left, 0), page.right - 1), min(max(box.top, 0), page.bottom - 1)
    return Box(
        left, top, max(left + 1, min(box.right, page.right)), max(top + 1, min(box.bottom, page.bottom))
    )
