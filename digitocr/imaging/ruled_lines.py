"""Line removal: ruled lines, underlines and box borders are erased, the strokes that cross them kept."""

from dataclasses import replace

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.records import Gray

THICKNESS_MAX_PX = 5  # thicker is a bar; 4 and 6 read 12 pictures of each set the same
# a line may leave its row by this much between two of its runs: without it cheques lose one of 24
TILT_PX = 1


def rule_mask(mask: Gray, length_px: int, *, vertical: bool) -> Gray:
    """The mask (H, W) uint8 of straight thin lines at least `length_px` long.

    A pixel of a line is left out where ink continues across the line for more than the line's own thickness:
    there a stroke crosses it.
    """
    eroded = _eroded(mask, length_px, vertical=vertical)
    return np.zeros_like(mask) if eroded is None else _rules(mask, eroded, length_px, vertical=vertical)


def _eroded(mask: Gray, length_px: int, *, vertical: bool) -> Gray | None:
    """What is left where a line of `length_px` fits into the mask, by the tolerance; None for nothing."""
    if mask.shape[0 if vertical else 1] < length_px:
        return None
    tolerance = 1 + 2 * TILT_PX
    if vertical:
        eroded = opencv.erode(opencv.dilate(mask, 1, tolerance), length_px, 1)
    else:
        eroded = opencv.erode(opencv.dilate(mask, tolerance, 1), 1, length_px)
    return eroded if cv2.countNonZero(eroded) else None


def _rules(mask: Gray, eroded: Gray, length_px: int, *, vertical: bool) -> Gray:
    across = THICKNESS_MAX_PX + 2
    if vertical:
        long, crossing = opencv.dilate(eroded, length_px, 1), opencv.opening(mask, 1, across)
    else:
        long, crossing = opencv.dilate(eroded, 1, length_px), opencv.opening(mask, across, 1)
    return opencv.intersection(long, mask, opencv.complement(crossing))


def _bars(mask: Gray, length_px: int, *, vertical: bool) -> Gray:
    """The mask (H, W) uint8 of solid bars, thicker than a line and at least `length_px` long."""
    thick = THICKNESS_MAX_PX + 1
    height, width = (length_px, thick) if vertical else (thick, length_px)
    if mask.shape[0] < height or mask.shape[1] < width:
        return np.zeros_like(mask)
    # Opening by a kernel of even width comes out one pixel aside.
    return opencv.intersection(opencv.opening(mask, height, width), mask)


def remove_rules(ink: Ink, length_px: int) -> Ink:
    """Erase horizontal and vertical printed lines of at least `length_px` pixels, with their soft edges."""
    return without(ink, line_mask(ink.mask, length_px))


def line_mask(mask: Gray, length_px: int) -> Gray:
    """The mask (H, W) uint8 of horizontal and vertical lines and bars of at least `length_px`."""
    lines = np.zeros_like(mask)
    for vertical in (False, True):
        eroded = _eroded(mask, length_px, vertical=vertical)
        if eroded is not None:  # else no bar fits either
            rules = _rules(mask, eroded, length_px, vertical=vertical)
            lines = opencv.union(lines, rules, _bars(mask, length_px, vertical=vertical))
    return lines


def without(ink: Ink, lines: Gray) -> Ink:
    """The ink without the pixels of the mask `lines`, (H, W) uint8, and without their soft edges."""
    if not cv2.countNonZero(lines):
        return ink
    halo = opencv.intersection(opencv.dilate(lines, 3, 3), opencv.complement(ink.mask))
    soft, mask = ink.soft.copy(), ink.mask.copy()
    soft[opencv.union(lines, halo) > 0] = 0
    mask[lines > 0] = 0
    return replace(ink, soft=soft, mask=mask)
