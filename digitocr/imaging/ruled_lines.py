"""Printed lines off: ruled lines, underlines and box borders, with the strokes that cross them kept."""

from dataclasses import replace

import cv2
import numpy as np

from digitocr.imaging.binarisation import Ink
from digitocr.records import Gray

THICKNESS_MAX_PX = 5
CORNER_PX = 7  # two sides of a box meet within this
RECTANGULAR = 0.8  # of its bounding box: what a box encloses is at least so much
TILT_PX = 1  # a line may leave its row by this much between two of its runs


def rule_mask(mask: Gray, length_px: int, *, vertical: bool) -> Gray:
    """Mark straight thin lines at least `length_px` long: (H, W) uint8, 255 on a line.

    A pixel of a line stays unmarked where ink runs on across the line for more than the line's own
    thickness: there a stroke crosses it.
    """
    if vertical:
        return rule_mask(mask.T, length_px, vertical=False).T.copy()
    if mask.shape[1] < length_px:
        return np.zeros_like(mask)
    tolerant = cv2.dilate(mask, np.ones((1 + 2 * TILT_PX, 1), np.uint8))
    long = cv2.morphologyEx(tolerant, cv2.MORPH_OPEN, np.ones((1, length_px), np.uint8))
    if not long.any():
        return np.zeros_like(mask)
    crossing = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((THICKNESS_MAX_PX + 2, 1), np.uint8))
    return np.asarray(cv2.bitwise_and(cv2.bitwise_and(long, mask), cv2.bitwise_not(crossing)), np.uint8)


def bar_mask(mask: Gray, length_px: int) -> Gray:
    """Mark solid bars, thicker than a rule and at least `length_px` long: (H, W) uint8, 255 on a bar."""
    thick = THICKNESS_MAX_PX + 1
    bars = np.zeros_like(mask)
    for height, width in ((thick, length_px), (length_px, thick)):
        if mask.shape[0] >= height and mask.shape[1] >= width:
            solid = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height, width), np.uint8))
            bars = np.asarray(cv2.bitwise_or(bars, solid), np.uint8)
    # Opening by a kernel of even width comes out one pixel aside.
    return np.asarray(cv2.bitwise_and(bars, mask), np.uint8)


def box_mask(mask: Gray, length_px: int) -> Gray:
    """Mark the sides of boxes: thin straight lines of at least `length_px` around an upright rectangle.

    Shorter than a rule may be, so what does not close around anything stays: it may be a digit's stroke.
    """
    sides = cv2.bitwise_or(
        rule_mask(mask, length_px, vertical=False), rule_mask(mask, length_px, vertical=True)
    )
    boxes = np.zeros_like(mask)
    joined = cv2.morphologyEx(sides, cv2.MORPH_CLOSE, np.ones((CORNER_PX, CORNER_PX), np.uint8))
    contours, levels = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for n, contour in enumerate(contours):
        left, top, width, height = cv2.boundingRect(contour)
        hole = levels[0, n, 3] >= 0 and min(width, height) > length_px - 2 * CORNER_PX
        if hole and cv2.contourArea(contour) > RECTANGULAR * width * height:
            right, bottom = left + width, top + height
            cv2.rectangle(boxes, (left, top), (right, bottom), 255, 2 * CORNER_PX)
    return np.asarray(cv2.bitwise_and(boxes, sides), np.uint8)


def remove_rules(ink: Ink, length_px: int) -> Ink:
    """Take off horizontal and vertical printed lines of at least `length_px`, softened edges included."""
    return without(ink, line_mask(ink.mask, length_px))


def line_mask(mask: Gray, length_px: int) -> Gray:
    """Rules and bars of at least `length_px`, horizontal and vertical: (H, W) uint8, 255 on them."""
    lines = cv2.bitwise_or(
        rule_mask(mask, length_px, vertical=False), rule_mask(mask, length_px, vertical=True)
    )
    return np.asarray(cv2.bitwise_or(lines, bar_mask(mask, length_px)), np.uint8)


def without(ink: Ink, lines: Gray) -> Ink:
    """The ink without what `lines`, (H, W) uint8, marks, nor the soft edges of that."""
    if not lines.any():
        return ink
    halo = cv2.bitwise_and(cv2.dilate(lines, np.ones((3, 3), np.uint8)), cv2.bitwise_not(ink.mask))
    soft, mask = ink.soft.copy(), ink.mask.copy()
    soft[cv2.bitwise_or(lines, halo) > 0] = 0
    mask[lines > 0] = 0
    return replace(ink, soft=soft, mask=mask)
