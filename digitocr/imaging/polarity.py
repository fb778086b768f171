"""Light ink on dark paper is turned into dark ink on light paper."""

import cv2
import numpy as np

from digitocr.records import Gray

_SAMPLE_PX = 65_536
_MAX_LIGHT_SHARE = 0.4
_MAX_THICK_SHARE = 0.3
_THICK = 0.35


def upright_polarity(gray: Gray) -> Gray:
    """The page with dark ink on light ground: `gray` itself, or its negative where its ink is light.

    `gray` and the answer are (H, W) uint8. A dark photograph is not enough to turn a page: the light part
    (by Otsu's threshold) must be the smaller one and thin, as strokes are. White paper on a dark desk, or
    beside a black scanner margin, is thick; a dark gray cell with darker ink is light for the most part.
    """
    return cv2.bitwise_not(gray).astype(np.uint8, copy=False) if is_light_on_dark(gray) else gray


def is_light_on_dark(gray: Gray) -> bool:
    """Whether the ink of a page, (H, W) uint8, is lighter than its ground, by a sample of it."""
    step = max(1, int(np.ceil(np.sqrt(gray.size / _SAMPLE_PX))))
    sample = np.ascontiguousarray(gray[::step, ::step])
    if cv2.mean(sample)[0] >= 128:
        return False
    _, light = cv2.threshold(sample, 0, 1, cv2.THRESH_OTSU)
    light_px = cv2.countNonZero(light)
    if not 0 < light_px <= _MAX_LIGHT_SHARE * sample.size:
        return False
    # What survives an opening is thicker than any stroke: the bold digits of MNIST, at 28 px, do not.
    side = max(3, round(_THICK * min(sample.shape)))
    thick = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return cv2.countNonZero(thick) <= _MAX_THICK_SHARE * light_px
