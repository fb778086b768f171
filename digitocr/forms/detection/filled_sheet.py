"""A filled sheet taken for a blank: what is written in its boxes goes, what is printed in them stays."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Box, Gray

SEEN_PX = 64  # the boxes of a row are compared at this size
RIM = 0.05  # of a box: its border, which is print
SIZE_SPREAD = 0.15  # boxes of like size
PAPER = 90.0  # percentile of what is seen in boxes
INK_MIN = 40  # gray levels by which writing is darker than what all boxes of its row show there
WRITTEN_MIN = 0.01  # of a box: less is dirt
MOVED_PX = 5  # print may lie so far aside from box to box, at the size of comparison


def without_writing(gray: Gray, rows: Sequence[Sequence[Box]]) -> Gray:
    """Take off what is written in rows of boxes on a page, (H, W) uint8 dark on light; a new picture.

    Where all boxes of a row show the same, it is print, as a guide to write over is. Else the row is written
    in, and print is what all boxes of its size show, wherever on the page. A row of a single box tells
    nothing and is left as it is.
    """
    clean = gray.copy()
    told = [boxes for boxes in rows if len(boxes) > 1]
    seen = [np.stack([_seen(gray, box) for box in boxes]) for boxes in told]
    shared = [_shared(one) for one in seen]
    for boxes, inside, own in zip(told, seen, shared, strict=True):
        if max(_written(own, one).mean() for one in inside) <= WRITTEN_MIN:
            continue
        alike = [s for s, others in zip(shared, told, strict=True) if _alike(boxes[0], others[0])]
        print_ = np.asarray(np.max(alike, axis=0), np.uint8)
        paper = int(np.percentile(inside, PAPER))
        for box, one in zip(boxes, inside, strict=True):
            _take_off(clean, box, _written(print_, one), paper)
    return clean


def taken_off(gray: Gray, boxes: Sequence[Box], writing: Gray) -> Gray:
    """The page (H, W) uint8 without the `writing` in boxes: (h, w) uint8, 255 there, at another size."""
    clean = gray.copy()
    wide = opencv.dilate(writing, MOVED_PX, MOVED_PX)
    there = opencv.resize(wide, gray.shape[::-1], cv2.INTER_NEAREST) > 0
    for box in boxes:
        here = box.region
        if there[here].any():
            clean[here][there[here]] = np.percentile(gray[here], PAPER)
    return clean


def _shared(inside: Gray) -> Gray:
    """The ink of all boxes (N, SEEN_PX, SEEN_PX): the lightest of each place, with some play."""
    near = [opencv.erode(one, MOVED_PX, MOVED_PX) for one in inside]
    return np.asarray(np.max(near, axis=0), np.uint8)


def _written(print_: Gray, inside: Gray) -> NDArray[np.bool_]:
    return np.asarray(cv2.subtract(print_, inside) > INK_MIN, np.bool_)


def _alike(box: Box, other: Box) -> bool:
    return (
        abs(box.width - other.width) <= SIZE_SPREAD * box.width
        and abs(box.height - other.height) <= SIZE_SPREAD * box.height
    )


def _inner(box: Box) -> Box:
    rim = max(2, round(RIM * min(box.width, box.height)))
    return box.inset(rim)


def _seen(gray: Gray, box: Box) -> Gray:
    inner = _inner(box)
    inside = gray[inner.region]
    return opencv.resize(inside, (SEEN_PX, SEEN_PX))


def _take_off(clean: Gray, box: Box, written: NDArray[np.bool_], paper: int) -> None:
    """Make paper of what is `written` (SEEN_PX, SEEN_PX) in a box, with the soft edges of its strokes."""
    inner = _inner(box)
    wide = opencv.dilate(written.astype(np.uint8), MOVED_PX, MOVED_PX)
    size = inner.width, inner.height
    there = opencv.resize(wide, size, cv2.INTER_NEAREST) > 0
    window = clean[inner.region]
    window[there] = paper
