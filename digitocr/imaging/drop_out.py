"""Print off with the help of the blank sheet: borders, combs and guides go, the ink on top of them stays."""

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import CONTRAST_MIN, flatten, ink_threshold
from digitocr.records import Gray

REACH = 0.45  # of a box's height: wider than any stroke
ASIDE = 0.04  # of a box's height: print may lie so far from where the blank sheet has it
DARKEST = 85.0  # percentile of what is seen where print is: it is uneven, and has ink on some of it
CLEARLY = 1.35  # times as dark as print: ink
TELLING = 2.0  # times as dark as print: with such ink, what is no darker than print is print anywhere
DARKER = 2.5  # times as dark as most print of a place: the lines of a table about it
USUAL = 80.0  # percentile of what is seen where pale print is
PRINTED_MIN = 12  # gray levels by which print is darker than the blank sheet's paper


def drop_out_form(gray: Gray, blank: Gray, box_px: float) -> Gray:
    """Take off what is printed.

    Args:
        gray: (H, W) uint8, a place of a page, upright, dark on light.
        blank: (H, W) uint8, the same place of the blank sheet.
        box_px: the height in pixels of a box to write in.

    Returns:
        (H, W) uint8, by how many gray levels ink is darker than the paper, 0 on paper and print.
    """
    reach = max(5, int(REACH * box_px)) | 1
    dark, printed = flatten(gray, reach), flatten(blank, reach)
    where = printed > PRINTED_MIN
    if not where.any():
        return dark
    aside = max(1, round(ASIDE * box_px))
    near = opencv.dilate(printed, 2 * aside + 1, 2 * aside + 1)
    gain = float(np.percentile(dark[where] / printed[where].astype(np.float32), DARKEST))
    level = CLEARLY * min(gain, 1.5) * near.astype(np.float32)
    off_print = dark[near <= PRINTED_MIN]
    pale = CLEARLY * _pale_tone(dark[where], printed[where])
    if off_print.size and _ink_tone(off_print) > TELLING / CLEARLY * pale:
        level = np.maximum(level, pale)
    level = np.maximum(level, CONTRAST_MIN / 2)
    ink = np.where(dark > level, np.uint8(255), np.uint8(0))
    ink = _bridged(ink, np.asarray(near, np.uint8), dark, 2 * aside + 1)
    # The soft edges of strokes are no darker than print.
    edge = opencv.dilate(ink, 3, 3)
    return np.where(edge > 0, dark, np.uint8(0))


def _pale_tone(dark: Gray, printed: Gray) -> float:
    """How dark the paler print of a place, boxes and guides, is on the page, by its pixels.

    The blank sheet, which may be smaller than the page, shows thin lines paler than they are.
    """
    usual = float(np.median(printed))
    core = dark[(printed >= usual) & (printed <= DARKER * usual)]
    return float(np.percentile(core, USUAL))


def _ink_tone(dark: Gray) -> float:
    """How dark the ink is among pixels without print; 0 where there is none."""
    threshold = ink_threshold(dark.reshape(1, -1))
    inked = dark[dark > threshold]
    return float(np.percentile(inked, 75)) if inked.size else 0.0


def _bridged(ink: Gray, near: Gray, dark: Gray, thick: int) -> Gray:
    """Ink, with the gaps closed where a line as dark as ink was taken out of a stroke that crosses it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick + 2, thick + 2))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)
    gaps = (closed > 0) & (near > PRINTED_MIN) & (dark > CONTRAST_MIN)
    return np.where(gaps, np.uint8(255), ink)
