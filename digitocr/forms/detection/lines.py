"""The printed layers of a form: its straight thin lines, however faint, and its ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import flatten, ink_threshold
from digitocr.records import Gray

LONG_SIDE_MM = 297.0  # forms are measured as if they were A4
# Short lines are as long as the sides of the smallest boxes, long ones longer than strokes of letters.
SHORT_LINE_MM, LONG_LINE_MM = 2.1, 4.5
LINE_THICKNESS_MAX_MM = 1.5
CROSSING_GAP_MM = 0.8  # a line is broken by the thickness of the line that crosses it
LINE_CONTRAST_MIN = 12  # gray levels by which a printed line is darker than its paper
NOISE_FACTOR = 1.0  # the contrast of a line exceeds the paper's median response by this factor of it
SMOOTHING_PX = 5  # along a line, so that noise does not break it
BACKGROUND_PX = 41  # the window of the background normalisation
SPECK_AREA_MAX_PX = 4  # smaller components are noise
BORDER_INSET_MM = 0.4  # the soft edges of the lines around a cell reach this far into it


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The thin straight lines of a page by direction, each mask (H, W) uint8, 255 on a line."""

    horizontal: Gray
    vertical: Gray


@dataclass(frozen=True, slots=True, eq=False)
class PrintLayers:
    """What is printed on a page, in layers of the page's size, (H, W) uint8; masks are 255 where set.

    Attributes:
        gray: The page.
        paper: The most frequent gray level of the page.
        horizontal_response: The black-hat response to horizontal lines: by how many gray levels a pixel is
            darker than what is above and below it.
        vertical_response: The same for vertical lines: darker than what is left and right of it.
        short: The mask of lines at least as long as the sides of the smallest boxes; strokes of letters are
            among them.
        long: The mask of lines that are longer than nearly all strokes of letters.
        solid: The mask of dark areas that are thicker than lines.
        ink: The mask of all that is clearly darker than the paper, without specks.
        mm: Pixels per millimetre, if the page is A4.
    """

    gray: Gray
    paper: int
    horizontal_response: Gray
    vertical_response: Gray
    short: Lines
    long: Lines
    solid: Gray
    ink: Gray
    mm: float


def find_print_layers(gray: Gray) -> PrintLayers:
    """The layers of a page, (H, W) uint8, dark on light and upright."""
    mm = max(gray.shape) / LONG_SIDE_MM
    across, down = _black_hat(gray, mm), _black_hat(np.ascontiguousarray(gray.T), mm)
    thin_across, thin_down = _line_candidates(across, mm), _line_candidates(down, mm)
    short, long = (
        Lines(_straight(thin_across, length * mm), np.ascontiguousarray(_straight(thin_down, length * mm).T))
        for length in (SHORT_LINE_MM, LONG_LINE_MM)
    )
    dark = flatten(gray, BACKGROUND_PX)
    ink = opencv.threshold(dark, ink_threshold(dark))
    thick = _odd(LINE_THICKNESS_MAX_MM * mm)
    solid = opencv.opening(ink, thick, thick)
    return PrintLayers(
        gray=gray,
        paper=int(np.argmax(np.bincount(gray.ravel(), minlength=256))),
        horizontal_response=across,
        vertical_response=np.ascontiguousarray(down.T),
        short=short,
        long=long,
        solid=np.asarray(solid, np.uint8),
        ink=_without_specks(ink),
        mm=mm,
    )


def _odd(pixels: float) -> int:
    return max(3, round(pixels)) | 1


def _black_hat(gray: Gray, mm: float) -> Gray:
    """The black-hat response to horizontal lines: (H, W) uint8 gray levels."""
    thick = _odd(max(9.0, LINE_THICKNESS_MAX_MM * mm))
    return opencv.black_hat(gray, thick, 1)


def _line_candidates(response: Gray, mm: float) -> Gray:
    """The mask of pixels that may be of a horizontal line: (H, W) uint8."""
    faint = LINE_CONTRAST_MIN + NOISE_FACTOR * float(np.median(response[::4, ::4]))
    mask = opencv.threshold(opencv.box_blur(response, 1, SMOOTHING_PX), faint)
    return opencv.closing(mask, 1, _odd(CROSSING_GAP_MM * mm))


def _straight(thin: Gray, length_px: float) -> Gray:
    """The runs of `thin` at least `length_px` long; a run may leave its row by one pixel."""
    tolerant = opencv.dilate(thin, 3, 1)
    return opencv.intersection(opencv.opening(tolerant, 1, max(12, round(length_px))), thin)


def _without_specks(ink: Gray) -> Gray:
    labels, stats = opencv.connected_components(ink)
    keep = np.where(stats[:, cv2.CC_STAT_AREA] >= SPECK_AREA_MAX_PX, 255, 0).astype(np.uint8)
    keep[0] = 0
    return np.asarray(keep[labels], np.uint8)
