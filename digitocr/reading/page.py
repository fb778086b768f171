"""Reads pages: finds rows, reads them, and turns a page that is not upright."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import box_of, numbers
from digitocr.formats.formats import format_of
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout, find_rows, turned_sample
from digitocr.layout.line_retries import Retry, line_retries
from digitocr.layout.looks import Segment
from digitocr.layout.maps import PageMaps
from digitocr.options import ReadOptions
from digitocr.reading.addressee import addressee
from digitocr.reading.among_words import with_text_lines
from digitocr.reading.doubts import doubt_of
from digitocr.reading.line_reading import CropClassifier, RowRequest
from digitocr.reading.orientation import (
    BETTER_FACTOR,
    best_turn,
    is_readable,
    is_upright,
    samples,
    sure_share,
)
from digitocr.reading.reread import reread
from digitocr.reading.rows import read_rows
from digitocr.reading.second_look import best_of, is_tight, is_unsure, reads_the_same
from digitocr.reading.text_lines import NO_TEXT, Text, read_text_lines
from digitocr.records import Box, Digit, Gray, Page, PageResult, Reading


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
    results = _read_layouts(pages, layouts, classifier, options)
    return [
        _upright(page, f, _surer(page, result, classifier, options), classifier, options)
        for page, f, result in zip(pages, layouts, results, strict=True)
    ]


def _read_layouts(
    pages: Sequence[Page], layouts: Sequence[PageLayout], classifier: CropClassifier, options: ReadOptions
) -> list[PageResult]:
    """Read pages of which it is known where numbers may stand, all their candidates in one batch."""
    allowed = format_of(options.format, options.pattern)
    texts = [read_text_lines(layout.text_lines, classifier.lines) for layout in layouts]
    rows = [
        [*layout.rows, *layout.windows, *(number.row for number in text.numbers)]
        for layout, text in zip(layouts, texts, strict=True)
    ]
    requests = [
        RowRequest(layout.layout, row, allowed)
        for layout, rows_of_page in zip(layouts, rows, strict=True)
        for row in rows_of_page
    ]
    pairs = iter(zip(requests, read_rows(requests, classifier, options.n_best), strict=True))
    results = []
    for page, layout, rows_of_page, text in zip(pages, layouts, rows, texts, strict=True):
        of_page = [next(pairs) for _ in rows_of_page]
        best, answers = reread(page.gray, layout, of_page, classifier, options.n_best)
        results.append(_page_result(page, best, answers, options, text))
    return results


def _surer(page: Page, result: PageResult, classifier: CropClassifier, options: ReadOptions) -> PageResult:
    """The result; for a picture of one number that is read unsurely, the best of several ways to find it."""
    results = [result, *(retried for _, retried in read_again(page, result, classifier, options))]
    if len(results) == 1:
        return result
    best = best_of(results, options.min_confidence)
    return best if options.layout == "auto" else replace(best, layout=options.layout)


def read_again(
    page: Page, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> Iterator[tuple[Retry, PageResult]]:
    """A picture of one number that was read unsurely as `result`, found in other ways until one is sure."""
    if result.layout == "page" or options.layout == "digit" or not is_unsure(result):
        return
    results = [result]
    for retry in line_retries(page.gray, result.layout, _segment_by(classifier), is_tight=is_tight(result)):
        results.append(read_layout(page, retry.layout, classifier, options))
        yield retry, results[-1]
        if reads_the_same(results) or not is_unsure(best_of(results, options.min_confidence)):
            return  # before the next way is gone, which takes the page segmenter


def read_layout(
    page: Page, layout: PageLayout, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """Read a picture of which it is known where its numbers stand."""
    return _read_layouts([page], [layout], classifier, options)[0]


def _upright(
    page: Page, layout: PageLayout, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result; for a page that is hardly readable, that of the page turned if it reads far better."""
    if layout.layout != "page" or is_upright(result.readings, boxes := _boxes_of(layout)):
        return result
    of_format = bool(options.format or options.pattern)
    if is_readable(result.readings, boxes):
        quarter_turns = _better_turn(page, layout, result, classifier, options)
        if not quarter_turns:
            return result
        turned, at = _read_turned(page, quarter_turns, classifier, options, closer=True)
        both = {0: (result.readings, boxes), quarter_turns: (turned.readings, _boxes_of(at))}
        return turned if best_turn(both, of_format=of_format) else result

    def read_turned(part: Page, quarter_turns: int) -> tuple[Sequence[Reading], Sequence[Box]]:
        turned, at = _read_turned(part, quarter_turns, classifier, options, closer=False)
        return turned.readings, _boxes_of(at)

    for part in samples(page, boxes):
        by_turns = {turns: read_turned(part, turns) for turns in range(4)}
        if quarter_turns := best_turn(by_turns, of_format=of_format):
            return _read_turned(page, quarter_turns, classifier, options, closer=True)[0]
    return result


def _boxes_of(layout: PageLayout) -> list[Box]:
    return [row.box(row.candidates.boxes) for row in layout.rows]


def _better_turn(
    page: Page, layout: PageLayout, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> int:
    """By how many quarters a few numbers of a page have to be turned to read far better; 0 for none."""
    allowed = format_of(options.format, options.pattern)
    shares = {}
    for turns in (1, 2, 3):
        rows = turned_sample(page.gray, layout.regions, turns)
        sample = PageLayout("page", 0.0, tuple(rows))
        answers = read_rows([RowRequest("page", row, allowed) for row in rows], classifier, 1)
        readings = _page_result(page, sample, answers, options).readings
        shares[turns] = sure_share(readings, _boxes_of(sample))
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > BETTER_FACTOR * sure_share(result.readings, _boxes_of(layout)) else 0


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
    return read_layout(page, layout, classifier, options), layout


def _segment_by(classifier: CropClassifier) -> Segment:
    """A function that makes maps; the segmenter is loaded at its first call: a line or a digit needs none."""

    def segment(image: Gray) -> PageMaps:
        return classifier.pages.maps(image)

    return segment


def _page_result(
    page: Page,
    layout: PageLayout,
    answers: list[Answer],
    options: ReadOptions,
    text: Text = NO_TEXT,
) -> PageResult:
    allowed = format_of(options.format, options.pattern)
    height, width = page.gray.shape
    whole = Box(0, 0, width, height)
    count = len(answers) - len(text.numbers)
    chosen = with_text_lines(numbers(layout, answers[:count], allowed), text, answers[count:])
    readings = tuple(
        make_reading(row, answer, options.min_confidence, whole, number=n)
        for n, (row, answer) in enumerate(chosen, 1)
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
        box = row.box(row.candidates.boxes).clipped(page)
        confidence = answer.confidence
        return Reading(field, number, box, "", "blank", confidence, "no digits", reason_code="no_digits")
    best, reported = strings[0], answer.reported
    boxes = row.boxes(row.candidates.boxes[[arc for arc, _ in best.arcs]])
    digits = []
    for (arc, digit), digit_box in zip(best.arcs, boxes, strict=True):
        share = sum(confidence for s, confidence in reported if (arc, digit) in s.arcs)
        digits.append(Digit(str(digit), min(share, 1.0), digit_box.clipped(page)))
    box = box_of(row, answer).clipped(page)
    reason, reason_code = doubt_of(row, answer, min_confidence)
    return Reading(
        field,
        number,
        box,
        best.text,
        "review" if reason else "accept",
        answer.confidence,
        reason,
        tuple((s.text, confidence) for s, confidence in reported),
        tuple(digits),
        answer.raw,
        answer.written,
        reason_code,
        probability=best.probability,
    )
