"""From each set of the registry, as its makers give it, to what training takes.

Characters go to the digit classifier, numbers and pen strokes to the line recogniser, pages to the page
segmenter. Labels that mean something else to their makers are told apart here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import LABELS, NOT_A_DIGIT
from digitocr.datasets.kept_out import writers_for
from digitocr.datasets.numbers import Numbers, read_numbers
from digitocr.datasets.pictures import Pictures, without_labels
from digitocr.datasets.readers import Labelled, read_labelled
from digitocr.errors import UsageError
from digitocr.records import Gray

# A piece at the foot and right of a digit that is lower than this share of its height is a full stop.
STOP_HEIGHT = 0.4
STROKES_FILE = "unipen_strokes.npz"
RecordedStroke = NDArray[np.int16]  # (points, 2) of x and y, y down


@dataclass(frozen=True, slots=True, eq=False)
class PenStrokes:
    """What pens wrote: for each piece its strokes, its text as written, and its writer (N,) int64."""

    strokes: tuple[tuple[RecordedStroke, ...], ...]
    texts: tuple[str, ...]
    writers: NDArray[np.int64]


def characters(path: Path) -> Labelled:
    """Characters, each labelled with what it is: MNIST's idx files, an .npz, a folder for each class."""
    return read_labelled(path)


def recorded_digits(path: Path) -> Labelled:
    """Digits drawn from pen strokes, x and y, without those of the writers who are kept out of training.

    Whose each is stands in the file `unipen_strokes.npz` beside, in the same order.

    Raises:
        UsageError: the two files do not have the same digits.
    """
    arrays, writers = _arrays(path, "x", "y"), _arrays(path.with_name(STROKES_FILE), "writer")["writer"]
    if len(writers) != len(arrays["y"]):
        raise UsageError(f"{path}: {len(arrays['y'])} digits, and {len(writers)} in {STROKES_FILE} beside it")
    kept = writers_for(writers.astype(np.int64), training=True)
    return Labelled(Pictures(np.asarray(arrays["x"][kept], np.uint8), arrays["y"][kept].astype(str).tolist()))


def printed_cells(path: Path) -> Labelled:
    """Cells of printed tables, in which the label 0 means that the cell is blank: those are left out."""
    return Labelled(without_labels(read_labelled(path).train, {"0"}))


def labelled_cells(path: Path) -> Pictures:
    """Cells of photographed sudokus, dark on light, labelled with their digit, "blank" or "candidates".

    The splits train and val are taken: the split test measures.
    """
    arrays = _arrays(path, "x", "y", "split")
    kept = arrays["split"] != "test"
    return Pictures(np.asarray(arrays["x"][kept], np.uint8), arrays["y"][kept].tolist())


def sudoku_cells(path: Path) -> Labelled:
    """Those cells, of which blank ones and small candidates are no digits."""
    cells, digits = labelled_cells(path), LABELS[:NOT_A_DIGIT]
    labels = [label if label in digits else LABELS[NOT_A_DIGIT] for label in cells.labels]
    return Labelled(Pictures(cells.images, labels))


def quiz_digits(path: Path) -> Labelled:
    """Digits in the answer boxes of quizzes, light on dark, without the full stop that follows many."""
    pictures = read_labelled(path).train
    return Labelled(Pictures([without_full_stop(image) for image in pictures.images], pictures.labels))


def number_lines(path: Path) -> Numbers:
    """Pictures of numbers that stand alone on their line, with a labels.csv."""
    return read_numbers(path)


def pen_strokes(path: Path) -> PenStrokes:
    """Digits as pen strokes: points (P, 2), stroke_length (S,), digit (S,) whose it is, y and writer (N,)."""
    arrays = _arrays(path, "points", "stroke_length", "digit", "y", "writer")
    return _pen_strokes(arrays, "digit", arrays["y"].astype(str))


def pen_numbers(path: Path) -> PenStrokes:
    """Numbers as pen strokes: points (P, 2), stroke_length (S,), string (S,), raw, read, label, writer (N,).

    Those that digitocr itself read otherwise than they are labelled are left out: most were cut wrongly.
    """
    arrays = _arrays(path, "points", "stroke_length", "string", "raw", "label", "read", "writer")
    every = _pen_strokes(arrays, "string", arrays["raw"])
    sure = np.flatnonzero(arrays["read"] == arrays["label"])
    return PenStrokes(
        tuple(every.strokes[n] for n in sure), tuple(every.texts[n] for n in sure), every.writers[sure]
    )


def page_lines(path: Path) -> Path:
    """Pages with a lines.jsonl: for each page its text lines, each with its polygon and what it is."""
    return _having(path, "lines.jsonl")


def grid_pages(path: Path) -> Path:
    """Photographs, each with its grid (.dat), and an outlines.csv of the grids' corners."""
    return _having(path, "outlines.csv")


def disputed(path: Path) -> Path:
    """A table of disputed labels; see `digitocr.evaluation.disputed`."""
    return path


def halves(path: Path) -> Path:
    """Which files of a set are fitted on, half A, and which judge: a CSV of set, file, half.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"{path}: expected a CSV of set, file, half")
    return path


CONVERTERS: dict[str, Callable[[Path], Labelled | Numbers | PenStrokes | Path]] = {
    convert.__name__: convert
    for convert in (
        characters,
        recorded_digits,
        printed_cells,
        sudoku_cells,
        quiz_digits,
        number_lines,
        pen_strokes,
        pen_numbers,
        page_lines,
        grid_pages,
        disputed,
        halves,
    )
}


def without_full_stop(image: Gray) -> Gray:
    """A picture (h, w) uint8, light on dark, without the small pieces at the foot right of the digit."""
    inked = (image > image.max() // 3).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    if count < 3:
        return image
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height, _ = stats[largest]
    dots = [
        piece
        for piece in range(1, count)
        if piece != largest
        and stats[piece, cv2.CC_STAT_HEIGHT] < STOP_HEIGHT * height
        and stats[piece, cv2.CC_STAT_LEFT] >= left + width / 2
        and stats[piece, cv2.CC_STAT_TOP] >= top + height / 2
    ]
    near_dots = cv2.dilate(np.isin(pieces, dots).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where((near_dots > 0) & (pieces != largest), 0, image).astype(np.uint8)


def _pen_strokes(arrays: dict[str, NDArray[np.generic]], owner: str, texts: Iterable[object]) -> PenStrokes:
    lengths = arrays["stroke_length"].astype(int)
    pieces = np.split(arrays["points"].astype(np.int16), np.cumsum(lengths)[:-1])
    strokes: list[list[RecordedStroke]] = [[] for _ in arrays["writer"]]
    for stroke, number in zip(pieces, arrays[owner].astype(int).tolist(), strict=True):
        strokes[number].append(stroke)
    return PenStrokes(
        tuple(map(tuple, strokes)), tuple(str(text) for text in texts), arrays["writer"].astype(np.int64)
    )


def _arrays(path: Path, *names: str) -> dict[str, NDArray[np.generic]]:
    """The arrays of an .npz.

    Raises:
        UsageError: it cannot be read, or lacks one.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names}
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{path}: expected an .npz with {', '.join(names)} ({error})") from error


def _having(path: Path, name: str) -> Path:
    if not (path / name).is_file():
        raise UsageError(f"{path}: expected a folder of pages with {name}")
    return path
