"""Line removal: ruled lines, underlines and box borders are erased, the strokes that cross them kept."""

from dataclasses import replace

import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.records import Gray

THICKNESS_MAX_PX = 5  # thicker is a bar: 4 or 6 read one or two of 24 logbook cells otherwise
# a line may leave its row by this much between two of its runs: without it cheques lose one of 24
TILT_PX = 1


def rule_mask(mask: Gray, length_px: int, *, vertical: bool) -> Gray:
    """The mask (H, W) uint8 of straight thin lines at least `length_px` long.

    A pixel of a line is left out where ink continues across the line for more than the line's own thickness:
    there a stroke crosses it.
    """
    if vertical:
        return rule_mask(mask.T, length_px, vertical=False).T.copy()
    if mask.shape[1] < length_px:
        return np.zeros_like(mask)
    tolerant = opencv.dilate(mask, 1 + 2 * TILT_PX, 1)
    long = opencv.opening(tolerant, 1, length_px)
    if not long.any():
        return np.zeros_like(mask)
    crossing = opencv.opening(mask, THICKNESS_MAX_PX + 2, 1)
    return opencv.intersection(long, mask, opencv.complement(crossing))


def bar_mask(mask: Gray, length_px: int) -> Gray:
    """The mask (H, W) uint8 of solid bars, thicker than a line and at least `length_px` long."""
    thick = THICKNESS_MAX_PX + 1
    bars = np.zeros_like(mask)
    for height, width in ((thick, length_px), (length_px, thick)):
        if mask.shape[0] >= height and mask.shape[1] >= width:
            solid = opencv.opening(mask, height, width)
            bars = opencv.union(bars, solid)
    # Opening by a kernel of even width comes out one pixel aside.
    return opencv.intersection(bars, mask)


def remove_rules(ink: Ink, length_px: int) -> Ink:
    """Erase horizontal and vertical printed lines of at least `length_px`, with their soft edges."""
    return without(ink, line_mask(ink.mask, length_px))


def line_mask(mask: Gray, length_px: int) -> Gray:
    """The mask (H, W) uint8 of horizontal and vertical lines and bars of at least `length_px`."""
    lines = opencv.union(
        rule_mask(mask, length_px, vertical=False), rule_mask(mask, length_px, vertical=True)
    )
    return opencv.union(lines, bar_mask(mask, length_px))


def without(ink: Ink, lines: Gray) -> Ink:
    """The ink without the pixels of the mask `lines`, (H, W) uint8, and without their soft edges."""
    if not lines.any():
        return ink
    halo = opencv.intersection(opencv.dilate(lines, 3, 3), opencv.complement(ink.mask))
    soft, mask = ink.soft.copy(), ink.mask.copy()
    soft[opencv.union(lines, halo) > 0] = 0
    mask[lines > 0] = 0
    return replace(ink, soft=soft, mask=mask)
