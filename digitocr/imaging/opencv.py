"""OpenCV's operations on masks and gray images, typed and without kernels to build.

OpenCV declares that it returns arrays of any number type. These return what they are given: uint8 or float32.
A mask is (H, W) uint8, 255 where it is set. Sizes are in pixels.
"""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Pixels = TypeVar("Pixels", NDArray[np.uint8], NDArray[np.float32])
CROSS_KERNEL = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
Matrix = NDArray[np.float64]


def intersection(mask: Mask, *others: Mask) -> Mask:
    """What is set in all of several masks; of gray images, their bits in common."""
    for other in others:
        mask = np.asarray(cv2.bitwise_and(mask, other), np.uint8)
    return mask


def union(mask: Mask, *others: Mask) -> Mask:
    """What is set in any of several masks."""
    for other in others:
        mask = np.asarray(cv2.bitwise_or(mask, other), np.uint8)
    return mask


def complement(mask: Mask) -> Mask:
    """What is not set in a mask; of a gray image, its negative."""
    return np.asarray(cv2.bitwise_not(mask), np.uint8)


def dilate(image: Pixels, height: int, width: int) -> Pixels:
    """Dilation by a rectangle."""
    return np.asarray(cv2.dilate(image, _rectangle(height, width)), image.dtype)


def erode(image: Pixels, height: int, width: int) -> Pixels:
    """Erosion by a rectangle."""
    return np.asarray(cv2.erode(image, _rectangle(height, width)), image.dtype)


def opening(image: Pixels, height: int, width: int) -> Pixels:
    """What a rectangle fits into: erosion, then dilation."""
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_OPEN, _rectangle(height, width)), image.dtype)


def closing(image: Pixels, height: int, width: int) -> Pixels:
    """The image with gaps filled into which a rectangle does not fit: dilation, then erosion."""
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_CLOSE, _rectangle(height, width)), image.dtype)


def black_hat(image: Pixels, height: int, width: int) -> Pixels:
    """By how much an image is darker than its closing by a rectangle."""
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_BLACKHAT, _rectangle(height, width)), image.dtype)


def subtract(gray: Mask, other: Mask | float) -> Mask:
    """By how much a gray image is lighter than another or than a level, 0 where it is not."""
    # Four times, for OpenCV cannot tell a level, its scalar of four doubles, from four pixels in a column.
    taken = np.full(4, other, np.float64) if isinstance(other, float | int) else other
    return np.asarray(cv2.subtract(gray, taken, dtype=cv2.CV_8U), np.uint8)


def scaled(gray: Mask, gain: float) -> Mask:
    """A gray image times `gain`, rounded, no more than 255."""
    return np.asarray(cv2.convertScaleAbs(gray, alpha=gain), np.uint8)


def look_up(gray: Mask, table: Mask) -> Mask:
    """Each pixel replaced by its entry in a table of 256."""
    return np.asarray(cv2.LUT(gray, table), np.uint8)


def histogram(gray: Mask) -> NDArray[np.float32]:
    """(256,) how many pixels have each gray value."""
    return np.asarray(cv2.calcHist([gray], [0], None, [256], [0, 256]), np.float32).ravel()


def as_bgr(gray: Mask) -> Mask:
    """A gray image as a colour one, (H, W, 3)."""
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)


def threshold(gray: Mask, level: float) -> Mask:
    """The mask of what is lighter than `level`."""
    return np.asarray(cv2.threshold(gray, level, 255, cv2.THRESH_BINARY)[1], np.uint8)


def box_blur(gray: Mask, height: int, width: int) -> Mask:
    """The mean over a rectangle about each pixel."""
    return np.asarray(cv2.blur(gray, (width, height)), np.uint8)


def gaussian_blur(image: Pixels, sigma_px: float) -> Pixels:
    """Gaussian smoothing, its kernel as large as `sigma_px` asks for."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), image.dtype)


def resize(image: Pixels, size: tuple[int, int], interpolation: int = cv2.INTER_AREA) -> Pixels:
    """The image at another size, (width, height)."""
    return np.asarray(cv2.resize(image, size, interpolation=interpolation), image.dtype)


def with_margin(gray: Mask, margin_px: int, tone: float) -> Mask:
    """A gray image with a margin of one tone on all sides, (H + 2 margin, W + 2 margin)."""
    sides = (margin_px,) * 4
    return np.asarray(cv2.copyMakeBorder(gray, *sides, cv2.BORDER_CONSTANT, value=(tone,)), np.uint8)


def warp_affine(
    image: Pixels,
    matrix: Matrix,
    size: tuple[int, int],
    flags: int = cv2.INTER_LINEAR,
    border: int = cv2.BORDER_CONSTANT,
    border_value: float = 0,
) -> Pixels:
    """The image moved by an affine (2, 3) from its pixels to those of the result, (width, height)."""
    moved = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=border, borderValue=border_value)
    return np.asarray(moved, image.dtype)


def homography(start: NDArray[np.float32], end: NDArray[np.float32]) -> Matrix:
    """The (3, 3) that takes four points (4, 2) to four others."""
    return np.asarray(cv2.getPerspectiveTransform(start, end), np.float64)


def rescale(image: Pixels, factor: float) -> Pixels:
    """The image smaller by `factor`, each pixel the mean of the area that it covers."""
    return np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), image.dtype
    )


def component_stats(mask: Mask, connectivity: int = 8) -> NDArray[np.int32]:
    """(N, 5) left, top, width, height and area of the connected components, without the background."""
    return connected_components(mask, connectivity)[1][1:]


def connected_components(mask: Mask, connectivity: int = 8) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(H, W) the component of each pixel, 0 the background; (N, 5) `component_stats`, background first."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _rectangle(height: int, width: int) -> Mask:
    return np.ones((height, width), np.uint8)
