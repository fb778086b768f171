"""Real lines, writers and characters for the line recogniser, read from where they lie."""

import csv
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import OTHER
from digitocr.datasets.converters import pen_numbers, pen_strokes
from digitocr.datasets.kept_out import writers_for
from digitocr.datasets.readers import read_image
from digitocr.records import Gray
from digitocr.synthesis.amounts import symbols_of
from digitocr.synthesis.recorded import RecordedWriter, Recording, recording_of
from digitocr.training.line_images import LabelledLineImage, label_strip

VOLUMES_EVERY = 4  # of the register volumes, by a hash of their names, each so manieth is kept out
WRITER_DIGITS_MIN = 8  # a writer of whom fewer of the ten digits were recorded writes no numbers
TEXT_WIDTH_MAX = 7.0  # of its height: so much of a text line without digits is shown at once
NARROW = 0.4  # of its height: a character no wider than this may be a 1
SQUARE = 1000.0  # the height of a recorded number in its file


@dataclass(frozen=True, slots=True, eq=False)
class RealLine:
    """A picture of one line, (h, w) uint8 dark on light, and what it says in symbols.

    Lines of one `hand` look alike: one person wrote them, on one paper; "" where that is not known.
    """

    gray: Gray
    symbols: str
    hand: str = ""


def is_kept_out(page: str) -> bool:
    """Whether the register volume of a page, VOLUME_PAGE, is kept out of training."""
    return zlib.crc32(page.rpartition("_")[0].encode()) % VOLUMES_EVERY == 0


def register_lines(folder: Path, *, training: bool) -> Iterator[RealLine]:
    """Numbers cut from registers: `labels.csv` with file, raw and page. Those to train with, or kept out."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if is_kept_out(row["page"]) != training:
                yield RealLine(read_image(folder / row["file"]), symbols_of(row["raw"]), row["page"])


def register_words(
    pages: Sequence[tuple[Gray, Sequence[Sequence[tuple[int, int]]]]], seed: int
) -> Iterator[RealLine]:
    """Pieces of handwritten lines that hold no digit.

    `pages` are pictures (H, W) with the polygons, in (x, y), of their lines without digits.
    """
    rng = np.random.default_rng(seed)
    for gray, polygons in pages:
        for polygon in polygons:
            (left, top), (right, bottom) = np.min(polygon, axis=0), np.max(polygon, axis=0)
            widest = int(rng.uniform(0.8, TEXT_WIDTH_MAX) * (bottom - top))
            if right - left > widest:
                left = int(rng.integers(left, right - widest))
                right = left + widest
            piece = gray[max(0, top) : bottom, max(0, left) : right]
            if min(piece.shape) > 12:
                yield RealLine(np.ascontiguousarray(piece), OTHER)


def recorded_writers(file: Path, *, training: bool) -> tuple[RecordedWriter, ...]:
    """The writers of digits as pen strokes, an .npz that `pen_strokes` reads: by digit what each wrote."""
    digits = pen_strokes(file)
    by_writer: dict[int, dict[str, list[Recording]]] = defaultdict(lambda: defaultdict(list))
    for n in np.flatnonzero(writers_for(digits.writers, training=training)).tolist():
        strokes = [stroke.astype(np.float64) for stroke in digits.strokes[n]]
        recording = recording_of(strokes) if strokes else None
        if recording:
            by_writer[int(digits.writers[n])][digits.texts[n]].append(recording)
    return tuple(dict(own) for _, own in sorted(by_writer.items()) if len(own) >= WRITER_DIGITS_MIN)


def recorded_numbers(file: Path, *, training: bool) -> Iterator[tuple[list[NDArray[np.float64]], str]]:
    """Whole numbers as strokes, in shares of their height, and their symbols, as `pen_numbers` reads them."""
    numbers = pen_numbers(file)
    for n in np.flatnonzero(writers_for(numbers.writers, training=training)).tolist():
        words = numbers.texts[n].split()
        spelled = all(len(word) == 1 for word in words)  # a label that parts every character
        symbols = symbols_of("".join(words) if spelled else " ".join(words))
        yield [stroke / SQUARE for stroke in numbers.strokes[n]], symbols


def cell_lines(images: Gray, labels: Sequence[str]) -> Iterator[RealLine]:
    """Cells (N, h, w) uint8, dark on light, of one digit, of "blank", or of what is no digit."""
    for image, label in zip(images, labels, strict=True):
        yield RealLine(image, "" if label == "blank" else label if label.isdigit() else OTHER)


def non_digits(images: Gray, side_px: int = 56) -> tuple[Gray, ...]:
    """Characters (N, h, w) uint8, dark on light, as ink, smaller; none that is narrow, as a 1 is."""
    size = (side_px, side_px)
    inks = [cv2.resize(cv2.bitwise_not(image), size, interpolation=cv2.INTER_AREA) for image in images]
    boxes = [cv2.boundingRect(ink) for ink in inks]
    return tuple(
        np.asarray(ink, np.uint8)
        for ink, (_, _, width, height) in zip(inks, boxes, strict=True)
        if width > NARROW * height
    )


def strips_of(lines: Iterator[RealLine]) -> list[LabelledLineImage]:
    """The lines as strips, without those that show no ink or are too narrow for what they say."""
    strips = (label_strip(line.gray, line.symbols) for line in lines)
    return [strip for strip in strips if strip is not None]
