"""Reads pages: finds rows, reads them, and turns a page that is not upright."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import box_of, numbers
from digitocr.formats.formats import format_of
from digitocr.layout.layout import CandidateRow, PageLayout, find_line_by_maps, find_rows
from digitocr.layout.looks import Segment
from digitocr.layout.maps import PageMaps
from digitocr.options import ReadOptions
from digitocr.reading.addressee import addressee
from digitocr.reading.doubts import doubt_of
from digitocr.reading.line_reading import CropClassifier, RowRequest
from digitocr.reading.orientation import best_turn, is_readable, samples
from digitocr.reading.rows import read_rows
from digitocr.records import Box, Digit, Gray, Page, PageResult, Reading

# A line read with less confidence is found again by the maps of the page segmenter.
RETRY_CONFIDENCE_MAX = 0.5


def read_page(page: Page, classifier: CropClassifier, options: ReadOptions) -> PageResult:
    """Read one page; see `read_pages`."""
    return read_pages([page], classifier, options)[0]


def read_pages(pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions) -> list[PageResult]:
    """Read pages, all their candidates in one batch through the classifier.

    Returns:
        One result a page, in order, whatever else is in the batch.
    """
    allowed = format_of(options.format, options.pattern)
    windows = allowed is not None
    layouts = [
        find_rows(page.gray, options.layout, _segment_by(classifier), windows=windows) for page in pages
    ]
    rows = [RowRequest(f.layout, row, allowed) for f in layouts for row in (*f.rows, *f.windows)]
    answers = iter(read_rows(rows, classifier, options.n_best))
    results = [
        _page_result(page, f, [next(answers) for _ in (*f.rows, *f.windows)], options)
        for page, f in zip(pages, layouts, strict=True)
    ]
    return [
        _upright(page, f, _retry_by_maps(page, result, classifier, options), classifier, options)
        for page, f, result in zip(pages, layouts, results, strict=True)
    ]


def _retry_by_maps(
    page: Page, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result; for a line read with little confidence, that by the maps if it is better."""
    if result.layout != "line" or _best_confidence(result) > RETRY_CONFIDENCE_MAX:
        return result
    layout = find_line_by_maps(page.gray, _segment_by(classifier))
    allowed = format_of(options.format, options.pattern)
    rows = [RowRequest(layout.layout, row, allowed) for row in layout.rows]
    by_maps = _page_result(page, layout, read_rows(rows, classifier, options.n_best), options)
    return by_maps if _best_confidence(by_maps) > _best_confidence(result) else result


def _best_confidence(result: PageResult) -> float:
    """The highest confidence of the readings that have a text."""
    return max((reading.confidence for reading in result.readings if reading.text), default=0.0)


def _upright(
    page: Page, layout: PageLayout, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result; for a page that is hardly readable, that of the page turned if it reads far better."""
    boxes = [row.box(row.candidates.boxes) for row in layout.rows]
    if layout.layout != "page" or is_readable(result.readings, boxes):
        return result

    def read_turned(part: Page, quarter_turns: int) -> tuple[Sequence[Reading], Sequence[Box]]:
        turned, at = _read_turned(part, quarter_turns, classifier, options, closer=False)
        return turned.readings, [row.box(row.candidates.boxes) for row in at.rows]

    for part in samples(page, boxes):
        by_turns = [read_turned(part, turns) for turns in range(4)]
        if quarter_turns := best_turn(by_turns, of_format=bool(options.format or options.pattern)):
            return _read_turned(page, quarter_turns, classifier, options, closer=True)[0]
    return result


def _read_turned(
    page: Page, quarter_turns: int, classifier: CropClassifier, options: ReadOptions, *, closer: bool
) -> tuple[PageResult, PageLayout]:
    """Read a page turned by quarters counter-clockwise; also gives the rows that were found."""
    allowed = format_of(options.format, options.pattern)
    layout = find_rows(
        page.gray,
        "page",
        _segment_by(classifier),
        windows=allowed is not None,
        quarter_turns=quarter_turns,
        closer=closer,
    )
    rows = [RowRequest(layout.layout, row, allowed) for row in (*layout.rows, *layout.windows)]
    return _page_result(page, layout, read_rows(rows, classifier, options.n_best), options), layout


def _segment_by(classifier: CropClassifier) -> Segment:
    """A function that makes maps; the segmenter is loaded at its first call: a line or a digit needs none."""

    def segment(image: Gray) -> PageMaps:
        return classifier.pages.maps(image)

    return segment


def _page_result(page: Page, layout: PageLayout, answers: list[Answer], options: ReadOptions) -> PageResult:
    allowed = format_of(options.format, options.pattern)
    height, width = page.gray.shape
    whole = Box(0, 0, width, height)
    readings = tuple(
        make_reading(row, answer, options.min_confidence, whole, number=n)
        for n, (row, answer) in enumerate(numbers(layout, answers, allowed), 1)
    )
    if layout.layout == "page" and allowed and allowed.postal:
        readings = tuple(replace(reading, row=1) for reading in addressee(readings, whole))
    elif not readings and layout.layout != "page":
        readings = (Reading("", 1, whole, "", "blank", 1.0, "no ink", reason_code="no_ink"),)
    return PageResult(page.source, page.number, width, height, layout.layout, readings, layout.rotation)


def make_reading(
    row: CandidateRow, answer: Answer, min_confidence: float, page: Box, *, field: str = "", number: int = 1
) -> Reading:
    """The reading of one row.

    Args:
        row: the row.
        answer: what was read in it.
        min_confidence: the threshold of `accept`.
        page: its boxes are clipped to this one.
        field: the name of its field.
        number: its number, from 1, among the rows of the page or field.
    """
    strings = answer.strings
    if not strings or not strings[0].text:
        confidence = strings[0].probability if strings else 0.0
        box = row.box(row.candidates.boxes).clipped(page)
        return Reading(field, number, box, "", "blank", confidence, "no digits", reason_code="no_digits")
    best = strings[0]
    digits = []
    for arc, digit in best.arcs:
        share = sum(s.probability for s in strings if (arc, digit) in s.arcs)
        digits.append(Digit(str(digit), min(share, 1.0), row.box(row.candidates.boxes[[arc]]).clipped(page)))
    box = box_of(row, answer).clipped(page)
    reason, reason_code = doubt_of(row, answer, min_confidence)
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
        answer.written,
        reason_code,
    )
