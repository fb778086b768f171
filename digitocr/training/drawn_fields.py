"""Fields of forms in which real digits stand, or what is no digit, drawn to fit the confidence on."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from digitocr.datasets.pictures import ink_of
from digitocr.forms.reading.fields import field_row
from digitocr.forms.reading.form import (
    BOX_HEIGHT_MAX_PX,
    BOX_HEIGHT_MIN_PX,
    FIELD_MARGIN,
    FieldImage,
    corners,
)
from digitocr.forms.reading.written import extract_field_ink
from digitocr.imaging import opencv
from digitocr.layout.candidate_row import CandidateRow
from digitocr.records import Box, Gray
from digitocr.synthesis.non_numbers import draw_unread

FIELD_SEED = 37
BOXES_MAX = 8
# Of the fields hold digits alone; as many of the others have something among digits or alone. With 0.7 ticks
# in single boxes, half a letter to the line recogniser, were accepted as 5.
DIGITS_ALONE = 0.5
NO_DIGITS = ("ticks", "dashes", "scribble", "letters")  # kinds of non-numbers that people write into boxes
SAME_HAND = 12  # digits of a field are chosen among so many that come from the same lines, or from near ones
PIECE_MIN = 0.95  # of the ink of a digit's picture
ALL_WRITTEN = 0.5  # of the fields have all their boxes written in
WRITTEN_HEIGHT = (0.5, 0.75)  # of a box's height: what is written in it
OFFSET = 0.04  # of a box's height: the standard deviation of where it stands
PAPER, NOISE = (150, 250), 3.0  # gray levels of the paper, and the standard deviation about them
INK, PRINT = (60, 140), (15, 130)  # gray levels by which ink and printed boxes are darker
Random = np.random.Generator


def drawn_fields(
    digits: Sequence[tuple[Gray, str]], count: int, seed: int = FIELD_SEED
) -> Iterator[tuple[CandidateRow, str]]:
    """The line in each of `count` drawn fields, and its digits.

    Left out are fields that a person has to look at anyway, crossed out or with ink that leaves them, and
    those whose ink does not tell how many boxes are written in, or with an empty box between others.

    Args:
        digits: single digits as dark on light pictures (h, w) uint8, cut from lines.
        count: how many fields are drawn.
        seed: what is drawn follows from it.
    """
    rng = np.random.default_rng(seed)
    inks = [(ink, label) for gray, label in digits if (ink := _in_one_piece(ink_of(gray, True))) is not None]
    for _ in range(count if inks else 0):
        image, label = _draw(rng, inks)
        written = extract_field_ink(image)
        row = field_row(image, written)
        doubted = written.crossed_out or written.leaves_field or written.skips_box
        if row and row.digits and not doubted:
            yield row, label


def _in_one_piece(ink: Gray) -> Gray | None:
    """The ink without the paper around it; None if it is not one piece: others may be borders or points."""
    stats = opencv.component_stats(opencv.threshold(ink, 0))
    areas = stats[:, cv2.CC_STAT_AREA]
    if not areas.size or areas.max() < PIECE_MIN * areas.sum():
        return None
    left, top, width, height = stats[int(areas.argmax()), :4].tolist()
    return ink[top : top + height, left : left + width]


def _draw(rng: Random, digits: Sequence[tuple[Gray, str]]) -> tuple[FieldImage, str]:
    """A field, and the digits that stand in it."""
    height = rng.uniform(BOX_HEIGHT_MIN_PX, BOX_HEIGHT_MAX_PX)
    boxes = _boxes(rng, height)
    blank = np.full((round((1 + 2 * FIELD_MARGIN) * height), boxes[-1].right + boxes[0].left), 0, np.uint8)
    for box in boxes:
        cv2.rectangle(blank, (box.left, box.top), (box.right, box.bottom), 255, max(1, round(0.04 * height)))
    ink = np.zeros_like(blank)
    count = len(boxes) if rng.random() < ALL_WRITTEN else int(rng.integers(1, len(boxes) + 1))
    chances = (0.0, 0.5, 1.0)  # that what stands in a box is no digit
    kinds = DIGITS_ALONE, (1 - DIGITS_ALONE) / 2, (1 - DIGITS_ALONE) / 2
    chance, size = rng.choice(chances, p=kinds), height * rng.uniform(*WRITTEN_HEIGHT)
    label, first = "", int(rng.integers(len(digits)))
    for box in boxes[-count:]:
        if rng.random() < chance:
            character = draw_unread(rng, size, (), str(rng.choice(NO_DIGITS))).ink
        else:
            shown, digit = digits[(first + int(rng.integers(SAME_HAND))) % len(digits)]
            scale = size * rng.uniform(0.9, 1.1) / shown.shape[0]
            width, tall = (max(1, round(scale * side)) for side in reversed(shown.shape))
            character = opencv.resize(shown, (width, tall), cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
            label += digit
        _write(rng, ink, character, box)
    paper, darkness, print_darkness = (rng.uniform(*levels) for levels in (PAPER, INK, PRINT))
    printed = paper - min(print_darkness, paper) / 255 * blank.astype(np.float64)
    picture_of_page = printed - min(darkness, paper) / 255 * ink + rng.normal(0, NOISE, ink.shape)
    outline = corners(Box(boxes[0].left, boxes[0].top, boxes[-1].right, boxes[-1].bottom))
    page, reference = (np.clip(picture, 0, 255).astype(np.uint8) for picture in (picture_of_page, printed))
    cells = tuple(corners(box) for box in boxes)
    return FieldImage(page, reference, np.eye(3), outline, cells, height), label


def _boxes(rng: Random, height: float) -> list[Box]:
    """A row of boxes, with shared walls or apart."""
    margin, wide = round(FIELD_MARGIN * height), round(height * rng.uniform(0.7, 1.1))
    step = wide if rng.random() < 0.5 else wide + round(height * rng.uniform(0.05, 0.3))
    first = Box(margin, margin, margin + wide, margin + round(height))
    most = int(rng.integers(1, BOXES_MAX + 1))  # few boxes are as frequent as on forms
    return [first.shifted(n * step, 0) for n in range(int(rng.integers(1, most + 1)))]


def _write(rng: Random, layer: Gray, ink: Gray, box: Box) -> None:
    """Write something into a box, made smaller where it does not fit."""
    share = min(1.0, box.width / ink.shape[1], box.height / ink.shape[0])
    ink = opencv.rescale(ink, share) if share < 1 else ink
    height, width = ink.shape
    dx, dy = rng.normal(0, OFFSET * box.height, 2)
    left = max(0, round((box.left + box.right - width) / 2 + dx))
    top = max(0, round((box.top + box.bottom - height) / 2 + dy))
    window = layer[top : top + height, left : left + width]
    np.maximum(window, ink[: window.shape[0], : window.shape[1]], out=window)
