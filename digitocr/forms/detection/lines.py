"""What is printed on a form: its lines, straight and thin however faint, and its ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import flatten, ink_threshold
from digitocr.records import Gray

LONG_SIDE_MM = 297.0  # forms are measured as if they were A4
SHORT_MM, LONG_MM = 2.1, 4.5  # the least lengths of lines: of the smallest boxes, and longer than letters
THICK_MM = 1.5  # a line is thinner
BRIDGED_MM = 0.8  # where a line crosses another it is broken by the other's thickness
FAINT = 12  # gray levels by which a printed line is darker than its paper
NOISE = 1.0  # times what paper has of it, a line must be darker still
SMOOTH_PX = 5  # along a line, so that noise does not break it
REACH_PX = 41
SPECK_PX = 4  # the area of what is no part of a letter


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Thin straight lines of a page by their direction, each mask (H, W) uint8, 255 on them."""

    across: Gray
    down: Gray


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """What is printed on a page, each mask (H, W) uint8, 255 where it is.

    `gray` is the page, and `paper` the tone of most of it.
    `across` and `down` tell by how many gray levels a pixel is darker than what is above and below it, or
    left and right. `short` are lines at least as long as the sides of the smallest boxes, strokes of letters
    among them, `long` are those that few letters have. `solid` areas are dark and thicker than lines; `ink`
    is all that is clearly darker than the paper, without specks. `mm` is the length of a millimetre in
    pixels, were the page A4.
    """

    gray: Gray
    paper: int
    across: Gray
    down: Gray
    short: Lines
    long: Lines
    solid: Gray
    ink: Gray
    mm: float


def find_print(gray: Gray) -> Print:
    """Find the lines and the ink of a page, (H, W) uint8 dark on light and upright."""
    mm = max(gray.shape) / LONG_SIDE_MM
    across, down = _hat(gray, mm), _hat(np.ascontiguousarray(gray.T), mm)
    thin_across, thin_down = _thin(across, mm), _thin(down, mm)
    short, long = (
        Lines(_straight(thin_across, length * mm), np.ascontiguousarray(_straight(thin_down, length * mm).T))
        for length in (SHORT_MM, LONG_MM)
    )
    dark = flatten(gray, REACH_PX)
    ink = opencv.threshold(dark, ink_threshold(dark))
    thick = _odd(THICK_MM * mm)
    solid = opencv.opening(ink, thick, thick)
    return Print(
        gray=gray,
        paper=int(np.argmax(np.bincount(gray.ravel(), minlength=256))),
        across=across,
        down=np.ascontiguousarray(down.T),
        short=short,
        long=long,
        solid=np.asarray(solid, np.uint8),
        ink=_without_specks(ink),
        mm=mm,
    )


def _odd(pixels: float) -> int:
    return max(3, round(pixels)) | 1


def _hat(gray: Gray, mm: float) -> Gray:
    """By how many levels each pixel is darker than what is nearby above and below it: (H, W) uint8."""
    thick = _odd(max(9.0, THICK_MM * mm))
    return opencv.black_hat(gray, thick, 1)


def _thin(hat: Gray, mm: float) -> Gray:
    """Where lines may run from left to right: (H, W) uint8, 255 there."""
    faint = FAINT + NOISE * float(np.median(hat[::4, ::4]))
    mask = opencv.threshold(opencv.box_blur(hat, 1, SMOOTH_PX), faint)
    return opencv.closing(mask, 1, _odd(BRIDGED_MM * mm))


def _straight(thin: Gray, length_px: float) -> Gray:
    """The parts of `thin` that go on to the right for `length_px`, or climb by no more than a pixel."""
    tolerant = opencv.dilate(thin, 3, 1)
    return opencv.intersection(opencv.opening(tolerant, 1, max(12, round(length_px))), thin)


def _without_specks(ink: Gray) -> Gray:
    labels, stats = opencv.connected_components(ink)
    keep = np.where(stats[:, cv2.CC_STAT_AREA] >= SPECK_PX, 255, 0).astype(np.uint8)
    keep[0] = 0
    return np.asarray(keep[labels], np.uint8)
