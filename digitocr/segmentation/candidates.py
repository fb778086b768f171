"""Runs of neighbouring segments as candidates: each a 28x28 image of its ink, and how it sits in its row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.imaging.normaliser import CROP_SIZE, MIN_SIDE_PX, normalise, tight_box
from digitocr.records import Gray
from digitocr.segmentation.segment import Segments

SLICES_MAX = 5  # limit: the most pieces that one digit may be made of; 4 and 6 read the same
# of the row's height: wider runs of two or more segments are no digit; 1.2 loses two of 12 cheques
CANDIDATE_WIDTH_MAX = 1.5
ALONE_WIDTH_MAX = 2.2  # but ink that stands alone may be a large cross or a long dash, as drawn in the tests
DOT = 0.3  # of the row's height: what is smaller stays small in its candidate image
# of the row's height: a wider gap that no ink crosses parts two characters; 0.2 and 0.31 read the same
CLEAR_GAP_MAX = 0.25
# of the stroke's width: one through less ink than this cuts nothing; 0.24 and 0.38 read the same
CLEAR_CUT = 0.3
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
    "gap_left",
    "gap_right",
    "side",
    "margin",
)
FAR = 1.0  # size, of the row's height, of the farthest distance that the candidate scorer is trained with


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Edges of a row's lattice.

    `first` and `last` (N,) int32: the candidate is made of segments first..last-1, whose ink is `ink` (H, W)
    uint8 where `label` (H, W) uint8 has their number; ink smaller than `least_px` stays small in its
    candidate image. `geometry` (N, len(GEOMETRY)) float32: sizes and places in row heights, measured from
    the row's middle, area in strokes of one row height, cuts in stroke widths.
    `gap_left` and `gap_right` reach to the neighbours' boxes, `side` to the nearer of the image's sides and
    `margin` to the nearer of its top and bottom.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    boxes: NDArray[np.int32]
    geometry: NDArray[np.float32]
    ink: Gray
    label: Gray
    least_px: float

    @property
    def crops(self) -> Gray:
        """(N, 28, 28) uint8, the candidate image of each."""
        return self.crops_of(range(len(self.first)))

    def crops_of(self, chosen: Sequence[int]) -> Gray:
        """(n, 28, 28) uint8, the candidate images of those chosen: making one takes as long as reading it."""
        crops = np.empty((len(chosen), CROP_SIZE, CROP_SIZE), np.uint8)
        for row, n in enumerate(chosen):
            left, top, right, bottom = self.boxes[n].tolist()
            first, last = int(self.first[n]), int(self.last[n])
            window = self.label[top:bottom, left:right]
            inside = (window == first) if last == first + 1 else (window >= first) & (window < last)
            crops[row] = normalise(self.ink[top:bottom, left:right] * inside, self.least_px)
        return crops


def candidates(segments: Segments) -> Candidates:
    """Every run of segments that could be one character."""
    runs, boxes = _runs(segments)
    first_last = np.array(runs, np.int32).reshape(-1, 2)
    box_array = np.array(boxes, np.int32).reshape(-1, 4)
    geometry = _geometry(segments, first_last, box_array)
    first, last = first_last[:, 0], first_last[:, 1]
    return Candidates(first, last, box_array, geometry, segments.soft, segments.label, DOT * segments.height)


def single_candidate(ink: Ink) -> Candidates | None:
    """All ink of an image (H, W) as one candidate, its geometry left at 0; None for no ink."""
    near = opencv.dilate(ink.mask, 3, 3)
    soft = opencv.intersection(ink.soft, near)
    left, top, right, bottom = tight_box(soft)
    if right <= left:
        return None
    ones = np.ones(1, np.int32)
    box = np.array([[left, top, right, bottom]], np.int32)
    geometry = np.zeros((1, len(GEOMETRY)), np.float32)
    return Candidates(ones - 1, ones, box, geometry, soft, np.zeros_like(soft), MIN_SIDE_PX)


def _runs(segments: Segments) -> tuple[list[tuple[int, int]], list[tuple[int, int, int, int]]]:
    """Runs of segments, (first, last), by rising first, and their boxes."""
    pieces, count = segments.boxes.tolist(), len(segments)
    clear = [
        True,
        *(segments.cuts < CLEAR_CUT * segments.stroke).tolist(),
        True,
    ]  # before each segment, and at the end
    runs, boxes = [], []
    for first in range(count):
        left, top, right, bottom = pieces[first]
        last, in_reach = first + 1, True
        while last <= count:
            piece = pieces[last - 1]
            gap = piece[0] - right
            left, top = min(left, piece[0]), min(top, piece[1])
            right, bottom = max(right, piece[2]), max(bottom, piece[3])
            if last > first + 1:
                apart = clear[last - 1] and gap > CLEAR_GAP_MAX * segments.height
                narrow = right - left <= CANDIDATE_WIDTH_MAX * segments.height
                in_reach = in_reach and not apart and narrow and last - first <= SLICES_MAX
            alone = clear[first] and clear[last] and not any(clear[first + 1 : last])
            if in_reach or (alone and right - left <= ALONE_WIDTH_MAX * segments.height):
                runs.append((first, last))
                boxes.append((left, top, right, bottom))
            if not in_reach and (not clear[first] or clear[last]):
                break
            last += 1
    return runs, boxes


def _geometry(segments: Segments, runs: NDArray[np.int32], boxes: NDArray[np.int32]) -> NDArray[np.float32]:
    first, last = runs[:, 0], runs[:, 1]
    count = len(segments)
    height = max(segments.height, 1.0)
    middles = (segments.boxes[:, 1] + segments.boxes[:, 3]) / 2
    middle = float(np.average(middles, weights=segments.area))
    area = np.concatenate([[0], np.cumsum(segments.area)])
    ends = np.concatenate([[0], segments.cuts, [0]]) / segments.stroke
    gaps = np.concatenate([[0], segments.boxes[1:, 0] - segments.boxes[:-1, 2], [0]]) / height
    # The cheapest cut and the widest gap inside a run say how easily it falls apart.
    here = np.minimum(first[:, np.newaxis] + np.arange(1, SLICES_MAX), count)
    within = here < last[:, np.newaxis]
    inside = np.where(within, ends[here], 3.0).min(axis=1, initial=3.0)
    apart = np.where(within, gaps[here], -1.0).max(axis=1, initial=-1.0)
    rows, columns = segments.soft.shape
    far = np.int32(FAR * height)
    nearest_left = np.concatenate([[-far], np.maximum.accumulate(segments.boxes[:, 2])])[first]
    nearest_right = np.concatenate([np.minimum.accumulate(segments.boxes[::-1, 0])[::-1], [columns + far]])[
        last
    ]
    side = np.minimum(boxes[:, 0], columns - boxes[:, 2])
    margin = np.minimum(boxes[:, 1], rows - boxes[:, 3])
    return np.stack(
        [
            (boxes[:, 3] - boxes[:, 1]) / height,
            (boxes[:, 2] - boxes[:, 0]) / height,
            (boxes[:, 1] - middle) / height,
            (boxes[:, 3] - middle) / height,
            (area[last] - area[first]) / (segments.stroke * height),
            ends[first],
            ends[last],
            inside,
            apart,
            np.minimum((boxes[:, 0] - nearest_left) / height, FAR),
            np.minimum((nearest_right - boxes[:, 2]) / height, FAR),
            np.minimum(side / height, FAR),
            np.minimum(margin / height, FAR),
        ],
        axis=1,
    ).astype(np.float32)
