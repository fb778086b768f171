"""Draws the stages of reading, to see why a page reads as it does.

One folder a page: `maps-1.png` and so on, the page beside its maps, at each scale that was used;
`numbers.png`, the numbers found there; and in `rows` a picture a row: the number isolated, its cut paths, its
candidates with the classifier's likeliest digit, and the most probable strings, with the path of the first.
Of a page with lines of text `text.png` shows these, with what the line recogniser took for numbers in them
and what for words, and `among-words` a picture of each such number, as of a row.
A picture of one number that was read again has a picture of each way in `readings`, the first as given, with
its size, what was read, and why that was taken or not.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from digitocr.errors import OutputError
from digitocr.formats.formats import format_of
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout, find_rows
from digitocr.layout.line_retries import Retry
from digitocr.options import Layout, ReadOptions
from digitocr.reading.line_reading import CropClassifier, RowRequest
from digitocr.reading.page import read_again, read_layout, read_pages
from digitocr.reading.rows import read_rows
from digitocr.reading.second_look import BETTER_BY, READ_AFTER_NOTHING_MIN
from digitocr.reading.stage_pictures import (
    Bgr,
    draw_attempt,
    draw_maps,
    draw_numbers,
    draw_row,
    draw_text_lines,
)
from digitocr.reading.text_lines import read_text_lines
from digitocr.records import Box, Page, PageResult

ROWS_DRAWN_MAX = 200  # more rows of a page are not drawn


def read_and_draw(
    pages: Sequence[Page], classifier: CropClassifier, options: ReadOptions, folder: Path
) -> list[PageResult]:
    """Read pages as `read_pages` does, and draw the stages of each into a folder of its own.

    Raises:
        OutputError: a picture cannot be written.
    """
    results = read_pages(pages, classifier, options)
    for page, result in zip(pages, results, strict=True):
        draw_stages(page, result, classifier, options, folder / folder_name(page))
    return results


def folder_name(page: Page) -> str:
    """A name for the folder of a page: its source as it was given, and its number.

    >>> folder_name(Page("in/a.png", 2, np.zeros((1, 1), np.uint8)))
    'in_a.png.p2'
    """
    source = "".join("_" if letter in '/\\\\:*?"<>|' else letter for letter in page.source)
    return f"{source.lstrip('_.')}.p{page.number}"


def draw_stages(
    page: Page, result: PageResult, classifier: CropClassifier, options: ReadOptions, folder: Path
) -> None:
    """Draw how a page came to be read as `result`."""
    is_page = result.layout == "page"
    turns = round(result.rotation / 90) % 4 if is_page else 0
    kind = "page" if is_page else options.layout
    layout = find_rows(page.gray, kind, classifier.pages.maps, quarter_turns=turns)
    upright = np.ascontiguousarray(np.rot90(page.gray, turns))
    looks = sorted({id(r.look): r.look for r in layout.regions}.values(), key=lambda look: look.scale)
    for number, look in enumerate(looks, 1):
        count = sum(region.look is look for region in layout.regions)
        caption = f"the page at {look.input_px:.2g} times its size; {count} of {len(layout.regions)} numbers"
        _write(folder / f"maps-{number}.png", draw_maps(upright, look, caption))
    if layout.regions:
        _write(folder / "numbers.png", draw_numbers(upright, layout))
    for number, row in enumerate(_draw_rows(layout.layout, layout.rows, classifier, options), 1):
        _write(folder / "rows" / f"{number:03d}.png", row)
    if layout.text_lines:
        text = read_text_lines(layout.text_lines, classifier.lines)
        _write(folder / "text.png", draw_text_lines(page.gray, layout.text_lines, text))
        cut = [number.row for number in text.numbers]
        for number, row in enumerate(_draw_rows("page", cut, classifier, options), 1):
            _write(folder / "among-words" / f"{number:03d}.png", row)
    if not is_page:
        _draw_readings(page, layout, result, classifier, options, folder / "readings")


def _draw_rows(
    layout: Layout, rows: Sequence[CandidateRow], classifier: CropClassifier, options: ReadOptions
) -> Iterator[Bgr]:
    """The first rows of a layout as they are read."""
    allowed = format_of(options.format, options.pattern)
    rows = rows[:ROWS_DRAWN_MAX]
    answers = read_rows([RowRequest(layout, row, allowed) for row in rows], classifier, options.n_best)
    for row, answer in zip(rows, answers, strict=True):
        yield draw_row(row, answer, classifier.log_probabilities(row.candidates.crops))


def _draw_readings(
    page: Page,
    layout: PageLayout,
    taken: PageResult,
    classifier: CropClassifier,
    options: ReadOptions,
    folder: Path,
) -> None:
    """A picture of one number that was read unsurely: each way in which it was read, and which was taken."""
    first = read_layout(page, layout, classifier, options)
    attempts = [(Retry("as given", page.gray, layout), first)]
    attempts += read_again(page, first, classifier, options)
    if len(attempts) == 1:
        return
    results = [read for _, read in attempts]
    for number, (retry, read) in enumerate(attempts):
        height, width = retry.gray.shape
        captions = (
            f"{number}: {retry.description}, {width} x {height} px, layout {retry.layout.layout}",
            f"read: {_told(read)}; {verdict(number, results, taken)}",
        )
        rows = list(_draw_rows(retry.layout.layout, retry.layout.rows, classifier, options))
        _write(folder / f"{number}.png", draw_attempt(retry.gray, rows, captions))


def verdict(number: int, results: Sequence[PageResult], taken: PageResult) -> str:
    """Whether the result `number` of a picture that was read in several ways was `taken`, and if not, why."""
    said = [_said(result) for result in results]
    if number == (said.index(_said(taken)) if _said(taken) in said else -1):
        return f"taken: {taken.readings[0].status}, confidence {taken.readings[0].confidence:.4f}"
    if number == 0:
        return "unsure, and another way is more probable"
    first, probability = _probability(said[0]), _probability(said[number])
    if not probability:
        return "not taken: no text"
    if first and results[number].layout == "digit" != results[0].layout:
        return "not taken: ink is one digit only where nothing else is read"
    least = first + BETTER_BY if first else READ_AFTER_NOTHING_MIN
    if probability <= least:
        return f"not taken: its probability is not above {least:.4f}"
    return "not taken: another way is more probable"


def _said(result: PageResult) -> list[tuple[str, Box, float]]:
    """What settles a result: confidences change with what other ways say, probabilities do not."""
    return [(reading.text, reading.box, reading.probability) for reading in result.readings]


def _probability(said: Sequence[tuple[str, Box, float]]) -> float:
    """That of the most probable text; 0 for none."""
    return max((probability for text, _, probability in said if text), default=0.0)


def _told(result: PageResult) -> str:
    said = [f"{r.text} (probability {r.probability:.4f})" for r in result.readings if r.text]
    return ", ".join(said) or "nothing"


def _write(file: Path, picture: Bgr) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}); name another --debug") from error
