"""Lines of a form that end on other lines, as the sides of boxes do.

Strokes of handwriting seldom end on a printed line at both ends, so this tells lines from strokes.
"""

import cv2
import numpy as np

from digitocr.forms.detection.lines import LINE_CONTRAST_MIN, SHORT_LINE_MM, Lines, PrintLayers
from digitocr.imaging import opencv
from digitocr.records import Gray

SMOOTHING_SIGMA_PX = 1.2  # across a line, so that its response has one maximum
OCCLUSION_MAX_MM = 2.5  # handwriting that crosses a line hides at most this much of it
OCCLUSION_MARGIN_MM = 2.0  # ink this near shifts the maximum of a line near_ink it
JUNCTION_LINE_MIN_MM = 2.6  # the shortest side of a digit box
JUNCTION_MM = 0.7  # a line ends this near to the line that it meets at a corner
HALF_THICKNESS_PX = 4  # half of the thickness of a line
FREE_LINE_MIN_MM = 16.0  # no stroke of a digit is as long, so such a line need not end on others
PRUNING_ROUNDS = 3  # a line that ended on a dropped stroke is dropped in the next round


def lines_between_junctions(layers: PrintLayers) -> Lines:
    """The lines of a page that begin and end on another line; parts hidden by handwriting are restored."""
    ink = np.ascontiguousarray(layers.ink.T)
    across = _line_centres(layers.horizontal_response, layers.ink, layers.mm)
    down = _line_centres(np.ascontiguousarray(layers.vertical_response.T), ink, layers.mm)
    reach, long = max(2, round(JUNCTION_MM * layers.mm)), FREE_LINE_MIN_MM * layers.mm
    for _ in range(PRUNING_ROUNDS):
        kept = (
            _between_junctions(down.T, across, reach, long),
            _between_junctions(across.T, down, reach, long),
        )
        across, down = kept
    upright = np.ascontiguousarray(layers.short.vertical.T)
    return Lines(
        _full_thickness(across, layers.short.horizontal),
        np.ascontiguousarray(_full_thickness(down, upright).T),
    )


def _full_thickness(middles: Gray, lines: Gray) -> Gray:
    """The centre lines `middles` (H, W) with the pixels of `lines` (H, W) that are near to them."""
    near = opencv.dilate(middles, 2 * HALF_THICKNESS_PX + 1, 1)
    return opencv.union(middles, opencv.intersection(near, lines))


def _line_centres(response: Gray, ink: Gray, mm: float) -> Gray:
    """The centre lines of horizontal lines: (H, W) uint8, 3 pixels thick.

    Args:
        response: (H, W) uint8, the black-hat response. Slanted strokes leave a corridor of 3 pixels soon.
        ink: (H, W) uint8; gaps of a line are closed where ink is in them or beside them.
        mm: Pixels per millimetre.
    """
    smooth = np.asarray(cv2.GaussianBlur(response, (1, 5), SMOOTHING_SIGMA_PX), np.uint8)
    top = opencv.dilate(smooth, 5, 1)
    ridge = np.where((smooth >= top) & (smooth > LINE_CONTRAST_MIN), 255, 0).astype(np.uint8)
    corridor = opencv.dilate(ridge, 3, 1)
    corridor = opencv.closing(corridor, 1, 5)
    pieces = opencv.opening(corridor, 1, max(9, round(SHORT_LINE_MM * mm)))
    closed = opencv.closing(pieces, 1, round(OCCLUSION_MAX_MM * mm) | 1)
    near_ink = opencv.dilate(ink, 3, round(OCCLUSION_MARGIN_MM * mm) | 1)
    whole = opencv.union(pieces, opencv.intersection(closed, near_ink))
    return opencv.opening(whole, 1, round(JUNCTION_LINE_MIN_MM * mm))


def _between_junctions(crossing: Gray, across: Gray, reach: int, long: float) -> Gray:
    """The lines of the mask `across` (H, W) whose both ends are within `reach` pixels of the mask `crossing`.

    A line of at least `long` pixels is kept anyway: ink may hide its ends, and no stroke is as long.
    """
    near = opencv.dilate(np.ascontiguousarray(crossing), 2 * reach + 1, 2 * reach + 1) > 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    left, right = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] - 1
    rows, columns = np.nonzero(near & (across > 0))
    piece = labels[rows, columns]
    on_junction = np.zeros((2, count), np.bool_)
    on_junction[0, piece[columns - left[piece] <= reach]] = True
    on_junction[1, piece[right[piece] - columns <= reach]] = True
    kept = on_junction.all(axis=0) | (right - left >= long)
    keep = np.where(kept, 255, 0).astype(np.uint8)
    keep[0] = 0
    return np.asarray(keep[labels], np.uint8)
