"""Other views of a line image: how the same number looks by another pen, camera and paper."""

from itertools import pairwise

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Gray

Random = np.random.Generator

BENT, BEND_PX, BEND_EVERY_PX = 0.6, 1.1, 8  # the share of views that bend, how far at most, and how often
BLURRED, COARSE, THINNED, THICKENED, NOISY = 0.25, 0.3, 0.1, 0.12, 0.4  # shares of views
COARSE_SCALES = 0.4, 0.8  # a view of fewer pixels, enlarged again
# Shares of views with a rule of the form from edge to edge, upright or level, and with a row that is near.
# Registers part amounts by such lines, and no drawn number had them.
UPRIGHT_RULE, LEVEL_RULE, NEAR_ROW = 0.12, 0.1, 0.08
RULE_PX, RULE_INK, RULE_LEAN_PX = (1, 4), (50, 255), 1.5
# A share of views with what is left of a cell's border, on any of its sides: cells of logbooks show it, and
# single digits within it were read as others.
BORDERS, BORDER_SIDE, BORDER_WIDTH_PX = 0.1, 0.6, (1, 6)
EDGE_PX = 6.0  # so near to the upper or lower edge lies a level rule
NEAR_ROW_PX = 2, 7  # how far a row above or below reaches into the image


def vary(rng: Random, strip: Gray, stretch: float) -> Gray:
    """Another view of a line image (32, W): (32, W * stretch), sheared, moved, bent, with other ink about."""
    view = _moved(rng, strip, stretch)
    if rng.random() < BENT:
        view = bend(rng, view, rng.uniform(0.2, BEND_PX))
    view = _other_pen(rng, view)
    view = _other_ink(rng, view)
    if rng.random() < COARSE:
        view = _coarse(view, rng.uniform(*COARSE_SCALES))
    if rng.random() < BLURRED:
        view = opencv.gaussian_blur(view, rng.uniform(0.4, 1.1))
    bright = view * np.float32(rng.uniform(0.6, 1.4))
    if rng.random() < NOISY:
        bright += np.float32(rng.uniform(0, 16)) * rng.standard_normal(view.shape, np.float32)
    return np.asarray(np.clip(bright, 0, 255), np.uint8)


def _moved(rng: Random, strip: Gray, stretch: float) -> Gray:
    rows, columns = strip.shape
    shear, rise, middle = rng.normal(0, 0.14), rng.uniform(0.8, 1.12), rows / 2
    matrix = np.array(
        [
            [stretch, shear, -shear * middle],
            [rng.normal(0, 0.015), rise, middle - rise * middle + rng.normal(0, 1.4)],
        ]
    )
    return opencv.warp_affine(strip, matrix, (max(1, int(columns * stretch)), rows))


def _other_pen(rng: Random, view: Gray) -> Gray:
    chance, kernel = rng.random(), np.ones((2, 2), np.uint8)
    if chance < THINNED:
        return np.asarray(cv2.erode(view, kernel), np.uint8)
    if chance < THINNED + THICKENED:
        return np.asarray(cv2.dilate(view, kernel), np.uint8)
    return view


def _other_ink(rng: Random, view: Gray) -> Gray:
    """Rules from edge to edge, and the feet or heads of a row nearby."""
    rows, columns = view.shape
    if rng.random() < NEAR_ROW:
        reach, at = int(rng.integers(*NEAR_ROW_PX)), int(rng.integers(0, columns))
        above = rng.random() < 0.5
        near = np.roll(view[rows // 2 : rows // 2 + reach], at, axis=1)
        edge = slice(0, reach) if above else slice(rows - reach, rows)
        view[edge] = np.maximum(view[edge], near)
    for share, upright in ((UPRIGHT_RULE, True), (LEVEL_RULE, False)):
        if rng.random() < share:
            view = np.maximum(view, _rule(rng, view.shape, upright=upright))
    return _with_borders(rng, view) if rng.random() < BORDERS else view


def _with_borders(rng: Random, view: Gray) -> Gray:
    """Paint a border of one width and darkness along some sides of an image (H, W) uint8."""
    rows, columns = view.shape
    width, ink = int(rng.integers(*BORDER_WIDTH_PX)), int(rng.integers(*RULE_INK))
    layer = np.zeros_like(view)
    corners = np.array([(0, 0), (columns - 1, 0), (columns - 1, rows - 1), (0, rows - 1), (0, 0)])
    for sides in pairwise(corners):
        if rng.random() < BORDER_SIDE:
            start, end = np.round(sides + rng.normal(0, RULE_LEAN_PX, (2, 2))).astype(int).tolist()
            cv2.line(layer, start, end, ink, width, cv2.LINE_AA)
    return np.asarray(np.maximum(view, layer), np.uint8)


def _rule(rng: Random, shape: tuple[int, ...], *, upright: bool) -> Gray:
    """A line from edge to edge of an image of this `shape`, (H, W) uint8."""
    rows, columns = shape if upright else shape[::-1]
    # A level line through the middle would strike the number out.
    at = (
        rng.uniform(0, columns)
        if upright
        else rng.uniform(0, EDGE_PX) + rng.integers(2) * (columns - EDGE_PX)
    )
    lean = rng.normal(0, RULE_LEAN_PX)
    layer = np.zeros((rows, columns), np.uint8)
    ends = (round(at - lean), -1), (round(at + lean), rows)
    ink, thickness = int(rng.integers(*RULE_INK)), int(rng.integers(*RULE_PX))
    cv2.line(layer, *ends, ink, thickness, cv2.LINE_AA)
    return layer if upright else np.ascontiguousarray(layer.T)


def _coarse(view: Gray, scale: float) -> Gray:
    rows, columns = view.shape
    coarse = opencv.resize(view, (max(4, round(scale * columns)), round(scale * rows)))
    return opencv.resize(coarse, (columns, rows), cv2.INTER_LINEAR)


def bend(rng: Random, strip: Gray, amount_px: float) -> Gray:
    """Move the pixels of a strip (32, W) smoothly about, by `amount_px` at a deviation (P. Simard, 2003)."""
    rows, columns = strip.shape
    knots = (rows // BEND_EVERY_PX + 1, columns // BEND_EVERY_PX + 2)
    moves = amount_px * rng.standard_normal((*knots, 2), np.float32)
    moves = opencv.resize(moves, (columns, rows), cv2.INTER_CUBIC)
    across = moves[..., 0] + np.arange(columns, dtype=np.float32)
    down = moves[..., 1] + np.arange(rows, dtype=np.float32)[:, None]
    return np.asarray(cv2.remap(strip, across, down, cv2.INTER_LINEAR), np.uint8)
