"""Light ink on dark paper is turned into dark ink on light paper."""

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Gray

_SAMPLE_PX = 65_536  # limit: so many pixels of a page are looked at
_MAX_LIGHT_SHARE = 0.4  # of a page: ink covers less, on all drawn negatives of the tests
_MAX_THICK_SHARE = 0.3  # of what is light: what survives the opening is sheet, not stroke
_THICK = 0.35  # of the picture's lower side: the bold digits of MNIST, at 28 px, are thinner
_SHEET_EXTENT = 0.88  # an ellipse, as of a filled 0, has pi / 4 of its rectangle
_SHEET_LIGHT = 0.65  # of a sheet stays light, and of its surroundings dark: drawn paper on a dark desk


def upright_polarity(gray: Gray) -> Gray:
    """The page with dark ink on light ground: `gray` itself, or its negative where its ink is light.

    `gray` and the answer are (H, W) uint8. A dark photograph is not enough to turn a page: the light part
    (by Otsu's threshold) must be the smaller one and thin, as strokes are. White paper on a dark desk, or
    beside a black scanner margin, is thick or a sheet; a dark cell with darker ink is mostly light.
    """
    return opencv.complement(gray).astype(np.uint8, copy=False) if is_light_on_dark(gray) else gray


def is_light_on_dark(gray: Gray) -> bool:
    """Whether the ink of a page, (H, W) uint8, is lighter than its ground, by a sample of it."""
    step = max(1, int(np.ceil(np.sqrt(gray.size / _SAMPLE_PX))))
    sample = np.ascontiguousarray(gray[::step, ::step])
    if cv2.mean(sample)[0] >= 128:
        return False
    light = cv2.threshold(sample, 0, 1, cv2.THRESH_OTSU)[1].astype(np.uint8, copy=False)
    light_px = cv2.countNonZero(light)
    if not 0 < light_px <= _MAX_LIGHT_SHARE * sample.size:
        return False
    side = max(3, round(_THICK * min(sample.shape)))
    # What survives an opening is thicker than any stroke: the bold digits of MNIST, at 28 px, do not.
    thick = opencv.opening(light, side, side)
    return cv2.countNonZero(thick) <= _MAX_THICK_SHARE * light_px and not _has_sheet(light, side)


def _has_sheet(light: Gray, side: int) -> bool:
    """Whether the largest light patch, its holes filled, is a sheet at least `side` px wide.

    Ink breaks a small sheet into parts as thin as strokes, but its outline stays a rectangle, and most of
    what is inside stays light, and what is outside dark.
    """
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(outlines, key=cv2.contourArea)
    _, (across, down), _ = cv2.minAreaRect(largest)
    area = cv2.contourArea(largest)
    rectangular = min(across, down) >= side and area > _SHEET_EXTENT * across * down
    return rectangular and _SHEET_LIGHT * area < cv2.countNonZero(light) < area / _SHEET_EXTENT
