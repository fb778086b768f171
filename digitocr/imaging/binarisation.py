"""Gray paper in, ink out: uneven light and paper texture off, the strokes kept with their soft edges."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Gray

FULL = 1.2  # size of full ink, of the mean ink, with which the networks are trained
# gray levels by which ink is darker than its paper; drawn paper texture stays below, pencil above
CONTRAST_MIN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """`soft` is (H, W) uint8, 0 = paper and 255 = full ink; `mask` is (H, W) uint8, 255 where ink is.

    `dark` is (H, W) uint8, the gray levels by which each pixel is darker than its paper, and `contrast` their
    mean in the ink.
    """

    soft: Gray
    mask: Gray
    dark: Gray
    contrast: float


def flatten(gray: Gray, reach_px: int) -> Gray:
    """Darkness against the local paper: (H, W) uint8, 0 = paper, more = darker.

    The paper's tone is the gray closing (no stroke narrower than `reach_px` survives it), smoothed.
    It is taken from a slightly blurred image so that single bright pixels do not raise it.
    """
    calm = cv2.GaussianBlur(gray, (3, 3), 0)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach_px, reach_px))
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.blur(paper, (reach_px, reach_px), borderType=cv2.BORDER_REPLICATE)
    return opencv.subtract(np.asarray(paper, np.uint8), gray)


def ink_threshold(dark: Gray, share_max: float = 0.4) -> float:
    """The darkness at which ink begins in a picture of darkness, (H, W) uint8.

    Otsu's threshold, taken again among the darker part while it would call more than `share_max` of the
    picture ink (paper texture), and never under `CONTRAST_MIN` / 2.
    """
    histogram = opencv.histogram(dark).astype(np.float64)
    low = 0
    for _ in range(3):
        threshold = low + _otsu(histogram[low:])
        if histogram[threshold + 1 :].sum() <= share_max * histogram.sum():
            break
        low = threshold + 1
    return max(float(threshold), CONTRAST_MIN / 2)


def _otsu(histogram: np.ndarray) -> int:
    """N. Otsu, 1979: the level that splits a histogram into the two tightest classes."""
    levels = np.arange(len(histogram))
    weight = np.cumsum(histogram)
    total = weight[-1]
    if total == 0:
        return 0
    mean = np.cumsum(histogram * levels)
    between = (mean[-1] * weight - mean * total) ** 2 / np.maximum(weight * (total - weight), 1e-9)
    return int(np.argmax(between))


def ink_mask(gray: Gray, reach_px: int) -> Gray:
    """The mask of `find_ink` alone, (H, W) uint8: 255 on ink."""
    return _darkness(gray, reach_px)[2]


def _darkness(gray: Gray, reach_px: int) -> tuple[Gray, float, Gray]:
    """How much darker than its paper each pixel is, (H, W) uint8, where ink begins, and its mask."""
    dark = flatten(gray, reach_px)
    threshold = ink_threshold(dark)
    return dark, threshold, opencv.threshold(dark, threshold)


def find_ink(gray: Gray, reach_px: int) -> Ink:
    """Separate ink from paper in one line image or one page.

    Args:
        gray: (H, W) uint8, dark ink on lighter paper.
        reach_px: more than the widest stroke, less than the fastest change of light.
    """
    dark, threshold, mask = _darkness(gray, reach_px)
    contrast = max(float(cv2.mean(dark, mask)[0]), CONTRAST_MIN)
    low = 0.6 * threshold
    full = max(FULL * contrast, low + 1)
    soft = opencv.scaled(opencv.subtract(dark, low), 255 / (full - low))
    return Ink(soft, mask, dark, contrast)
