"""The one normaliser: any piece of ink becomes an MNIST-style crop, in training and in reading alike.

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": the ink's tight box is
made to fit 20x20 with its aspect ratio kept, and placed in 28x28 by its centre of mass.
"""

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Gray

CROP_VERSION = 1  # size and shape as the card of a model knows them
CROP_SIZE = 28  # size of the classifier's input, that of MNIST
INNER_SIZE = 20  # size of the ink in it, that of MNIST
MIN_SIDE_PX = 10  # size under which ink is not blown up to fill the crop, as in training: a dot stays one


def tight_box(ink: Gray) -> tuple[int, int, int, int]:
    """The smallest (left, top, right, bottom) that holds every pixel of (H, W) over 0; all zero for none."""
    left, top, width, height = cv2.boundingRect(ink)
    return left, top, left + width, top + height


def normalise(ink: Gray, min_side_px: float = MIN_SIDE_PX) -> Gray:
    """Make the 28x28 crop of one candidate.

    Args:
        ink: (h, w) uint8, 255 = ink, 0 = paper, any size.
        min_side_px: ink smaller than this square is scaled as if it were this large.

    Returns:
        (28, 28) uint8, peak 255, the longer side of the ink 20 px, the centre of mass in pixel
        (14, 14). All zero where `ink` holds none.
    """
    crop = np.zeros((CROP_SIZE, CROP_SIZE), np.uint8)
    left, top, right, bottom = tight_box(ink)
    if right <= left:
        return crop
    ink = ink[top:bottom, left:right]
    height, width = ink.shape
    scale = INNER_SIZE / max(height, width, min_side_px)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size != (width, height):
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        ink = opencv.resize(ink, size, smooth)
    moments = cv2.moments(ink)
    if moments["m00"] <= 0:
        return crop
    x = int(CROP_SIZE / 2 - moments["m10"] / moments["m00"] + 0.5)
    y = int(CROP_SIZE / 2 - moments["m01"] / moments["m00"] + 0.5)
    x = min(max(x, 0), CROP_SIZE - size[0])
    y = min(max(y, 0), CROP_SIZE - size[1])
    peak = int(cv2.minMaxLoc(ink)[1])
    crop[y : y + size[1], x : x + size[0]] = ink if peak == 255 else opencv.scaled(ink, 255 / peak)
    return crop
