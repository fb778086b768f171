"""Pictures of the stages of reading: maps, numbers, lines of text, rows of candidates, second readings."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.decoding.answer import Answer
from digitocr.imaging import opencv
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout
from digitocr.layout.line_window import TextLine
from digitocr.layout.looks import Look, resized
from digitocr.reading.text_lines import Text
from digitocr.records import Gray
from digitocr.segmentation.segment import Segments

Bgr = NDArray[np.uint8]
ZOOM = 4  # of a row
CANDIDATE_PX = 56  # side of a candidate image as drawn
TILES_PER_LINE = 16  # candidate images side by side
TEXT_PX = 16
NUMBERS_SIDE_PX = 900  # on a larger page text is larger too, to be read where the whole page is looked at
ATTEMPT_SIDE_PX = 480  # a picture that is read again is drawn no larger than this, but for large ones
FONT, FONT_SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.42
RED_BGR, GREEN_BGR, BLUE_BGR, PALE_GREEN_BGR, BLACK_BGR = (
    (0, 0, 220),
    (0, 150, 0),
    (220, 60, 0),
    (140, 220, 220),
    (0, 0, 0),
)


def draw_maps(gray: Gray, look: Look, caption: str) -> Bgr:
    """The page (H, W) beside its maps: digit ink green, lines blue, other ink red, cores and links pale."""
    maps = look.maps
    height, width = maps.core.shape
    page = cv2.cvtColor(cv2.resize(resized(gray, min(1.0, look.scale)), (width, height)), cv2.COLOR_GRAY2BGR)
    drawn = np.stack([maps.line, maps.digit, maps.other], axis=2)
    cored = np.maximum(maps.core, maps.link) >= 128
    drawn[cored] = drawn[cored] // 2 + np.array(PALE_GREEN_BGR, np.uint8) // 2
    return stacked([caption_line(caption), np.asarray(np.hstack([page, drawn]), np.uint8)])


def draw_numbers(gray: Gray, layout: PageLayout) -> Bgr:
    """The numbers that the maps show on a page (H, W), in reading order."""
    page = opencv.as_bgr(gray)
    enlarged = _text_size(gray)
    for number, region in enumerate(layout.regions, 1):
        left, top, right, bottom = (round(side) for side in region.box)
        cv2.rectangle(page, (left, top), (right, bottom), RED_BGR, max(1, round(region.height / 24)))
        _text(page, f"{number}: {region.height:.0f} px high", left, top - 2, enlarged=enlarged)
    return page


def draw_text_lines(gray: Gray, lines: Sequence[TextLine], text: Text) -> Bgr:
    """The lines of text of a page (H, W) in blue, words without a digit red, numbers cut from them green."""
    page = opencv.as_bgr(gray)
    enlarged = _text_size(gray)
    boxes = [(line.on_page(np.array(line.box, np.int32)), "", BLUE_BGR) for line in lines]
    boxes += [(word, "", RED_BGR) for word in text.words]
    numbers = [(number.row.box(number.row.candidates.boxes), number) for number in text.numbers]
    boxes += [(box, f"{n}: {number.text}", GREEN_BGR) for n, (box, number) in enumerate(numbers, 1)]
    for box, label, colour in boxes:
        cv2.rectangle(page, (box.left, box.top), (box.right, box.bottom), colour, max(1, round(enlarged)))
        _text(page, label, box.left, box.top - 2, colour, enlarged=enlarged)
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
    return stacked([*parts, text])


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


def draw_attempt(gray: Gray, rows: Sequence[Bgr], captions: Sequence[str]) -> Bgr:
    """One way of reading a picture: lines of text, the picture (H, W) as it was looked at, and its rows."""
    scale = min(ZOOM, max(1, ATTEMPT_SIDE_PX // max(gray.shape)))
    size = scale * gray.shape[1], scale * gray.shape[0]
    picture = opencv.as_bgr(opencv.resize(gray, size, cv2.INTER_CUBIC))
    framed = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=RED_BGR)
    return stacked([*map(caption_line, captions), np.asarray(framed, np.uint8), *rows])


def caption_line(text: str) -> Bgr:
    """A line of text on white, as wide as it needs."""
    (width, _), _ = cv2.getTextSize(text, FONT, FONT_SCALE, 1)
    line = np.full((TEXT_PX + 2, width + 8, 3), 255, np.uint8)
    _text(line, text, 4, TEXT_PX - 3, BLACK_BGR)
    return line


def stacked(parts: Sequence[Bgr]) -> Bgr:
    """Pictures (H, W, 3) one below the other, on white."""
    width = max(part.shape[1] for part in parts)
    padded = [
        cv2.copyMakeBorder(part, 2, 2, 0, width - part.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255))
        for part in parts
    ]
    return np.asarray(np.vstack(padded), np.uint8)


def _text_size(gray: Gray) -> float:
    """How many times larger text is drawn on a page (H, W) than on a small one."""
    return max(1.0, float(max(gray.shape)) / NUMBERS_SIDE_PX)


def _text(
    picture: Bgr, text: str, x: int, y: int, colour: tuple[int, int, int] = BLUE_BGR, *, enlarged: float = 1.0
) -> None:
    thickness = max(1, round(enlarged))
    at = x, max(round(10 * enlarged), y)
    cv2.putText(picture, text, at, FONT, FONT_SCALE * enlarged, colour, thickness, cv2.LINE_AA)
