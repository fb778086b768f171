"""Runs of neighbouring slices as candidates: each a 28x28 crop of its own ink, and how it sits in its row."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.clean import Ink
from digitocr.imaging.crop import CROP_SIZE, normalise, tight_box
from digitocr.imaging.segment import Slices
from digitocr.records import Gray

SLICES_MAX = 5  # the most pieces that one digit may be made of
WIDTH_MAX = 1.3  # of the row's height: wider runs of two or more slices are no digit
GAP_MAX = 0.25  # of the row's height: a wider gap that no ink crosses parts two characters
CLEAR_CUT = 0.3  # of the stroke's width: a seam that cuts less ink than this crosses none
GEOMETRY = (
    "height",
    "width",
    "top",
    "bottom",
    "area",
    "cut_left",
    "cut_right",
    "cut_inside",
    "gap_inside",
    "edge",
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Edges of a row's lattice.

    `first` and `last` (N,) int32: the candidate is made of slices first..last-1. `crops` is
    (N, 28, 28) uint8 and `geometry` (N, len(GEOMETRY)) float32: sizes and places in row heights,
    measured from the row's middle, area in strokes of one row height, cuts in stroke widths.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    boxes: NDArray[np.int32]
    crops: Gray
    geometry: NDArray[np.float32]


def candidates(slices: Slices) -> Candidates:
    """Every run of slices that could be one character."""
    runs, boxes = _runs(slices)
    crops = np.empty((len(runs), CROP_SIZE, CROP_SIZE), np.uint8)
    least = 0.3 * slices.height  # a dot stays small in its crop
    for n, ((first, last), (left, top, right, bottom)) in enumerate(zip(runs, boxes, strict=True)):
        window = slices.label[top:bottom, left:right]
        ink = slices.soft[top:bottom, left:right]
        inside = (window == first) if last == first + 1 else (window >= first) & (window < last)
        crops[n] = normalise(ink * inside, least)
    first_last = np.array(runs, np.int32).reshape(-1, 2)
    box_array = np.array(boxes, np.int32).reshape(-1, 4)
    geometry = _geometry(slices, first_last, box_array)
    return Candidates(first_last[:, 0], first_last[:, 1], box_array, crops, geometry)


def single_candidate(ink: Ink) -> Candidates | None:
    """All ink of an image as one candidate, of the size and place of a whole digit; None for no ink."""
    near = cv2.dilate(ink.mask, np.ones((3, 3), np.uint8))
    soft = np.asarray(cv2.bitwise_and(ink.soft, near), np.uint8)
    left, top, right, bottom = tight_box(soft)
    if right <= left:
        return None
    crop = normalise(soft)[None]
    one = np.ones(1, np.int32)
    box = np.array([[left, top, right, bottom]], np.int32)
    geometry = np.array([[1, (right - left) / (bottom - top), -0.5, 0.5, 2, 0, 0, 3, -1, 0.3]], np.float32)
    return Candidates(one - 1, one, box, crop, geometry)


def _runs(slices: Slices) -> tuple[list[tuple[int, int]], list[tuple[int, int, int, int]]]:
    pieces, cuts = slices.boxes.tolist(), slices.cuts.tolist()
    runs, boxes = [], []
    for first in range(len(pieces)):
        left, top, right, bottom = pieces[first]
        for last in range(first + 1, min(first + SLICES_MAX, len(pieces)) + 1):
            piece = pieces[last - 1]
            if last > first + 1:
                gap = piece[0] - right
                left, top = min(left, piece[0]), min(top, piece[1])
                right, bottom = max(right, piece[2]), max(bottom, piece[3])
                if (
                    gap > GAP_MAX * slices.height and cuts[last - 2] < CLEAR_CUT * slices.stroke
                ) or right - left > WIDTH_MAX * slices.height:
                    break
            runs.append((first, last))
            boxes.append((left, top, right, bottom))
    return runs, boxes


def _geometry(slices: Slices, runs: NDArray[np.int32], boxes: NDArray[np.int32]) -> NDArray[np.float32]:
    first, last = runs[:, 0], runs[:, 1]
    count = len(slices)
    height = max(slices.height, 1.0)
    middles = (slices.boxes[:, 1] + slices.boxes[:, 3]) / 2
    middle = float(np.average(middles, weights=slices.area))
    area = np.concatenate([[0], np.cumsum(slices.area)])
    ends = np.concatenate([[0], slices.cuts, [0]]) / slices.stroke
    gaps = np.concatenate([[0], slices.boxes[1:, 0] - slices.boxes[:-1, 2], [0]]) / height
    # The cheapest cut and the widest gap inside a run say how easily it falls apart.
    inside = np.full(len(runs), 3.0)
    apart = np.full(len(runs), -1.0)
    for step in range(1, SLICES_MAX):
        here = np.minimum(first + step, count)
        within = here < last
        inside = np.where(within, np.minimum(inside, ends[here]), inside)
        apart = np.where(within, np.maximum(apart, gaps[here]), apart)
    rows, columns = slices.soft.shape
    edge = np.minimum.reduce([boxes[:, 0], boxes[:, 1], columns - boxes[:, 2], rows - boxes[:, 3]])
    return np.stack(
        [
            (boxes[:, 3] - boxes[:, 1]) / height,
            (boxes[:, 2] - boxes[:, 0]) / height,
            (boxes[:, 1] - middle) / height,
            (boxes[:, 3] - middle) / height,
            (area[last] - area[first]) / (slices.stroke * height),
            ends[first],
            ends[last],
            inside,
            apart,
            np.minimum(edge / height, 0.3),
        ],
        axis=1,
    ).astype(np.float32)
