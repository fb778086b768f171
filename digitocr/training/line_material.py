"""What the line recogniser learns from beside drawn numbers: real lines, cells and signs, by set."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from digitocr.alphabet import OTHER
from digitocr.datasets.converters import characters, labelled_cells, quiz_digits
from digitocr.datasets.pictures import to_crops
from digitocr.datasets.readers import read_image
from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.drawn import DRAWN_PX, Collection, Material, photograph
from digitocr.synthesis.strokes import StrokeHand
from digitocr.training.line_images import LabelledLineImage, label_strip
from digitocr.training.line_sources import (
    cell_lines,
    is_kept_out,
    non_digits,
    recorded_numbers,
    recorded_writers,
    register_lines,
    register_words,
    strips_of,
)

Find = Callable[[str], Path]

CHARACTER_PX = 56  # small pictures of one character are brought to this size, at which lines are cut up
SIGNS_EACH = 150  # pictures of each sign
REAL_VALIDATION_MAX = 500  # lines of each set that is kept out
RECORDED_TIMES = 3  # each recorded number is drawn as often, at other sizes and on other paper
SIGN_OF_LABEL = {"dot": ".", "minus": "-", "plus": "+", "w": OTHER, "x": OTHER, "y": OTHER}
MATERIAL_MARGIN_MAX = 0.7  # of a digit's height, about a recorded number
CANVAS_WIDTHS = 2.0  # of a number's height: what is wider does not fit the canvas that a hand traces on


def drawing_material(find: Find) -> Material:
    """The pens, writers and characters that lines are drawn with; `find` gives the place of a set."""
    collections = []
    for read, name in ((characters, "mnist"), (characters, "bhmsds"), (quiz_digits, "nsysu_digits")):
        crops, classes = to_crops(read(find(name)).train)
        collections.append(Collection(crops[classes < 10], classes[classes < 10]))
    strange = np.asarray(characters(find("omniglot_small")).train.images, np.uint8)
    writers = recorded_writers(find("unipen_strokes"), training=True)
    return Material(tuple(collections), writers, non_digits(strange))


def real_sets(find: Find, seed: int) -> dict[str, list[LabelledLineImage]]:
    """Real lines to train with, by set: register numbers and words, cells, recorded numbers, signs."""
    rng = np.random.default_rng(seed)
    quiz = quiz_digits(find("nsysu_digits")).train
    dark = np.array([cv2.bitwise_not(_enlarged(image)) for image in quiz.images])
    cells = labelled_cells(find("kubiesa_cells"))
    return {
        "register": strips_of(register_lines(find("lectaurep_numbers"), training=True)),
        "words": strips_of(register_words(list(_pages(find("register_pages"))), seed)),
        "cells": strips_of(cell_lines(np.asarray(cells.images), cells.labels)),
        "quiz": strips_of(cell_lines(dark, list(quiz.labels))),
        "recorded": list(_recorded(find("unipen_strings"), rng, RECORDED_TIMES, training=True)),
        "signs": list(_signs(find("bhmsds"), rng)),
    }


def kept_out_sets(find: Find, seed: int) -> dict[str, list[LabelledLineImage]]:
    """Some real lines that no training meets, by set: of registers and of writers that are kept out."""
    rng = np.random.default_rng(seed)
    sets = {
        "register": strips_of(register_lines(find("lectaurep_numbers"), training=False)),
        "recorded": list(_recorded(find("unipen_strings"), rng, 1, training=False)),
    }
    return {
        name: [lines[n] for n in rng.permutation(len(lines))[:REAL_VALIDATION_MAX].tolist()]
        for name, lines in sets.items()
    }


def _pages(folder: Path) -> Iterator[tuple[Gray, list[list[tuple[int, int]]]]]:
    """Register pages to train with, each with the polygons of its lines without digits."""
    for text in (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(text)
        if not is_kept_out(page["page"]):
            plain = [line for line in page["lines"] if not line["has_digits"] and not line["number"]]
            yield read_image(folder / page["file"]), [line["polygon"] for line in plain]


def _recorded(
    file: Path, rng: np.random.Generator, times: int, *, training: bool
) -> Iterator[LabelledLineImage]:
    """Recorded numbers on paper; those too wide to be traced on a digit's canvas are left out."""
    for _ in range(times):
        for strokes, symbols in recorded_numbers(file, training=training):
            if max(float(stroke[:, 0].max()) for stroke in strokes) >= CANVAS_WIDTHS:
                continue
            size = float(rng.uniform(*DRAWN_PX))
            ink = StrokeHand(rng, size).trace(symbols, strokes).ink
            margins = [(int(a), int(b)) for a, b in rng.uniform(1, MATERIAL_MARGIN_MAX * size, (2, 2))]
            strip = label_strip(photograph(rng, np.pad(ink, margins), size)[0], symbols)
            if strip is not None:
                yield strip


def _signs(file: Path, rng: np.random.Generator) -> Iterator[LabelledLineImage]:
    pictures = characters(file).train
    labels = np.array(pictures.labels)
    for label, symbol in SIGN_OF_LABEL.items():
        for n in rng.permutation(np.flatnonzero(labels == label))[:SIGNS_EACH].tolist():
            strip = label_strip(_enlarged(pictures.images[n]), symbol)
            if strip is not None:
                yield strip


def _enlarged(image: Gray) -> Gray:
    size = (CHARACTER_PX, CHARACTER_PX)
    return opencv.resize(image, size, cv2.INTER_CUBIC)
