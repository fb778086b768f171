"""One number alone: the page around it with paper painted over all that is not its own digits."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.maps import CORE_END, CORE_MARGIN, LIKELY
from digitocr.layout.region import Region
from digitocr.records import Gray

# of the digits' height around their ink: 0.28 and 0.44 read a register row and a cell otherwise
WINDOW_MARGIN = 0.35
LARGE_PX = 48.0  # limit: higher digits are made so high first, as no reader sees more of them
PAPER_REACH = 1.2  # of the digits' height: no stroke is so wide; 0.96 reads one number more that is none
# of 255: what is less probably a line or other ink stays; 72 and 112 change a reading in three sets
FREE_MIN = 90
OTHER_MORE = 50  # of 255: by so much more probable must other ink be to go: readers reject what is no digit
FOREIGN_MIN = 50  # of 255: so probably it is a digit, and a neighbour's goes; 40 and 62 change register rows
TILT_MIN = 1.0  # degrees: a line that rises less is left as it is; turning blurs, and readers bear so much


def isolated(gray: Gray, region: Region, tilt: float = 0.0) -> tuple[Gray, NDArray[np.float64]]:
    """The number of a region alone, dark on light, its gray values as they were.

    Args:
        gray: the page (H, W) uint8, whichever is darker, ink or paper.
        region: where the number stands.
        tilt: the degrees by which its line rises to the right.

    Returns:
        (h, w) uint8, and the affine (2, 3) from its pixels to those of the page.
    """
    rows, columns = gray.shape
    margin = WINDOW_MARGIN * region.height + 2
    left, top = (max(0, int(side - margin)) for side in region.box[:2])
    right, bottom = (int(np.ceil(side + margin)) for side in region.box[2:])
    near = gray[top : min(rows, bottom), left : min(columns, right)]
    shrink = LARGE_PX / region.height if region.height > LARGE_PX else 1.0
    if shrink < 1:
        size = max(1, round(near.shape[1] * shrink)), max(1, round(near.shape[0] * shrink))
        near = opencv.resize(near, size)
    page_from_near = np.array([[1 / shrink, 0, left], [0, 1 / shrink, top], [0, 0, 1]])
    digit, erased = _sampled(region, page_from_near, near.shape)
    if is_light(near, digit):
        near = opencv.complement(near)
    near = np.where(erased, paper_tone(near, region.height * shrink), near)
    if tilt:
        near, near_from_turned = _turned(near, tilt)
        page_from_near = page_from_near @ near_from_turned
    return np.asarray(near, np.uint8), page_from_near[:2]


def _sampled(
    region: Region, page_from_near: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each pixel of a window (h, w) whether it is the number's own digit ink, and whether it is to go."""
    maps, scale = region.look.maps, region.look.scale
    # The middle of pixel n lies at n + 0.5, of the page as of the maps.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    map_from_near = np.linalg.inv(half) @ np.diag([scale, scale, 1]) @ page_from_near @ half
    corners = map_from_near @ np.array([[0, shape[1]], [0, shape[0]], [1, 1]])
    left, top = (max(0, int(side) - 1) for side in corners[:2].min(axis=1))
    right, bottom = (int(side) + 3 for side in corners[:2].max(axis=1))
    here = np.s_[top:bottom, left:right]
    map_from_near[:2, 2] -= left, top

    def sample(values: Gray) -> Gray:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = shape[1], shape[0]
        return opencv.warp_affine(values, map_from_near[:2], size, flags, cv2.BORDER_REPLICATE)

    digit = sample(np.ascontiguousarray(maps.digit[here]))
    owned = np.isin(region.owner[here], region.labels)
    band = _band(owned & (maps.core[here] >= LIKELY), region.height * scale)
    other = np.where(band, np.uint8(0), opencv.subtract(maps.other[here], OTHER_MORE))
    off = sample(np.maximum(maps.line[here], other))
    own = sample(np.where(owned, np.uint8(255), np.uint8(0))) >= LIKELY
    erased = (off > np.maximum(digit, FREE_MIN)) | (~own & (digit > FOREIGN_MIN))
    return own & (digit >= LIKELY), np.asarray(erased, np.bool_)


def _band(core: NDArray[np.bool_], digit_px: float) -> NDArray[np.bool_]:
    """A core (h, w) with what it leaves free around it, in which all ink is the number's.

    Digits beside words are often both digit and letter for the maps, while the core is sure of them.
    """
    size = (round(2 * share * digit_px) | 1 for share in (CORE_MARGIN, CORE_END))
    return opencv.dilate(core.astype(np.uint8), *size) > 0


def is_light(near: Gray, digit: NDArray[np.bool_]) -> bool:
    """Whether the digit ink in a window is lighter than what is around it."""
    if not digit.any() or digit.all():
        return False
    return float(np.median(near[digit])) > float(np.median(near[~digit]))


def paper_tone(near: Gray, height: float) -> Gray:
    """The tone of the paper at each pixel: a gray closing that no stroke survives."""
    size = int(PAPER_REACH * height) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    calm = cv2.GaussianBlur(near, (3, 3), 0)
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.maximum(np.asarray(paper, np.uint8), near)


def _turned(near: Gray, degrees: float) -> tuple[Gray, NDArray[np.float64]]:
    """A window turned clockwise about its middle, and the (3, 3) that takes its pixels back."""
    height, width = near.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0), [0, 0, 1]])
    turned = opencv.warp_affine(near, matrix[:2], (width, height), border=cv2.BORDER_REPLICATE)
    return turned, np.linalg.inv(matrix)
