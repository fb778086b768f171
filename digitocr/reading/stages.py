"""Draws the stages of reading, to see why a page reads as it does.

One folder a page: `maps-1.png` and so on, the page beside its maps, at each scale that was used;
`numbers.png`, the numbers found there; and in `rows` a picture a row: the number isolated, its cut paths, its
candidates with the classifier's likeliest digit, and the most probable strings, with the path of the first.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer
from digitocr.errors import OutputError
from digitocr.formats.formats import format_of
from digitocr.imaging import opencv
from digitocr.layout.layout import CandidateRow, PageLayout, find_rows
from digitocr.layout.looks import Look, resized
from digitocr.options import ReadOptions
from digitocr.reading.line_reading import CropClassifier, RowRequest
from digitocr.reading.page import read_pages
from digitocr.reading.rows import read_rows
from digitocr.records import Gray, Page, PageResult
from digitocr.segmentation.segment import Segments

Bgr = NDArray[np.uint8]
ROWS_DRAWN_MAX = 200  # more rows of a page are not drawn
ZOOM = 4  # of a row
CANDIDATE_PX = 56  # side of a candidate image as drawn
TILES_PER_LINE = 16  # candidate images side by side
TEXT_PX = 16
RED_BGR, GREEN_BGR, BLUE_BGR, PALE_GREEN_BGR, BLACK_BGR = (
    (0, 0, 220),
    (0, 150, 0),
    (220, 60, 0),
    (140, 220, 220),
    (0, 0, 0),
)


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
    allowed = format_of(options.format, options.pattern)
    turns = round(result.rotation / 90) % 4 if result.layout == "page" else 0
    layout = find_rows(page.gray, result.layout, classifier.pages.maps, quarter_turns=turns)
    rows = layout.rows[:ROWS_DRAWN_MAX]
    answers = read_rows([RowRequest(layout.layout, row, allowed) for row in rows], classifier, options.n_best)
    upright = np.ascontiguousarray(np.rot90(page.gray, turns))
    looks = sorted({id(r.look): r.look for r in layout.regions}.values(), key=lambda look: look.scale)
    for number, look in enumerate(looks, 1):
        _write(folder / f"maps-{number}.png", draw_maps(upright, look))
    if layout.regions:
        _write(folder / "numbers.png", draw_numbers(upright, layout))
    for number, (row, answer) in enumerate(zip(rows, answers, strict=True), 1):
        scores = classifier.log_probabilities(row.candidates.crops)
        _write(folder / "rows" / f"{number:03d}.png", draw_row(row, answer, scores))


def draw_maps(gray: Gray, look: Look) -> Bgr:
    """The page (H, W) beside its maps: digit ink green, lines blue, other ink red, cores and links pale."""
    maps = look.maps
    height, width = maps.core.shape
    page = cv2.cvtColor(cv2.resize(resized(gray, min(1.0, look.scale)), (width, height)), cv2.COLOR_GRAY2BGR)
    drawn = np.stack([maps.line, maps.digit, maps.other], axis=2)
    cored = np.maximum(maps.core, maps.link) >= 128
    drawn[cored] = drawn[cored] // 2 + np.array(PALE_GREEN_BGR, np.uint8) // 2
    return np.asarray(np.hstack([page, drawn]), np.uint8)


def draw_numbers(gray: Gray, layout: PageLayout) -> Bgr:
    """The numbers that the maps show on a page (H, W), in reading order."""
    page = opencv.as_bgr(gray)
    for number, region in enumerate(layout.regions, 1):
        left, top, right, bottom = (round(side) for side in region.box)
        cv2.rectangle(page, (left, top), (right, bottom), RED_BGR, max(1, round(region.height / 24)))
        _text(page, f"{number} h{region.height:.0f}", left, top - 2)
    return page


def draw_row(row: CandidateRow, answer: Answer, log_probabilities: NDArray[np.float32]) -> Bgr:
    """A row with its cut paths, its candidates, and the strings that are most probable.

    `log_probabilities` (N, 11) are the classifier's for the N candidates.
    """
    parts = [draw_cuts(row, answer)] if row.segments else []
    parts.append(draw_candidates(row, answer, log_probabilities))
    text = np.full((TEXT_PX * (len(answer.strings) + 1), 400, 3), 255, np.uint8)
    for number, string in enumerate(answer.strings, 1):
        _text(text, f"{string.text or 'nothing'}  {string.probability:.4f}", 4, TEXT_PX * number)
    parts.append(text)
    width = max(part.shape[1] for part in parts)
    padded = [
        cv2.copyMakeBorder(part, 4, 4, 0, width - part.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255))
        for part in parts
    ]
    return np.asarray(np.vstack(padded), np.uint8)


def draw_cuts(row: CandidateRow, answer: Answer) -> Bgr:
    """The ink of a row, dark on light, with cut paths in red and the digits of the first string in green."""
    segments: Segments = row.segments  # type: ignore[assignment]
    size = ZOOM * segments.dark.shape[1], ZOOM * segments.dark.shape[0]
    ink = opencv.resize(opencv.complement(segments.dark), size, cv2.INTER_CUBIC)
    label = opencv.resize(segments.label, size, cv2.INTER_NEAREST)
    drawn = opencv.as_bgr(ink)
    paths = np.zeros(label.shape, np.bool_)
    paths[:, 1:] = label[:, 1:] != label[:, :-1]
    drawn[paths] = RED_BGR
    for arc, digit in answer.strings[0].arcs if answer.strings else ():
        left, top, right, bottom = (int(side) * ZOOM for side in row.candidates.boxes[arc])
        cv2.rectangle(drawn, (left, top), (right, bottom), GREEN_BGR, 1)
        _text(drawn, str(digit), left + 2, bottom - 2, GREEN_BGR)
    return drawn


def draw_candidates(row: CandidateRow, answer: Answer, log_probabilities: NDArray[np.float32]) -> Bgr:
    """The candidate images of a row, each with its likeliest digit; those of the first string in green.

    `log_probabilities` are as in `draw_row`.
    """
    chosen = {arc for arc, _ in answer.strings[0].arcs} if answer.strings else set()
    tiles = []
    for n, (crop, scores) in enumerate(zip(row.candidates.crops, log_probabilities, strict=True)):
        tile = np.full((CANDIDATE_PX + TEXT_PX, CANDIDATE_PX + 4, 3), 255, np.uint8)
        enlarged = cv2.resize(255 - crop, (CANDIDATE_PX, CANDIDATE_PX), interpolation=cv2.INTER_NEAREST)
        tile[:CANDIDATE_PX, :CANDIDATE_PX] = enlarged[..., np.newaxis]
        best = int(scores.argmax())
        label = f"{best if best < 10 else 'x'} {np.exp(scores[best]):.2f}"
        _text(tile, label, 2, CANDIDATE_PX + TEXT_PX - 4, GREEN_BGR if n in chosen else BLACK_BGR)
        tiles.append(tile)
    while len(tiles) % min(TILES_PER_LINE, len(tiles)):
        tiles.append(np.full_like(tiles[0], 255))
    per_line = min(TILES_PER_LINE, len(tiles))
    return np.vstack([np.hstack(tiles[n : n + per_line]) for n in range(0, len(tiles), per_line)])


def _text(picture: Bgr, text: str, x: int, y: int, colour: tuple[int, int, int] = BLUE_BGR) -> None:
    cv2.putText(picture, text, (x, max(10, y)), cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv2.LINE_AA)


def _write(file: Path, picture: Bgr) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}); name another --debug") from error
