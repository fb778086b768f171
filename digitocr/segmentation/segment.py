"""One row of ink into segments: minimal-ink cut paths from top to bottom, and the pieces between them.

A cut path is a path from the top of the row to its bottom, one pixel a row, at most one column to the side
each step, along which the least ink is cut (dynamic programming as in seam carving: S. Avidan, A. Shamir,
2007). It finds gaps between slanted digits as well as the best cut through touching ones, and it runs on
the gray ink, so a blurred image needs no hard decision.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.records import Gray

# cost of a step to the side, in pixels of full ink: straight cuts win ties; a quarter more or less reads
# one of 81 pencilled digits otherwise
SIDE_STEP = 0.15
HEIGHT_TYPICAL_PX = 31.0  # rows come scaled so that their writing is about this high: 28 px and its overshoot
# cut paths are tried through every second column of these rows; a quarter lower they lose a cheque
ANCHOR_ROWS = (0.3, 0.5, 0.7)
WALL = np.float32(1e6)  # size of a cost that no path of ink reaches


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """A row cut into K ordered pieces.

    `soft` (H, W) uint8 is the ink and `dark` (H, W) uint8 all that is darker than the paper, `contrast` gray
    levels where it is ink; `label` (H, W) uint8 gives for each pixel the piece it lies in,
    0..K-1 from left to right; `boxes` (K, 4) int32 are the tight (left, top, right, bottom) of each
    piece's ink; `cuts` (K-1,) float32 is the ink that the cut path before piece 1..K-1 cuts through, in
    pixels; `height` is the height in pixels of the row's writing and `stroke` its stroke width.
    """

    soft: Gray
    dark: Gray
    contrast: float
    label: Gray
    boxes: NDArray[np.int32]
    area: NDArray[np.float32]
    cuts: NDArray[np.float32]
    height: float
    stroke: float

    def __len__(self) -> int:
        return len(self.boxes)


def cut_paths(soft: Gray) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The best cut path through each anchor point.

    Args:
        soft: (H, W) uint8 ink, 255 = full.

    Returns:
        paths (S, H) int32, the column of each cut path in each row (ink in columns < path lies left of it),
        and costs (S,) float32, the ink cut in pixels of full ink.
    """
    height, width = soft.shape
    ink = soft.astype(np.float32) / np.float32(255)
    total, column_before = _lowest_costs(ink)
    down, up = total[:, 1 : width + 1], total[:, width + 2 : -1]
    columns = np.arange(0, width, 2)
    anchors = [min(height - 1, int(share * height)) for share in ANCHOR_ROWS]
    # Each path is walked from its anchor to the top, and to the bottom: the top of the ink upside down.
    starts = [(anchor, n, 0) for n, anchor in enumerate(anchors)]
    starts += [(height - 1 - anchor, n, width + 1) for n, anchor in enumerate(anchors)]
    starts.sort(reverse=True)
    walked = np.empty((height, len(starts), len(columns)), np.intp)
    count = 0
    for row in range(starts[0][0], -1, -1):
        while count < len(starts) and starts[count][0] == row:
            walked[row, count] = columns + starts[count][2]
            count += 1
        if row:
            column_before[row - 1].take(walked[row, :count], out=walked[row - 1, :count], mode="clip")
    paths = np.empty((len(anchors), len(columns), height), np.int32)
    for k, (start, n, first_column) in enumerate(starts):
        if first_column:
            paths[n, :, height - 1 - start :] = walked[start::-1, k].T - first_column
        else:
            paths[n, :, : start + 1] = walked[: start + 1, k].T
    costs = [
        down[anchor, columns] + up[height - 1 - anchor, columns] - ink[anchor, columns] for anchor in anchors
    ]
    return paths.reshape(-1, height), np.concatenate(costs)


def _lowest_costs(ink: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The costs of the cheapest paths from the top to each pixel, of the ink (H, W) and of it upside down.

    Returns:
        (H, 2W + 3) costs, of the ink and of the same upside down, with walls beside and between them;
        (H - 1, 2W + 1) the column of the path in the row before, counted without the first wall.
    """
    height, width = ink.shape
    cost = np.full((height, 2 * width + 3), WALL)
    cost[:, 1 : width + 1], cost[:, width + 2 : -1] = ink, ink[::-1]
    total = cost.copy()
    sideways = np.empty((height - 1, 2 * width + 1), np.float32)
    best = np.empty(2 * width + 1, np.float32)
    middle = total[:, 1:-1]
    rows = zip(
        total[:-1, :-2], total[:-1, 2:], middle[:-1], cost[1:, 1:-1], middle[1:], sideways, strict=True
    )
    for left, right, before, ink_after, after, with_step in rows:
        np.minimum(left, right, out=with_step)
        np.add(with_step, SIDE_STEP, out=with_step)
        np.minimum(with_step, before, out=best)
        np.add(best, ink_after, out=after)
    move = (total[:-1, :-2] > total[:-1, 2:]).view(np.int8) * np.int8(2) - np.int8(1)
    move *= (total[:-1, 1:-1] > sideways).view(np.int8)
    return total, move + np.arange(2 * width + 1)


def choose_cut_paths(
    soft: Gray, paths: NDArray[np.int32], costs: NDArray[np.float32], stroke: float
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The cut paths worth cutting at, cheapest of each neighbourhood, ordered from left to right.

    Two cut paths are neighbours when little ink lies between them. A cut path through ink is kept only where
    it cuts no more than about two strokes.

    Args:
        soft: the ink of a row, (H, W) uint8.
        paths: (N, H), the column of each path in each row.
        costs: (N,) float32, of each path.
        stroke: the pen's width in pixels.

    Returns:
        The numbers of the M paths that are kept, (M,), and how much ink each cuts, (M,) float32.
    """
    rows, width = soft.shape
    cumulative = np.zeros((rows, width + 1), np.float32)
    np.cumsum(soft, axis=1, dtype=np.float32, out=cumulative[:, 1:])
    cumulative /= 255
    on_paths = paths + np.arange(rows) * (width + 1)
    cut = cv2.copyMakeBorder(soft, 0, 0, 0, 1, cv2.BORDER_CONSTANT).ravel().take(on_paths).sum(axis=1) / 255
    cheap = np.flatnonzero(cut < 2.2 * stroke)
    cut, costs, left = cut[cheap], costs[cheap], cumulative.ravel().take(on_paths[cheap]).sum(axis=1)
    total = float(cumulative[:, -1].sum())
    gap_ink = 0.8 * stroke * stroke
    # Ends are left out: a cut path with nothing on one side divides nothing.
    usable = (left >= gap_ink) & (total - left >= gap_ink)
    height = min(float(soft.shape[0]), HEIGHT_TYPICAL_PX)
    apart = np.where(cut < 0.5 * stroke, gap_ink, 0.7 * stroke * height)
    by_cost = np.argsort(costs, kind="stable")
    by_cost = by_cost[usable[by_cost]]
    chosen: list[int] = []
    while len(by_cost):
        index = by_cost[0]
        chosen.append(int(index))
        by_cost = by_cost[np.abs(left[by_cost] - left[index]) >= apart[by_cost]]
    order = np.array(sorted(chosen, key=lambda i: left[i]), dtype=np.intp)
    return cheap[order], cut[order].astype(np.float32)


def stroke_width(mask: Gray) -> float:
    """The pen's width in pixels of a mask (H, W): ink area over the length of its skeleton.

    The length of the skeleton is taken to be half of the outline's.
    """
    area = cv2.countNonZero(mask)
    if area == 0:
        return 1.0
    outline = area - cv2.countNonZero(opencv.erode(mask, 3, 3))
    return max(1.0, 2 * area / max(outline, 1))


def segment_ink(ink: Ink, writing_px: float) -> Segments | None:
    """Cut one row of ink, whose writing is `writing_px` high, into segments; None where there is no ink."""
    _, top, width, height = cv2.boundingRect(ink.mask)
    if width == 0:
        return None
    soft = ink.soft
    stroke = stroke_width(ink.mask)
    band = soft[top : top + height]
    paths, costs = cut_paths(band)
    kept, cuts = choose_cut_paths(band, paths, costs, stroke)
    label = np.zeros(soft.shape, np.uint8)
    chosen = np.maximum.accumulate(paths[kept], axis=0) if len(kept) else paths[:0]
    marks = np.zeros((height, soft.shape[1]), np.uint8)
    rows = np.arange(height)
    for path in chosen[:254]:
        marks[rows, path] += 1
    label[top : top + height] = np.cumsum(marks, axis=1, dtype=np.uint8)
    return measure(ink, label, cuts, writing_px, stroke)


def measure(ink: Ink, label: Gray, cuts: NDArray[np.float32], height: float, stroke: float) -> Segments:
    """The segments of a row of ink: boxes and areas, empty ones dropped.

    Args:
        ink: the row, (H, W).
        label: (H, W) uint8, the number of the segment that each pixel is of, from the left.
        cuts: float32, the ink cut between each segment and the next.
        height: the writing's, in pixels.
        stroke: the pen's width in pixels.
    """
    count = int(label.max()) + 1
    pixels = np.flatnonzero(ink.mask)
    rows, columns = np.divmod(pixels, label.shape[1])
    owner = label.ravel()[pixels].astype(np.intp)
    area = np.bincount(owner, minlength=count).astype(np.float32)
    left, right = _extent(owner, columns, count, label.shape[1])
    top, bottom = _extent(owner, rows, count, label.shape[0])
    boxes = np.where(area > 0, [left, top, right, bottom], 0).T.astype(np.int32, order="C")
    alive = area > 0
    if not alive.all():
        renumber = np.maximum(np.cumsum(alive) - 1, 0).astype(np.uint8)
        label = renumber[label]
        # A dropped piece's cut path goes with it; the cheaper of the two that met there stays.
        cuts = np.array(
            [cuts[i] for i in range(count - 1) if alive[i + 1] and alive[: i + 1].any()], np.float32
        )
        boxes, area = boxes[alive], area[alive]
    return Segments(
        ink.soft, ink.dark, ink.contrast, label, boxes, area, cuts.astype(np.float32), height, stroke
    )


def _extent(
    owner: NDArray[np.intp], position: NDArray[np.intp], count: int, size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(count,) the first position of each owner's pixels, and the one after the last; any for no pixels."""
    holds = np.bincount(owner * size + position, minlength=count * size).reshape(count, size) > 0
    return holds.argmax(axis=1), size - holds[:, ::-1].argmax(axis=1)
