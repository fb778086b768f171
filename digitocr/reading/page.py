"""Pages in, readings out: the recipe."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer, confine
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.choice import AMONG_WORDS_MIN, box_of, numbers
from digitocr.decoding.count import expecting
from digitocr.decoding.judge import MARK_COST, Judge
from digitocr.decoding.lattice import Lattice, rank_digits
from digitocr.decoding.opinion import CERTAIN, POOLED, Held, Opinion, weigh
from digitocr.formats.formats import Format, format_of
from digitocr.layout.layout import Found, Row, find_rows, find_rows_sideways
from digitocr.options import Layout, ReadOptions
from digitocr.reading.addressee import addressee
from digitocr.reasons import ReasonCode
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.records import Box, Digit, Gray, Page, PageResult, Reading
from digitocr.segmentation.segment import Slices
from digitocr.segmentation.strip import cut_strip

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
    allowed = format_of(options.format, options.pattern)
    found = [find_rows(page.gray, options.layout, windows=allowed is not None) for page in pages]
    rows = [(f.layout, row, allowed) for f in found for row in (*f.rows, *f.windows)]
    answers = iter(read_rows(rows, classifier, options.n_best))
    results = [
        _page_result(page, f, [next(answers) for _ in (*f.rows, *f.windows)], options)
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
    allowed = format_of(options.format, options.pattern)
    # A number that has the format which was asked for stands upright, be it the only one.
    enough, least = (0.0, 0.0) if allowed else (SURE_SHARE * len(found.rows), SURE_MIN)
    if not found.looks_sideways or _sure(result) > enough:
        return result
    turned = []
    for quarter_turns in (1, 3):
        there = find_rows_sideways(page.gray, quarter_turns, windows=allowed is not None)
        rows = [(there.layout, row, allowed) for row in (*there.rows, *there.windows)]
        turned.append(_page_result(page, there, read_rows(rows, classifier, options.n_best), options))
    best = max(turned, key=_sure)
    return best if _sure(best) > max(least, FAR_BETTER * _sure(result)) else result


def _sure(result: PageResult) -> float:
    """The sum of the confidences of readings that are as good as certain."""
    return sum(one.confidence for one in result.readings if one.confidence > AMONG_WORDS_MIN)


def read_rows(
    rows: Sequence[tuple[Layout, Row, Format | None]], classifier: CropClassifier, n_best: int
) -> list[Answer]:
    """The n best strings of each row, by the layout it was found in and the format it is held to."""
    if not rows:
        return []
    probabilities = classifier.log_probabilities(np.concatenate([row.found.crops for _, row, _ in rows]))
    ends = np.cumsum([len(row.found.first) for _, row, _ in rows])[:-1]
    answers: list[Answer] = []
    doubtful: list[_Doubt] = []
    for n, ((layout, row, allowed), scores) in enumerate(
        zip(rows, np.split(probabilities, ends), strict=True)
    ):
        context = "page" if layout == "page" else "line"
        if layout == "digit":
            ranked = rank_digits(scores[0], 10 if allowed else n_best)
            answers.append(confine(ranked, allowed, context, n_best))
            continue
        found = row.found
        digits, marks = classifier.judges[context].scores(scores, found.geometry)
        lattice = Lattice(found.first, found.last, digits, marks)
        hypotheses = expecting(lattice.decode(max(n_best, POOLED)), row.digits)
        # Within a word all is marks, so there they cost nothing more.
        free_rejects = replace(lattice, reject_scores=marks + MARK_COST)
        if layout == "page" and free_rejects.reject_score() > hypotheses[0].score:
            doubted = any(one.text and one.probability > DOUBT_MIN for one in hypotheses)
            hypotheses = hypotheses if doubted and classifier.lines else []
        certain = bool(hypotheses) and hypotheses[0].probability >= CERTAIN
        held = None
        if allowed and hypotheses and not (certain and allowed.accepts(hypotheses[0].text)):
            certain = False
            held = Held(allowed, lattice, partial(_within, allowed, lattice, max(n_best, POOLED), row.digits))
        if classifier.lines and row.slices and hypotheses and not certain:
            doubtful.append(_Doubt(n, row.slices, context, hypotheses, lattice.align, held))
        elif held:
            known = {one.text for one in hypotheses}
            hypotheses += [one for one in held.strings() if one.text not in known]
        answers.append(confine(hypotheses, allowed, context, n_best))
    if classifier.lines:
        columns = classifier.lines.of_sights([cut_strip(doubt.slices) for doubt in doubtful])
        for doubt, seen in zip(doubtful, columns, strict=True):
            opinion = classifier.opinions[doubt.context]
            _, row, allowed = rows[doubt.row]
            weighed = expecting(weigh(doubt.hypotheses, seen, opinion, doubt.align, doubt.held), row.digits)
            other = max(0.0, 1 - sum(one.probability for one in weighed))
            answers[doubt.row] = confine(weighed, allowed, doubt.context, n_best, other)
    return answers


@dataclass(frozen=True, slots=True, eq=False)
class _Doubt:
    """A row of which the line recogniser is asked: its place among the rows, and what the lattice says."""

    row: int
    slices: Slices
    context: str
    hypotheses: list[Hypothesis]
    align: Callable[[str], Hypothesis | None]
    held: Held | None


def _within(allowed: Format, lattice: Lattice, n_best: int, digits: int | None) -> list[Hypothesis]:
    """The strings of a format in a lattice, and in boxes."""
    return expecting(lattice.decode(n_best, allowed=allowed), digits)


def _page_result(page: Page, found: Found, answers: list[Answer], options: ReadOptions) -> PageResult:
    allowed = format_of(options.format, options.pattern)
    height, width = page.gray.shape
    whole = Box(0, 0, width, height)
    readings = tuple(
        make_reading(row, answer, options.min_confidence, whole, number=n)
        for n, (row, answer) in enumerate(numbers(found, answers, allowed), 1)
    )
    if found.layout == "page" and allowed and allowed.postal:
        readings = tuple(replace(one, row=1) for one in addressee(readings, whole))
    elif not readings and found.layout != "page":
        readings = (Reading("", 1, whole, "", "blank", 1.0, "no ink", reason_code="no_ink"),)
    return PageResult(page.source, page.number, width, height, found.layout, readings, found.rotation)


def make_reading(
    row: Row, answer: Answer, min_confidence: float, page: Box, *, field: str = "", number: int = 1
) -> Reading:
    """The reading of one row, the `number`th of its field; `page` is what its boxes are clipped to."""
    strings = answer.strings
    if not strings or not strings[0].text:
        confidence = strings[0].probability if strings else 0.0
        box = row.box(row.found.boxes).clipped(page)
        return Reading(field, number, box, "", "blank", confidence, "no digits", reason_code="no_digits")
    best = strings[0]
    digits = []
    for arc, digit in best.arcs:
        share = sum(s.probability for s in strings if (arc, digit) in s.arcs)
        digits.append(Digit(str(digit), min(share, 1.0), row.box(row.found.boxes[[arc]]).clipped(page)))
    box = box_of(row, answer).clipped(page)
    reason, reason_code = _doubt(answer, min_confidence)
    return Reading(
        field,
        number,
        box,
        best.text,
        "review" if reason else "accept",
        best.probability,
        reason,
        tuple((s.text, s.probability) for s in strings),
        tuple(digits),
        answer.raw,
        best.text,
        reason_code,
    )


def _doubt(answer: Answer, min_confidence: float) -> tuple[str, ReasonCode]:
    """Why a person should look at an answer, in words and as a code; "" where there is no need."""
    if not answer.fits:
        return "no reading fits the format", "format_mismatch"
    if answer.strings[0].probability >= min_confidence:
        return "", ""
    if answer.raw:
        return "reads otherwise without the format", "format_mismatch"
    return "low confidence", "low_confidence"
