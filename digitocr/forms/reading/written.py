"""The ink in a field: what belongs to it, what is crossed out, and how many boxes are written in."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.reading.form import Window
from digitocr.forms.registration.refinement import Floats
from digitocr.imaging import opencv
from digitocr.imaging.drop_out import unprint
from digitocr.imaging.strikeout import is_crossed, is_struck
from digitocr.records import Gray

SPECK = 0.06  # of a box's height, squared: less ink is dirt
INK_LEVEL = 0.35  # of the darkest ink: paler pixels join no strokes
PEN_LEVEL = 0.6  # and what a guide leaves of itself is paler than a cross on it
INSIDE_MIN = 0.5  # of a piece of ink: with less of it in the field it belongs to another
DIGIT_MIN = 0.3  # of a box's height: no digit is lower
WIDE = 1.5  # boxes: ink that is wider may be more than one digit


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What is written in a field.

    `ink` (h, w) uint8 is how dark it is, 0 for none. `crossed` says that nothing but crossed-out boxes is
    there, or that the number was struck out, `beyond` that some of it goes on far outside. `digits` is how
    many boxes are written in, None where that does not tell how many digits there are. `height` is that of
    the writing, in pixels.
    """

    ink: Gray
    crossed: bool
    beyond: bool
    digits: int | None
    height: float


def written_in(window: Window) -> Written:
    """Find what is written in a field."""
    ink = unprint(window.seen, window.blank, window.box_px)
    labels, stats = _pieces(ink)
    own, beyond = _own(labels, stats, window)
    crosses = _crosses(ink, labels, stats, own, window)
    kept = own & ~crosses
    goes_on = bool((kept & beyond).any())
    if not (kept & ~beyond).any():  # one large X over several fields has its arms in each
        return Written(np.zeros_like(ink), bool((own & (crosses | beyond)).any()), False, None, 0.0)
    mask = np.where(kept[labels], np.uint8(255), np.uint8(0))
    struck = is_struck(mask, window.box_px)
    near = opencv.dilate(mask, 3, 3)
    return Written(
        opencv.intersection(ink, near),
        struck,
        goes_on,
        _digits(stats[kept], window),
        _height(stats[kept, cv2.CC_STAT_HEIGHT], window.box_px),
    )


def _pieces(ink: Gray) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The connected pieces of ink: (h, w) which, 0 for none, and (N, 5) what OpenCV measures of each."""
    mask = np.where(ink > INK_LEVEL * float(ink.max()), np.uint8(255), np.uint8(0))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _own(
    labels: NDArray[np.int32], stats: NDArray[np.int32], window: Window
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(N,) which pieces belong to the field, and (N,) which leave the window."""
    left, top, right, bottom = _sides(window.field)
    within = labels[max(0, top) : bottom, max(0, left) : right]
    inside = np.bincount(within.ravel(), minlength=len(stats))
    area = stats[:, cv2.CC_STAT_AREA]
    own = (inside >= INSIDE_MIN * area) & (area >= (SPECK * window.box_px) ** 2)
    own[0] = False
    height, width = labels.shape
    first, last = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    leaves = (first <= 0).any(axis=1) | (last >= [width, height]).any(axis=1)
    return own, np.asarray(leaves, bool)


def _crosses(
    ink: Gray, labels: NDArray[np.int32], stats: NDArray[np.int32], own: NDArray[np.bool_], window: Window
) -> NDArray[np.bool_]:
    """(N,) which pieces are, together with the others in their box, an X."""
    middles = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2
    crosses = np.zeros(len(stats), bool)
    dark = np.where(ink > PEN_LEVEL * float(ink.max()), np.uint8(255), np.uint8(0))
    for cell in window.cells or (window.field,):
        left, _, right, _ = _sides(cell)
        here = own & (middles >= left) & (middles < right)
        if here.any():
            mask = np.where(here[labels], np.uint8(255), np.uint8(0))
            pen = opencv.intersection(mask, dark)
            crossed = is_crossed(mask, window.box_px) or is_crossed(np.asarray(pen, np.uint8), window.box_px)
            crosses |= here & crossed
    return crosses


def _digits(stats: NDArray[np.int32], window: Window) -> int | None:
    """How many boxes hold ink as high as a digit; None without boxes, or with ink that fits none of them."""
    if not window.cells:
        return None
    widest = max(float(np.ptp(cell[:, 0])) for cell in window.cells)
    if stats[:, cv2.CC_STAT_WIDTH].max() > WIDE * widest:
        return None
    tall = stats[stats[:, cv2.CC_STAT_HEIGHT] >= DIGIT_MIN * window.box_px]
    middles = tall[:, cv2.CC_STAT_LEFT] + tall[:, cv2.CC_STAT_WIDTH] / 2
    centres = np.array([cell[:, 0].mean() for cell in window.cells])
    return len({int(np.abs(centres - middle).argmin()) for middle in middles}) or None


def _height(heights: NDArray[np.int32], box_px: float) -> float:
    """The height of the writing: the median of the higher pieces, within what fits a box."""
    high = heights[heights >= 0.5 * heights.max()]
    return min(max(float(np.median(high)), DIGIT_MIN * box_px), 1.2 * box_px)


def _sides(figure: Floats) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of corners (4, 2)."""
    (left, top), (right, bottom) = np.round(figure.min(axis=0)), np.round(figure.max(axis=0))
    return int(left), int(top), int(right), int(bottom)
