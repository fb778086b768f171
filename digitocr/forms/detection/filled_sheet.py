"""A filled sheet taken for a blank form: handwriting in its boxes is erased, print in them is kept."""

from collections.abc import Sequence
from itertools import chain

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.lines import BACKGROUND_PX
from digitocr.imaging import opencv
from digitocr.records import Box, Gray

COMPARISON_PX = 64  # the boxes of a row are compared at this size
BORDER = 0.05  # of a box: its border is print
SIZE_TOLERANCE = 0.15  # the sizes of boxes that share a guide differ by this share
PAPER_PERCENTILE = 90.0  # of the gray levels in boxes
WRITING_CONTRAST_MIN = 40  # gray levels by which handwriting is darker than the print of its box
WRITTEN_AREA_MIN = 0.01  # of a box: less is dirt
OFFSET_PX = 5  # print is offset from box to box by up to half of this, at the size of comparison


def remove_writing(gray: Gray, rows: Sequence[Sequence[Box]], writing: Gray) -> Gray:
    """A copy of a page, (H, W) uint8 dark on light, without handwriting.

    In rows of digit boxes more of it is found by comparison. What all boxes of a row show, but for what is
    known to be written, is print, such as a guide to write over. Where they differ the row is filled in, and
    print is what all boxes of this size show on the page.

    Args:
        gray: the page.
        rows: the boxes of each row.
        writing: (h, w) uint8, the mask of the handwriting that is known; the page may be of another size.
    """
    known = opencv.resize(writing, gray.shape[::-1], cv2.INTER_NEAREST)
    comparable = [boxes for boxes in rows if len(boxes) > 1]
    elsewhere = known.copy()
    for box in chain.from_iterable(comparable):
        elsewhere[_inner(box).region] = 0
    clean = np.where(elsewhere > 0, opencv.closing(gray, BACKGROUND_PX, BACKGROUND_PX), gray)
    insides = [np.stack([_resized_inside(gray, box) for box in boxes]) for boxes in comparable]
    common_prints = [
        _common_print(image, np.stack([_resized_inside(known, box) for box in boxes]))
        for image, boxes in zip(insides, comparable, strict=True)
    ]
    for boxes, inside, common in zip(comparable, insides, common_prints, strict=True):
        paper = int(np.percentile(inside, PAPER_PERCENTILE))
        if max(_written(common, image, paper).mean() for image in inside) <= WRITTEN_AREA_MIN:
            continue
        same_size = [
            s
            for s, others in zip(common_prints, comparable, strict=True)
            if _has_same_size(boxes[0], others[0])
        ]
        printed = np.asarray(np.max(same_size, axis=0), np.uint8)
        for box, image in zip(boxes, inside, strict=True):
            _erase(clean, box, _written(printed, image, paper), paper)
    return clean


def _common_print(inside: Gray, known: Gray) -> Gray:
    """The print that boxes share: the lightest of each pixel, among those of which no writing is known.

    Args:
        inside: (N, COMPARISON_PX, COMPARISON_PX) the boxes.
        known: The same, above 0 where writing is known.

    Returns:
        (COMPARISON_PX, COMPARISON_PX); 0 where all boxes are written in.
    """
    near = np.stack([opencv.erode(image, OFFSET_PX, OFFSET_PX) for image in inside])
    return np.asarray(np.max(np.where(known > 0, np.uint8(0), near), axis=0), np.uint8)


def _written(printed: Gray, inside: Gray, paper: int) -> NDArray[np.bool_]:
    """Where a box is darker than its print, which is paper where `printed` is 0."""
    printed = np.where(printed > 0, printed, np.uint8(paper))
    return opencv.subtract(printed, inside) > WRITING_CONTRAST_MIN


def _has_same_size(box: Box, other: Box) -> bool:
    return (
        abs(box.width - other.width) <= SIZE_TOLERANCE * box.width
        and abs(box.height - other.height) <= SIZE_TOLERANCE * box.height
    )


def _inner(box: Box) -> Box:
    border = max(2, round(BORDER * min(box.width, box.height)))
    return box.inset(border)


def _resized_inside(gray: Gray, box: Box) -> Gray:
    inner = _inner(box)
    inside = gray[inner.region]
    return opencv.resize(inside, (COMPARISON_PX, COMPARISON_PX))


def _erase(clean: Gray, box: Box, written: NDArray[np.bool_], paper: int) -> None:
    """Fill the pixels `written` (COMPARISON_PX, COMPARISON_PX) of a box, and their soft edges, with paper."""
    inner = _inner(box)
    wide = opencv.dilate(written.astype(np.uint8), OFFSET_PX, OFFSET_PX)
    size = inner.width, inner.height
    mask = opencv.resize(wide, size, cv2.INTER_NEAREST) > 0
    window = clean[inner.region]
    window[mask] = paper
