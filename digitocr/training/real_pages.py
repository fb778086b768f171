"""Real pages as patches with maps: register pages with their lines, photographed sudokus."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.readers import read_image
from digitocr.imaging import opencv
from digitocr.layout.maps import MAP_NAMES
from digitocr.records import Gray
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.writers import Letter

KEPT_OUT_EVERY = 8  # of the pages of a set, each so manieth trains nothing
INK_DARKNESS = 0.16  # of the paper's light: what takes away more is ink; faint pens of the registers take 0.2
RULED_LINE_LENGTH_MIN = 2.5  # of a line's height: a straight run so long is a ruled line, no stem
DIGIT_WIDTHS = (0.25, 1.6)  # of the height: a number whose digits would be narrower or wider was cut wrongly
CELL_MARGIN = 0.13  # of a sudoku's cell: what its borders take
GROUND_SCALE = 4  # the paper is looked for in a picture so many times smaller


@dataclass(frozen=True, slots=True, eq=False)
class TranscribedPage:
    """A page (H, W) uint8, a canvas with its maps, and where they are known: 255 in `sure` (H, W) uint8.

    `known` names the maps that are known at all.
    """

    picture: Gray
    canvas: Canvas
    sure: Gray
    known: tuple[str, ...]


def darkness(gray: Gray, reach_px: int) -> NDArray[np.float32]:
    """The share of the paper's light that is missing, (H, W) float32; `reach_px` is wider than any stroke."""
    small = cv2.resize(gray, None, fx=1 / GROUND_SCALE, fy=1 / GROUND_SCALE, interpolation=cv2.INTER_AREA)
    reach = max(1, round(reach_px / GROUND_SCALE))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    paper = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (0, 0), reach)
    paper = cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(1 - gray / np.maximum(paper, 1), 0, 1).astype(np.float32)


def ink_of(gray: Gray, reach_px: int) -> Gray:
    """The ink of a page, (H, W) uint8, with soft edges."""
    soft = (darkness(gray, reach_px) - INK_DARKNESS / 2) * (255 / INK_DARKNESS)
    return np.asarray(np.clip(soft, 0, 255), np.uint8)


def register_pages(folder: Path, *, training: bool) -> Iterator[TranscribedPage]:
    """The pages of a folder with `lines.jsonl`: a page a line, with the polygon of every text line.

    Ink in a number's polygon is digit ink, in another's other ink. Ruled lines are not known; nothing is, but
    that there is no line, where a text line has digits among its words.
    """
    for n, text in enumerate((folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()):
        if (n % KEPT_OUT_EVERY == 0) != training:
            page = json.loads(text)
            yield _register_page(read_image(folder / page["file"]), page["lines"])


def _register_page(gray: Gray, lines: Sequence[dict[str, Any]]) -> TranscribedPage:
    canvas, sure = Canvas(*gray.shape), np.full(gray.shape, 255, np.uint8)
    ink = ink_of(gray, 20)
    for line in lines:
        polygon = np.asarray(line["polygon"], np.int32)
        x, y, w, h = cv2.boundingRect(polygon)
        x, y = max(0, x), max(0, y)
        window = slice(y, y + h), slice(x, x + w)
        inside = np.zeros(ink[window].shape, np.uint8)
        cv2.fillPoly(inside, [polygon - (x, y)], 255)
        own = np.minimum(without_rules(ink[window], h), inside)
        if line["number"]:
            if not _mark_number(canvas, own, (x, y), line["text"]):
                cv2.fillPoly(sure, [polygon], 0)
            continue
        if line["has_digits"]:
            cv2.fillPoly(sure, [polygon], 0)
        np.maximum(canvas.maps["other"][window], own, out=canvas.maps["other"][window])
    return TranscribedPage(gray, canvas, sure, tuple(n for n in MAP_NAMES if n != "line"))


def without_rules(ink: Gray, line_px: int) -> Gray:
    """The ink mask (H, W) uint8 without what runs straight for long, down or across."""
    long = max(15, round(RULED_LINE_LENGTH_MIN * line_px / 2))
    solid = np.asarray(ink > 127, np.uint8)
    rules = np.zeros_like(solid)
    for height, width in ((1, long), (long, 1)):
        rules |= opencv.opening(solid, height, width)
    return np.where(opencv.dilate(rules, 3, 3) > 0, 0, ink).astype(np.uint8)


def _mark_number(canvas: Canvas, ink: Gray, corner: tuple[int, int], text: str) -> bool:
    """Lay the ink of a number; whether it looks like `text`."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(ink > 127, np.uint8))
    tall = stats[1:, cv2.CC_STAT_HEIGHT]
    digits = sum(c.isdigit() for c in text)
    if count < 2 or not digits:
        return False
    height = float(np.percentile(tall, 100 * (1 - min(0.5, 0.5 * digits / len(tall)))))
    kept = [n for n in range(1, count) if stats[n, cv2.CC_STAT_HEIGHT] >= 0.45 * height]
    boxes = stats[kept]
    left, right = int(boxes[:, 0].min()), int((boxes[:, 0] + boxes[:, 2]).max())
    wide = (right - left) / height / max(1, len(text))
    if height < 5 or not DIGIT_WIDTHS[0] <= wide <= DIGIT_WIDTHS[1]:
        return False
    x, y = corner
    canvas.put(np.where(ink > 0, ink, 0).astype(np.uint8), x, y, 0.0, "digit")
    letters = [
        Letter("0", x + int(b[0]), y + int(b[1]), x + int(b[0] + b[2]), y + int(b[1] + b[3]))
        for b in boxes[np.argsort(boxes[:, 0])]
    ]
    canvas.mark_number([_level(letter, letters, height) for letter in letters], height, joined=True)
    return True


def _level(letter: Letter, letters: Sequence[Letter], height: float) -> Letter:
    """A piece of a number with the height of a digit about the middle of them all near it."""
    middle = float(np.median([(a.top + a.bottom) / 2 for a in letters]))
    middle = 0.5 * middle + 0.5 * (letter.top + letter.bottom) / 2
    return Letter("0", letter.left, round(middle - height / 2), letter.right, round(middle + height / 2))


def sudoku_photographs(folder: Path, *, training: bool) -> Iterator[TranscribedPage]:
    """Photographs with their corners in `outlines.csv` and their printed digits in a `.dat` file beside each.

    Nothing is known of a cell without a digit, where small candidates may stand, and beyond the grid.
    """
    with (folder / "outlines.csv").open(encoding="utf-8") as rows:
        outlines = {
            row.pop("file"): np.array([float(v) for v in row.values()], np.float32)
            for row in csv.DictReader(rows)
        }
    for n, (name, corners) in enumerate(sorted(outlines.items())):
        if (n // 2 % KEPT_OUT_EVERY == 0) != training:
            grid = (folder / name).with_suffix(".dat").read_text(encoding="utf-8").splitlines()[2:11]
            yield _sudoku(read_image(folder / name), corners.reshape(4, 2), [row.split() for row in grid])


def _sudoku(gray: Gray, corners: NDArray[np.float32], grid: Sequence[Sequence[str]]) -> TranscribedPage:
    canvas, sure = Canvas(*gray.shape), np.zeros(gray.shape, np.uint8)
    side = float(np.linalg.norm(corners - np.roll(corners, 1, 0), axis=1).mean())
    cell = side / 9
    cv2.fillConvexPoly(sure, np.round(corners).astype(np.int32), 255)
    ink = np.clip(darkness(gray, max(5, round(0.35 * cell))) * (255 / (2 * INK_DARKNESS)), 0, 255).astype(
        np.uint8
    )
    flat = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float32)
    onto = cv2.getPerspectiveTransform(flat, corners)
    for row in range(9):
        for column in range(9):
            m = CELL_MARGIN
            square = np.array(
                [[[column + a, row + b] for a, b in ((m, m), (1 - m, m), (1 - m, 1 - m), (m, 1 - m))]]
            )
            points = cv2.perspectiveTransform(square.astype(np.float32), onto)[0]
            corners_px = np.round(points).astype(np.int32)
            if not _mark_cell(canvas, ink, corners_px, cell, digit=grid[row][column] != "0"):
                cv2.fillConvexPoly(sure, corners_px, 0)
    lines = np.zeros(gray.shape, np.uint8)
    for n in range(10):
        for ends in ([[n, 0], [n, 9]], [[0, n], [9, n]]):
            p, q = cv2.perspectiveTransform(np.array([ends], np.float32), onto)[0]
            cv2.line(
                lines,
                p.round().astype(int).tolist(),
                q.round().astype(int).tolist(),
                255,
                max(3, round(0.14 * cell)),
            )
    canvas.maps["line"] = np.minimum(np.minimum(ink, lines), 255 - canvas.maps["digit"])
    return TranscribedPage(gray, canvas, sure, MAP_NAMES)


def _mark_cell(canvas: Canvas, ink: Gray, points: NDArray[np.int32], cell: float, *, digit: bool) -> bool:
    """Lay the ink of a cell's digit; whether all of the cell is known then."""
    x, y, w, h = cv2.boundingRect(points)
    x, y = max(0, x), max(0, y)
    inside = np.zeros(ink[y : y + h, x : x + w].shape, np.uint8)
    cv2.fillConvexPoly(inside, points - (x, y), 255)
    own = cv2.min(ink[y : y + h, x : x + w], inside)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(own > 100, np.uint8))
    if count < 2 or (not digit and stats[1:, cv2.CC_STAT_HEIGHT].max() < 0.1 * cell):
        return not digit
    largest = int(np.argmax(stats[1:, cv2.CC_STAT_HEIGHT])) + 1
    left, _, wide, tall, area = stats[largest]
    if not digit or tall < 0.3 * cell or wide > 0.72 * cell or area > 0.4 * cell * cell:
        return False
    # A digit may be of two pieces, one over the other.
    near = [
        n
        for n in range(1, count)
        if stats[n, 0] < left + wide + 0.1 * cell and stats[n, 0] + stats[n, 2] > left - 0.1 * cell
    ]
    kept = np.where(np.isin(labels, near) | (own < 100), own, 0).astype(np.uint8)
    canvas.put(kept, x, y, 0.0, "digit")
    box = stats[near]
    low, high = box[:, :2].min(0), (box[:, :2] + box[:, 2:4]).max(0)
    letter = Letter("0", int(x + low[0]), int(y + low[1]), int(x + high[0]), int(y + high[1]))
    canvas.mark_number([letter], float(high[1] - low[1]))
    return True
