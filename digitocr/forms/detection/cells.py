"""The cells of a form: upright rectangles with a line on each side."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.junctions import lines_between_junctions
from digitocr.forms.detection.lines import LINE_CONTRAST_MIN, Lines, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Box, Gray

SIDE_MIN_MM = 2.3
DUPLICATE_PX = 4  # two rectangles whose sides differ by no more are one
NESTING_SLACK_PX = 3  # a nested rectangle may stand out of the outer one by this much,
NESTED_AREA_MAX = 0.9  # if its area is at most this share of the outer one's
CORNER_GAP_PX = 5  # two lines with a gap up to this meet at a corner
RECTANGULARITY_MIN = 0.86  # a cell covers this share of its bounding box
BORDER_COVERAGE_MIN = 0.9  # a line covers this share of each side of a cell
BORDER_COVERAGE_INKED_MIN = 0.75  # the same where ink may hide some of the line
BORDER_UNIFORMITY = 0.4  # a pixel of a line has at least this share of the line's median response
DIGIT_BOX_MAX_MM = 26.0
DIGIT_BOX_ASPECT_MIN = 0.3  # width by height of the narrowest digit box
DIGIT_BOX_ASPECT_MAX = 1.7  # and of the widest
LOOP_BOX_MAX_MM = 16.0  # holes within a box no larger are loops of digits, not boxes
TILING_MIN = 0.75  # cells that cover this share of an outer rectangle subdivide it
GUIDE_AREA_MAX, GUIDE_OFFSET_MAX = (
    0.5,
    0.16,
)  # a printed guide covers less of its box, and stands in its middle


def find_cells(layers: PrintLayers) -> list[Box]:
    """The innermost cells of a page, without their border lines; guides and digits in boxes are not cells."""
    occlusion_safe = _rectangles(lines_between_junctions(layers), layers, BORDER_COVERAGE_INKED_MIN)
    holes = _without_duplicates(
        [*_rectangles(layers.short, layers), *_rectangles(layers.long, layers), *occlusion_safe]
    )
    return _innermost(
        holes, [any(_is_duplicate(hole, safe) for safe in occlusion_safe) for hole in holes], layers.mm
    )


def has_digit_size(box: Box, mm: float, aspect_max: float = DIGIT_BOX_ASPECT_MAX) -> bool:
    """Whether a box is as large as one for a single digit, up to `aspect_max` times as wide as high."""
    return (
        DIGIT_BOX_ASPECT_MIN <= box.width / box.height <= aspect_max
        and max(box.width, box.height) <= DIGIT_BOX_MAX_MM * mm
    )


def _rectangles(lines: Lines, layers: PrintLayers, coverage_min: float = BORDER_COVERAGE_MIN) -> list[Box]:
    """Rectangles of paper between lines that cover at least `coverage_min` of each side."""
    across, down = (
        opencv.dilate(lines.horizontal, 1, CORNER_GAP_PX),
        opencv.dilate(lines.vertical, CORNER_GAP_PX, 1),
    )
    lines_mask = opencv.union(across, down, layers.solid)
    paper = opencv.complement(lines_mask)
    side, (height, width) = SIDE_MIN_MM * layers.mm, paper.shape
    contours, levels = cv2.findContours(paper, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = []
    for contour, level in zip(contours, levels[0] if levels is not None else (), strict=True):
        left, top, wide, high = cv2.boundingRect(contour)
        if level[3] >= 0 or min(wide, high) < side:
            continue
        if left == 0 or top == 0 or left + wide == width or top + high == height:
            continue
        hole = Box(left, top, left + wide, top + high)
        upright = cv2.contourArea(contour) >= RECTANGULARITY_MIN * (wide - 1) * (high - 1)
        if upright and min(border_coverage(hole, layers)) >= coverage_min:
            holes.append(hole)
    return holes


def border_coverage(hole: Box, layers: PrintLayers) -> list[float]:
    """The share of each side of a rectangle, left, right, top and bottom, that a line covers."""
    tolerance = CORNER_GAP_PX + min(hole.width, hole.height) // 10
    rows, columns = slice(hole.top, hole.bottom), slice(hole.left, hole.right)
    left, right = (
        slice(max(0, hole.left - tolerance), hole.left + tolerance),
        slice(hole.right - tolerance, hole.right + tolerance),
    )
    top, bottom = (
        slice(max(0, hole.top - tolerance), hole.top + tolerance),
        slice(hole.bottom - tolerance, hole.bottom + tolerance),
    )
    across, down = (
        (layers.horizontal_response, layers.short.horizontal),
        (layers.vertical_response, layers.short.vertical),
    )
    return [
        _covered(
            np.maximum(opencv.intersection(response[side], line[side]), layers.solid[side]).max(axis=axis)
        )
        for (response, line), side, axis in (
            (down, (rows, left), 1),
            (down, (rows, right), 1),
            (across, (top, columns), 0),
            (across, (bottom, columns), 0),
        )
    ]


def _covered(along: NDArray[np.uint8]) -> float:
    """The share of a side (N,) with about the response that is usual on it; a row of letters is uneven."""
    if not len(along):
        return 0.0
    return float(np.mean(along >= max(LINE_CONTRAST_MIN / 2, BORDER_UNIFORMITY * float(np.median(along)))))


def _without_duplicates(holes: Sequence[Box]) -> list[Box]:
    """The rectangles, without those that are nearly the same as an earlier one."""
    kept: dict[tuple[int, int], list[Box]] = {}
    for box in holes:
        x, y = (box.left + box.right) // (2 * DUPLICATE_PX), (box.top + box.bottom) // (2 * DUPLICATE_PX)
        near = (k for i in (-1, 0, 1) for j in (-1, 0, 1) for k in kept.get((x + i, y + j), ()))
        if not any(_is_duplicate(k, box) for k in near):
            kept.setdefault((x, y), []).append(box)
    return [box for boxes in kept.values() for box in boxes]


def _is_duplicate(a: Box, b: Box) -> bool:
    return (
        max(abs(a.left - b.left), abs(a.top - b.top), abs(a.right - b.right), abs(a.bottom - b.bottom))
        <= DUPLICATE_PX
    )


def _innermost(holes: Sequence[Box], occlusion_safe: Sequence[bool], mm: float) -> list[Box]:
    """The rectangles that contain no others; of a box with a guide in it, or a double border, one is kept.

    Args:
        holes: The rectangles.
        occlusion_safe: Whether each was found between lines that end on others: what is nested in a small
            one of these are loops of handwriting.
        mm: Pixels per millimetre.
    """
    array = np.array([(b.left, b.top, b.right, b.bottom) for b in holes]).reshape(-1, 4)
    areas = (array[:, 2] - array[:, 0]) * (array[:, 3] - array[:, 1])
    dropped: set[int] = set()
    for n in np.argsort(areas):  # small ones first: what they hold is settled
        left, top, right, bottom = array[n]
        reach = np.array([left, top, -right, -bottom]) - NESTING_SLACK_PX
        held = (array * (1, 1, -1, -1) > reach).all(axis=1)
        within = np.flatnonzero(held & (areas < NESTED_AREA_MAX * areas[n]))
        inner = [int(m) for m in within if int(m) not in dropped]
        if not inner:
            continue
        is_subdivided = sum(areas[m] for m in inner) > TILING_MIN * areas[n]
        has_loops = occlusion_safe[n] and max(holes[n].width, holes[n].height) <= LOOP_BOX_MAX_MM * mm
        is_filled_in = not is_subdivided and (has_loops or _is_guide(holes[n], [holes[m] for m in inner]))
        if has_digit_size(holes[n], mm) and is_filled_in:
            dropped.update(inner)
        else:
            dropped.add(int(n))
    return [hole for n, hole in enumerate(holes) if n not in dropped]


def _is_guide(box: Box, inner: Sequence[Box]) -> bool:
    """Whether the rectangles in a digit box are a printed guide to write over: 0, or 8 with its two holes."""
    extent = Box.bounding(inner)
    offset_x = abs(extent.left + extent.right - box.left - box.right) / 2
    offset_y = abs(extent.top + extent.bottom - box.top - box.bottom) / 2
    share = extent.area / box.area
    central = offset_x <= GUIDE_OFFSET_MAX * box.width and offset_y <= GUIDE_OFFSET_MAX * box.height
    column = all(abs(b.width - extent.width) <= 0.3 * extent.width for b in inner)
    return central and column and (share < GUIDE_AREA_MAX or len(inner) == 2)


def crop_inside(box: Box, ink: Gray, inset_px: int) -> Gray:
    """The part of `ink`, (H, W) uint8, inside a box, without `inset_px` along its sides."""
    return ink[box.inset(inset_px).region]
