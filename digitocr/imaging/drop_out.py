"""Drop-out: the printed form is subtracted with the help of the blank sheet, the ink on it is kept."""

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import CONTRAST_MIN, flatten, ink_threshold
from digitocr.records import Gray

# The values of this module stand on the drawn forms of the tests; no set of docs/thresholds.md has a form.

# Of a box's height: the window of the background normalisation is wider than any stroke.
BACKGROUND_SIZE = 0.45
OFFSET_MAX = 0.04  # of a box's height: the largest offset of print from where the blank sheet has it
# Of the page's darkness where the blank sheet has print, which is uneven and may have ink on it; 85 for all
# print and 80 for the pale read the forms of the tests the same.
PRINT_PERCENTILE = 85.0
INK_RATIO = 1.35  # ink on print is this many times as dark as the print
# Where ink is this many times as dark as print, all that is not darker than print is print.
CONTRAST_RATIO = 2.0
TABLE_LINE_RATIO = 2.5  # lines of a table around a field are this many times as dark as the field's print


def drop_out_form(gray: Gray, blank: Gray, box_px: float) -> Gray:
    """The ink of a field without the printed form.

    Args:
        gray: (H, W) uint8, a region of a page, upright, dark on light.
        blank: (H, W) uint8, the same region of the blank sheet.
        box_px: The height in pixels of a box to write in.

    Returns:
        (H, W) uint8, by how many gray levels ink is darker than the paper; 0 on paper and on print.
    """
    reach = max(5, int(BACKGROUND_SIZE * box_px)) | 1
    dark, printed = flatten(gray, reach), flatten(blank, reach)
    on_print = printed > CONTRAST_MIN
    if not on_print.any():
        return dark
    offset_px = max(1, round(OFFSET_MAX * box_px))
    near = opencv.dilate(printed, 2 * offset_px + 1, 2 * offset_px + 1)
    gain = float(np.percentile(dark[on_print] / printed[on_print].astype(np.float32), PRINT_PERCENTILE))
    level = INK_RATIO * min(gain, 1.5) * near.astype(np.float32)
    off_print = dark[near <= CONTRAST_MIN]
    pale = INK_RATIO * _pale_tone(dark[on_print], printed[on_print])
    if off_print.size and _ink_tone(off_print) > CONTRAST_RATIO / INK_RATIO * pale:
        level = np.maximum(level, pale)
    level = np.maximum(level, CONTRAST_MIN / 2)
    ink = np.where(dark > level, np.uint8(255), np.uint8(0))
    ink = _with_gaps_closed(ink, np.asarray(near, np.uint8), dark, 2 * offset_px + 1)
    # The soft edges of strokes are no darker than print.
    edge = opencv.dilate(ink, 3, 3)
    return np.where(edge > 0, dark, np.uint8(0))


def _pale_tone(dark: Gray, printed: Gray) -> float:
    """The darkness on the page of the paler print of a region, such as boxes and guides.

    The blank sheet may be smaller than the page; then it shows thin lines paler than they are.
    """
    typical = float(np.median(printed))
    core = dark[(printed >= typical) & (printed <= TABLE_LINE_RATIO * typical)]
    return float(np.percentile(core, PRINT_PERCENTILE))


def _ink_tone(dark: Gray) -> float:
    """The darkness of the ink among pixels without print; 0 where there is none."""
    threshold = ink_threshold(dark.reshape(1, -1))
    inked = dark[dark > threshold]
    return float(np.percentile(inked, 75)) if inked.size else 0.0


def _with_gaps_closed(ink: Gray, near: Gray, dark: Gray, width_px: int) -> Gray:
    """The mask of ink with its gaps closed where print was dropped out of a stroke that crosses it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width_px + 2, width_px + 2))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)
    gaps = (closed > 0) & (near > CONTRAST_MIN) & (dark > CONTRAST_MIN)
    return np.where(gaps, np.uint8(255), ink)
