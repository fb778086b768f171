"""The pens that pages are drawn with, read from a folder of data sets."""

from pathlib import Path

import numpy as np

from digitocr.datasets.converters import pen_strokes
from digitocr.datasets.kept_out import collected_for, fonts_for, writers_for
from digitocr.datasets.readers import read_labelled
from digitocr.datasets.sources import part_of
from digitocr.synthesis.collected import index_by_label
from digitocr.synthesis.pages.pens import Collected, Pens, Strokes
from digitocr.synthesis.print import installed_fonts


def load_pens(data: Path, hands: Path | None = None, *, training: bool) -> Pens:
    """The pens that pages are drawn with.

    Args:
        data: a folder with `mnist`, `digits/bhmsds.npz` and `unipen_digits`, or some of them.
        hands: a folder of fonts that look like handwriting, beside the installed ones.
        training: whether to choose those to train with or those kept out.
    """
    files = (data / "mnist", data / "digits" / "bhmsds.npz")
    collected = tuple(_collected(file, training) for file in files if file.exists())
    file = data / "unipen_digits" / "unipen_strokes.npz"
    strokes = _read_strokes(file, training) if file.is_file() else None
    more = fonts_for(sorted(hands.glob("*.ttf")), training=training) if hands else ()
    return Pens(collected, strokes, fonts_for(installed_fonts(), training=training), more)


def _collected(file: Path, training: bool) -> Collected:
    part = part_of(read_labelled(file).train)
    rows = [np.flatnonzero(part.labels == digit) for digit in range(10)]
    chosen = np.concatenate([row[collected_for(len(row), training=training)] for row in rows])
    return Collected(part.crops[chosen], index_by_label(part.labels[chosen]))


def _read_strokes(file: Path, training: bool) -> Strokes:
    digits = pen_strokes(file)
    chosen = np.flatnonzero(writers_for(digits.writers, training=training)).tolist()
    kept = [n for n in chosen if digits.strokes[n]]
    labels = np.array([int(digits.texts[n]) for n in kept], np.int64)
    return Strokes([list(digits.strokes[n]) for n in kept], labels, digits.writers[kept])
