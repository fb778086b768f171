"""Pages in, readings out: the recipe."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.decoding.answer import Answer
from digitocr.decoding.choice import box_of, numbers
from digitocr.formats.formats import format_of
from digitocr.layout.layout import Found, Row, find_line_by_maps, find_rows
from digitocr.layout.looks import Segment
from digitocr.layout.maps import PageMaps
from digitocr.options import ReadOptions
from digitocr.reading.addressee import addressee
from digitocr.reading.line_reading import Asked, CropClassifier
from digitocr.reading.orientation import best_turn, is_readable, samples
from digitocr.reading.rows import read_rows
from digitocr.reasons import ReasonCode
from digitocr.records import Box, Digit, Gray, Page, PageResult, Reading

LITTLE_MAX = 0.5  # as little sure is a line that is looked at again by the maps
OTHER_SHARE_REVIEWED = 0.25  # of the ink around a number's core: a clean number has under 0.05


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
    found = [find_rows(page.gray, options.layout, _segment_by(classifier), windows=windows) for page in pages]
    rows = [Asked(f.layout, row, allowed) for f in found for row in (*f.rows, *f.windows)]
    answers = iter(read_rows(rows, classifier, options.n_best))
    results = [
        _page_result(page, f, [next(answers) for _ in (*f.rows, *f.windows)], options)
        for page, f in zip(pages, found, strict=True)
    ]
    return [
        _upright(page, f, _looked_at_again(page, result, classifier, options), classifier, options)
        for page, f, result in zip(pages, found, results, strict=True)
    ]


def _looked_at_again(
    page: Page, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result, or where one number says little as it is, what it says by the maps, if that is more."""
    if result.layout != "line" or _says(result) > LITTLE_MAX:
        return result
    found = find_line_by_maps(page.gray, _segment_by(classifier))
    allowed = format_of(options.format, options.pattern)
    rows = [Asked(found.layout, row, allowed) for row in found.rows]
    by_maps = _page_result(page, found, read_rows(rows, classifier, options.n_best), options)
    return by_maps if _says(by_maps) > _says(result) else result


def _says(result: PageResult) -> float:
    """How sure the best reading is that has a text."""
    return max((reading.confidence for reading in result.readings if reading.text), default=0.0)


def _upright(
    page: Page, found: Found, result: PageResult, classifier: CropClassifier, options: ReadOptions
) -> PageResult:
    """The result, or that of the page turned by quarters if it is hardly readable as it is, but so."""
    boxes = [row.box(row.found.boxes) for row in found.rows]
    if found.layout != "page" or is_readable(result.readings, boxes):
        return result

    def read_turned(part: Page, quarter_turns: int) -> tuple[Sequence[Reading], Sequence[Box]]:
        turned, at = _read_turned(part, quarter_turns, classifier, options, closer=False)
        return turned.readings, [row.box(row.found.boxes) for row in at.rows]

    for part in samples(page, boxes):
        by_turns = [read_turned(part, turns) for turns in range(4)]
        if quarter_turns := best_turn(by_turns, of_format=bool(options.format or options.pattern)):
            return _read_turned(page, quarter_turns, classifier, options, closer=True)[0]
    return result


def _read_turned(
    page: Page, quarter_turns: int, classifier: CropClassifier, options: ReadOptions, *, closer: bool
) -> tuple[PageResult, Found]:
    """What a page says when it is turned by so many quarters counter-clockwise, and where."""
    allowed = format_of(options.format, options.pattern)
    found = find_rows(
        page.gray,
        "page",
        _segment_by(classifier),
        windows=allowed is not None,
        quarter_turns=quarter_turns,
        closer=closer,
    )
    rows = [Asked(found.layout, row, allowed) for row in (*found.rows, *found.windows)]
    return _page_result(page, found, read_rows(rows, classifier, options.n_best), options), found


def _segment_by(classifier: CropClassifier) -> Segment:
    """What makes maps, loaded when the first are needed: a line or a digit needs none."""

    def segment(image: Gray) -> PageMaps:
        return classifier.pages.maps(image)

    return segment


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
    reason, reason_code = _doubt(row, answer, min_confidence)
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


def _doubt(row: Row, answer: Answer, min_confidence: float) -> tuple[str, ReasonCode]:
    """Why a person should look at an answer, in words and as a code; "" where there is no need."""
    if not answer.fits:
        return "no reading fits the format", "format_mismatch"
    if row.other_share > OTHER_SHARE_REVIEWED:
        return "other ink beside it", "unlike_training"
    if answer.strings[0].probability >= min_confidence:
        return "", ""
    if answer.raw:
        return "reads otherwise without the format", "format_mismatch"
    if answer.readers_disagree:
        return "readers disagree", "readers_disagree"
    return "low confidence", "low_confidence"
