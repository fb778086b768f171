"""The small angle by which a scanned page lies askew."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

ANGLE_MAX = 6.0  # limit of the angles that are tried
SIDE_PX = 600  # limit: the angle is measured on a page of this size
LEAST_DEGREES = 0.3  # a smaller angle is left as it is: the estimate is right to 0.3 degrees on drawn pages


def skew_degrees(gray: Gray) -> float:
    """The angle in degrees, counter-clockwise positive, by which a page should be turned to stand upright.

    The turn at which the page's rows of ink are sharpest: the variance of the differences of its row
    sums is largest (W. Postl, 1986). 0 where no angle is clearly better than none.
    """
    if min(gray.shape) < 3:  # no rows to compare
        return 0.0
    shrink = min(1.0, SIDE_PX / max(gray.shape))
    small = opencv.rescale(gray, shrink)
    dark = opencv.threshold(opencv.subtract(opencv.box_blur(small, 25, 25), small), 12)

    def sharpness(angle: float) -> float:
        turned = rotate(dark, angle, paper=0)[0]
        return float(np.var(np.diff(cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)[:, 0])))

    upright = sharpness(0)
    angles = np.arange(-ANGLE_MAX, ANGLE_MAX + 0.1, 1.0)
    scores = [sharpness(a) for a in angles]
    coarse = float(angles[int(np.argmax(scores))])
    fine = coarse + np.arange(-0.75, 0.8, 0.25)
    scores = [sharpness(float(a)) for a in fine]
    best = float(fine[int(np.argmax(scores))])
    clear = max(scores) > 1.15 * upright and abs(best) >= LEAST_DEGREES
    return best if clear else 0.0


def rotate(gray: Gray, degrees: float, paper: int | None = None) -> tuple[Gray, NDArray[np.float64]]:
    """Turn a page about its centre, its size kept; `paper` fills the corners (None repeats the border).

    Returns:
        The page, (H, W) uint8, and the (2, 3) affine from the given pixels to the turned ones.
    """
    height, width = gray.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), np.float64)
    if degrees == 0:
        return gray, matrix
    mode = cv2.BORDER_REPLICATE if paper is None else cv2.BORDER_CONSTANT
    return opencv.warp_affine(gray, matrix, (width, height), border=mode, border_value=paper or 0), matrix
