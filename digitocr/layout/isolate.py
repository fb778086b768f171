"""One number alone: the page around it with paper painted over all that is not its own digits."""

import cv2
import numpy as np

from digitocr.layout.regions import REACH, Region
from digitocr.records import Gray

MARGIN = 0.35  # of the digits' height around their ink
PAPER_REACH = 1.2  # of the digits' height: no stroke is so wide
KEPT_MIN = 90  # of 255: where the digit map says so much, it is the number's ink
FREE_MIN = 0.35  # where neither lines nor other ink are so probable, what is there may stay


def isolated(gray: Gray, region: Region) -> tuple[Gray, tuple[int, int]]:
    """The number of a region alone, in the page's resolution.

    Args:
        gray: the page (H, W) uint8, dark on light.
        region: where the number stands.

    Returns:
        (h, w) uint8, and the (left, top) of its first pixel on the page.
    """
    rows, columns = gray.shape
    margin = MARGIN * region.height + 2
    left, top = (max(0, int(side - margin)) for side in region.box[:2])
    right = min(columns, int(np.ceil(region.box[2] + margin)))
    bottom = min(rows, int(np.ceil(region.box[3] + margin)))
    near = gray[top:bottom, left:right]
    erase = erase_weight(region, (left, top, right, bottom))
    size = int(PAPER_REACH * region.height) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    calm = cv2.GaussianBlur(near, (3, 3), 0)
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    mixed = near + (np.maximum(paper, near).astype(np.float32) - near) * erase
    return np.asarray(np.rint(mixed), np.uint8), (left, top)


def erase_weight(region: Region, window: tuple[int, int, int, int]) -> np.ndarray:
    """For each page pixel of a window how far it is to be painted over: (h, w) float32, 0..1."""
    left, top, right, bottom = window
    maps, scale = region.look.maps, region.look.scale
    keep = maps.digit.astype(np.float32) / 255
    off = np.maximum(maps.line, maps.other).astype(np.float32) / 255
    # Sampled in map pixels: the middle of page pixel x lies at (x + 0.5) * scale - 0.5.
    matrix = np.array([[scale, 0, (left + 0.5) * scale - 0.5], [0, scale, (top + 0.5) * scale - 0.5]])
    x0, y0 = int(left * scale) - 1, int(top * scale) - 1
    x1, y1 = int(right * scale) + 3, int(bottom * scale) + 3
    x0, y0 = max(0, x0), max(0, y0)
    here = np.s_[y0:y1, x0:x1]
    foreign = (region.owner[here] != region.label).astype(np.float32)
    matrix[:, 2] -= (x0, y0)
    sample = lambda a: cv2.warpAffine(  # noqa: E731
        np.ascontiguousarray(a), matrix, (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    keep_here, off_here, foreign_here = sample(keep[here]), sample(off[here]), sample(foreign)
    erase = (off_here > np.maximum(keep_here, FREE_MIN)) | ((foreign_here > 0.5) & (keep_here > 0.2))
    return np.asarray(erase, np.float32)
