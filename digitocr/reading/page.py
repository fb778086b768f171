"""Pages in, readings out: the recipe."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import AMONG_WORDS_MIN, box_of, numbers
from digitocr.formats.formats import format_of
from digitocr.layout.layout import Found, Row, find_rows, find_rows_sideways
from digitocr.options import ReadOptions
from digitocr.reading.addressee import addressee
from digitocr.reading.line_reading import Asked, CropClassifier
from digitocr.reading.rows import read_rows
from digitocr.reasons import ReasonCode
from digitocr.records import Box, Digit, Page, PageResult, Reading

SURE_SHARE = 0.3  # of a page's rows: where fewer read well and it looks sideways, it is tried turned;
FAR_BETTER, SURE_MIN = 1.5, 3.0  # it lies so if that many times as many read well, and more than these


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
    rows = [Asked(f.layout, row, allowed) for f in found for row in (*f.rows, *f.windows)]
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
        rows = [Asked(there.layout, row, allowed) for row in (*there.rows, *there.windows)]
        turned.append(_page_result(page, there, read_rows(rows, classifier, options.n_best), options))
    best = max(turned, key=_sure)
    return best if _sure(best) > max(least, FAR_BETTER * _sure(result)) else result


def _sure(result: PageResult) -> float:
    """The sum of the confidences of readings that are as good as certain."""
    return sum(one.confidence for one in result.readings if one.confidence > AMONG_WORDS_MIN)


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
        answer.written,
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
    if answer.readers_disagree:
        return "readers disagree", "readers_disagree"
    return "low confidence", "low_confidence"
