"""The ink in a field: which of it belongs there, what is crossed out, and how many boxes are written in."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.reading.form import FieldImage
from digitocr.forms.registration.refinement import DoubleFloats
from digitocr.imaging import opencv
from digitocr.imaging.drop_out import drop_out_form
from digitocr.imaging.strikeout import is_crossed_out, is_struck_through
from digitocr.records import Gray

SPECK_SIDE_MIN = 0.06  # of a box's height: a component of less area than its square is dirt
STROKE_LEVEL = 0.35  # of the darkest ink: paler pixels do not connect strokes
CROSS_LEVEL = 0.6  # of the darkest ink: the remains of a printed guide are paler than a cross on it
INSIDE_MIN = 0.5  # a component with less of it inside the field belongs to another field
DIGIT_HEIGHT_MIN = 0.3  # of a box's height
SINGLE_DIGIT_WIDTH_MAX = 1.5  # boxes: a wider component may be more than one digit


@dataclass(frozen=True, slots=True, eq=False)
class FieldInk:
    """The ink in a field.

    Attributes:
        ink: (h, w) uint8, its darkness, 0 on paper.
        crossed_out: Whether all of it is crossed-out boxes, the number was struck through, or a box between
            its digits is crossed out.
        leaves_field: Whether some of it continues far outside of the field.
        digits: The number of boxes that are written in; None where it does not tell the number of digits.
        height: The height of the writing in pixels.
        skips_box: Whether a box between others that are written in is empty.
    """

    ink: Gray
    crossed_out: bool
    leaves_field: bool
    digits: int | None
    height: float
    skips_box: bool = False


def extract_field_ink(image: FieldImage) -> FieldInk:
    """The ink of a field."""
    ink = drop_out_form(image.gray, image.blank, image.box_px)
    labels, stats = _components(ink)
    belongs, leaves_field = _belonging(labels, stats, image)
    crosses = _crossed_out(ink, labels, stats, belongs, image)
    kept = belongs & ~crosses
    goes_on = bool((kept & leaves_field).any())
    if not (kept & ~leaves_field).any():  # one large X over several fields has its arms in each
        return FieldInk(
            np.zeros_like(ink), bool((belongs & (crosses | leaves_field)).any()), False, None, 0.0
        )
    mask = np.where(kept[labels], np.uint8(255), np.uint8(0))
    boxes = _written_boxes(stats[kept], image)
    struck = is_struck_through(mask, image.box_px) or _has_between(stats, kept, crosses)
    near = opencv.dilate(mask, 3, 3)
    return FieldInk(
        opencv.intersection(ink, near),
        struck,
        goes_on,
        len(boxes) or None,
        _writing_height(stats[kept, cv2.CC_STAT_HEIGHT], image.box_px),
        bool(boxes) and len(boxes) <= max(boxes) - min(boxes),
    )


def _components(ink: Gray) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The connected components of ink: (h, w) labels, 0 for none, and (N, 5) their OpenCV statistics."""
    mask = np.where(ink > STROKE_LEVEL * float(ink.max()), np.uint8(255), np.uint8(0))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _belonging(
    labels: NDArray[np.int32], stats: NDArray[np.int32], image: FieldImage
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(N,) which components belong to the field, and (N,) which leave the field image."""
    left, top, right, bottom = _sides(image.outline)
    within = labels[max(0, top) : bottom, max(0, left) : right]
    inside = np.bincount(within.ravel(), minlength=len(stats))
    area = stats[:, cv2.CC_STAT_AREA]
    belongs = (inside >= INSIDE_MIN * area) & (area >= (SPECK_SIDE_MIN * image.box_px) ** 2)
    belongs[0] = False
    height, width = labels.shape
    first, last = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    leaves = (first <= 0).any(axis=1) | (last >= [width, height]).any(axis=1)
    return belongs, np.asarray(leaves, bool)


def _crossed_out(
    ink: Gray,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    belongs: NDArray[np.bool_],
    image: FieldImage,
) -> NDArray[np.bool_]:
    """(N,) which components form an X, together with the others in their box."""
    centres_x = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2
    crosses = np.zeros(len(stats), bool)
    dark = np.where(ink > CROSS_LEVEL * float(ink.max()), np.uint8(255), np.uint8(0))
    for cell in image.cells or (image.outline,):
        left, _, right, _ = _sides(cell)
        in_cell = belongs & (centres_x >= left) & (centres_x < right)
        if in_cell.any():
            mask = np.where(in_cell[labels], np.uint8(255), np.uint8(0))
            pen = opencv.intersection(mask, dark)
            is_cross = is_crossed_out(mask, image.box_px) or is_crossed_out(
                np.asarray(pen, np.uint8), image.box_px
            )
            crosses |= in_cell & is_cross
    return crosses


def _has_between(stats: NDArray[np.int32], kept: NDArray[np.bool_], crosses: NDArray[np.bool_]) -> bool:
    """Whether a cross stands between what is written: nobody skips a box there, it may be a digit."""
    lefts, rights = stats[:, cv2.CC_STAT_LEFT], stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH]].sum(axis=1)
    between = (lefts > rights[kept].min()) & (rights < lefts[kept].max())
    return bool((crosses & between).any())


def _written_boxes(stats: NDArray[np.int32], image: FieldImage) -> set[int]:
    """Which boxes hold ink as high as a digit; none without boxes, or with ink that fits none of them."""
    if not image.cells:
        return set()
    widest = max(float(np.ptp(cell[:, 0])) for cell in image.cells)
    if stats[:, cv2.CC_STAT_WIDTH].max() > SINGLE_DIGIT_WIDTH_MAX * widest:
        return set()
    digits = stats[stats[:, cv2.CC_STAT_HEIGHT] >= DIGIT_HEIGHT_MIN * image.box_px]
    centres_x = digits[:, cv2.CC_STAT_LEFT] + digits[:, cv2.CC_STAT_WIDTH] / 2
    centres = np.array([cell[:, 0].mean() for cell in image.cells])
    return {int(np.abs(centres - middle).argmin()) for middle in centres_x}


def _writing_height(heights: NDArray[np.int32], box_px: float) -> float:
    """The height of the writing: the median of the higher pieces, within what fits a box."""
    high = heights[heights >= 0.5 * heights.max()]
    return min(max(float(np.median(high)), DIGIT_HEIGHT_MIN * box_px), 1.2 * box_px)


def _sides(corners: DoubleFloats) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of corners (4, 2)."""
    (left, top), (right, bottom) = np.round(corners.min(axis=0)), np.round(corners.max(axis=0))
    return int(left), int(top), int(right), int(bottom)
