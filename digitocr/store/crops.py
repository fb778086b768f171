"""The picture of a reading: cut from its page, straightened, small enough to keep."""

import json

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.records import Box, Gray, PageResult, Reading
from digitocr.store.store import StoreRow

Matrix = NDArray[np.float64]

CROP_MARGIN = 0.4  # of the number's height: strokes reach out of boxes, and people look at what stands around
HEIGHT_MAX_PX = 96  # of the number; sharp enough to fill a screen's width
WIDTH_MAX_PX = 1800
CROP_JPEG_QUALITY = 80


def straightening(box: Box, rotation: float) -> tuple[Matrix, tuple[int, int]]:
    """How a number is cut out upright.

    Args:
        box: what of the page as given is shown.
        rotation: by how much the page is turned to stand upright, in degrees counter-clockwise.

    Returns:
        (2, 3) float64 from pixels of the page to those of the picture, and the picture's width and height.
    """
    across, down = box.width, box.height
    if 45 < abs(rotation) % 180 < 135:
        across, down = down, across
    margin = _margin(box)
    wide, high = across + 2 * margin, down + 2 * margin
    scale = min(1.0, HEIGHT_MAX_PX / max(down, 1), WIDTH_MAX_PX / wide)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    centre = (box.left + box.right - 1) / 2, (box.top + box.bottom - 1) / 2
    matrix = cv2.getRotationMatrix2D(centre, rotation, scale).astype(np.float64)
    matrix[:, 2] += [(size[0] - 1) / 2 - centre[0], (size[1] - 1) / 2 - centre[1]]
    return matrix, size


def cut_crop(gray: Gray, box: Box, rotation: float) -> bytes:
    """The picture of a box of a page, (H, W) uint8, as a gray JPEG."""
    if rotation == 0 and box.intersects(Box(0, 0, gray.shape[1], gray.shape[0])):
        return encoded(_cut_upright(gray, box))
    matrix, size = straightening(box, rotation)
    return encoded(cv2.warpAffine(gray, matrix, size, borderMode=cv2.BORDER_REPLICATE))


def _cut_upright(gray: Gray, box: Box) -> cv2.typing.MatLike:
    """The pixels themselves, or fewer: a fifth of the time that a transformation takes."""
    _, size = straightening(box, 0.0)
    outer = box.inset(-_margin(box))
    inside = outer.clipped(Box(0, 0, gray.shape[1], gray.shape[0]))
    picture = cv2.copyMakeBorder(
        gray[inside.region],
        inside.top - outer.top,
        outer.bottom - inside.bottom,
        inside.left - outer.left,
        outer.right - inside.right,
        cv2.BORDER_REPLICATE,
    )
    return picture if picture.shape[::-1] == size else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _margin(box: Box) -> int:
    return round(CROP_MARGIN * min(box.width, box.height))


def encoded(picture: NDArray[np.uint8] | cv2.typing.MatLike) -> bytes:
    """A picture, (H, W) or (H, W, 3) BGR uint8, as a JPEG."""
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, CROP_JPEG_QUALITY])
    return jpeg.tobytes() if done else b""


def cut_crops(gray: Gray, result: PageResult) -> tuple[bytes, ...]:
    """The pictures of all readings of a page, (H, W) uint8, in their order."""
    return tuple(cut_crop(gray, region_of(reading), result.rotation) for reading in result.readings)


def region_of(reading: Reading) -> Box:
    """What the picture of a reading shows: the number, and all of the field that it stands in.

    A person would not see that a digit was missed where the picture ended at the last one that was read.
    """
    return Box.bounding((reading.box, reading.field_box)) if reading.field_box else reading.box


def region_in_store(row: StoreRow) -> Box:
    """`region_of` a reading in the store."""
    if row["region"]:
        return Box(*json.loads(row["region"]))
    return Box(row["left"], row["top"], row["right"], row["bottom"])


def within_crop(inner: Box, box: Box, rotation: float) -> Box:
    """Where a part of a box of the page, such as a digit, stands in the box's picture; clipped to it."""
    matrix, (width, height) = straightening(box, rotation)
    corners = np.array(
        [[x, y, 1] for x in (inner.left, inner.right) for y in (inner.top, inner.bottom)], np.float64
    )
    turned = corners @ matrix.T
    (left, top), (right, bottom) = np.floor(turned.min(axis=0)), np.ceil(turned.max(axis=0))
    return Box(int(left), int(top), int(right), int(bottom)).clipped(Box(0, 0, width, height))
