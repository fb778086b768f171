"""Links between digits that stand apart: the boxes of one number have them, the cells of a grid have not."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.maps import LIKELY, PageMaps, digit_heights_px
from digitocr.records import Gray

GRID_LINE_MIN = 2.6  # of the digits' height: drawn sides of digit boxes are shorter, lines of a grid longer
LEAN = 0.25  # of the digits' height: so far a line may lean to either side; photographs lean by 10 degrees


def credible_links(maps: PageMaps) -> NDArray[np.bool_]:
    """Where the maps say that two digits are of one number, but not across a line that goes on past the row.

    The mask has the shape (h, w) of the maps. Boxes for the digits of a number look like the cells of a
    grid, but their sides end at the row.
    """
    links = maps.link >= LIKELY
    if not links.any():
        return links
    digit_px = float(np.median(digit_heights_px(maps.height[links]))) * maps.scale
    long = upright_lines(maps.line, GRID_LINE_MIN * digit_px, LEAN * digit_px)
    _, labels = cv2.connectedComponents(links.astype(np.uint8), connectivity=8)
    is_crossing = np.bincount(labels[long & links], minlength=int(labels.max()) + 1) > 0
    return np.asarray(links & ~is_crossing[labels], np.bool_)


def upright_lines(line: Gray, least_px: float, lean_px: float) -> NDArray[np.bool_]:
    """Where in a map of lines (h, w) one runs down for at least so many pixels, leaning so far: (h, w)."""
    if not line.size or line.shape[0] < least_px:
        return np.zeros(line.shape, np.bool_)
    lines = opencv.dilate(line, 1, 1 + 2 * round(lean_px)) >= LIKELY
    return opencv.opening(lines.astype(np.uint8), max(3, round(least_px)), 1) > 0
