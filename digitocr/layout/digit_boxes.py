"""Digit boxes: what stands in a row of boxes, one digit in each, is one number; cells of a grid are not."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.maps import PROBABLE, PageMaps, digit_heights_px
from digitocr.layout.order import text_lines
from digitocr.layout.region import Region, around, union
from digitocr.records import Gray

GRID_LINE_MIN = 2.6  # of the digits' height: a side of a digit box is shorter, a line of a grid is longer
SIDE_MIN = 0.8  # of the digits' height: no side of a digit box is shorter
LEAN = 0.25  # of the digits' height: so far a line may lean to either side; photographs lean by 10 degrees
DIGIT_WIDTH_MAX = 1.3  # of its height: what is wider is more than one digit
PITCH_MAX = 2.2  # of the digits' height from middle to middle: boxes farther apart are of two numbers
ALIKE = 0.6  # of the higher of two neighbours


def credible_links(maps: PageMaps) -> NDArray[np.bool_]:
    """Where the maps say that two digits are of one number, but not across a line that goes on past the row.

    Boxes for the digits of a number look like the cells of a grid, but their sides end at the row.
    """
    links = maps.link >= PROBABLE
    if not links.any():
        return links
    digit_px = float(np.median(digit_heights_px(maps.height[links]))) * maps.scale
    long = upright_lines(maps.line, GRID_LINE_MIN * digit_px, LEAN * digit_px)
    _, labels = cv2.connectedComponents(links.astype(np.uint8), connectivity=8)
    crossing = np.unique(labels[long & links])
    return links & ~np.isin(labels, crossing)


def in_digit_boxes(regions: Sequence[Region]) -> list[Region]:
    """The regions of one look, those joined that stand alone in neighbouring boxes of a row."""
    region_of = {around(region): region for region in regions}
    joined: list[Region] = []
    for line in text_lines(list(region_of)):
        run: list[Region] = []
        for region in [region_of[box] for box in line]:
            if run and not _share_a_side(run[-1], region):
                joined.append(_number_of(run))
                run = []
            run.append(region)
        joined.append(_number_of(run))
    return joined


def _number_of(run: Sequence[Region]) -> Region:
    return replace(union(run), digits=len(run)) if len(run) > 1 else run[0]


def _share_a_side(left: Region, right: Region) -> bool:
    """Whether two neighbours are single digits with the side of a box between them."""
    height = max(left.height, right.height)
    apart = right.middle[0] - left.middle[0]
    single = all(region.width < DIGIT_WIDTH_MAX * region.height for region in (left, right))
    if not single or apart > PITCH_MAX * height or min(left.height, right.height) < ALIKE * height:
        return False
    maps, scale = left.look.maps, left.look.scale
    middle = (left.middle[1] + right.middle[1]) / 2
    top, bottom = (round((middle + side * GRID_LINE_MIN * height) * scale) for side in (-1, 1))
    start, end = round(left.middle[0] * scale), round(right.middle[0] * scale)
    lines = maps.line[max(0, top) : bottom, max(0, start) : end]
    digit_px = height * scale
    sides = upright_lines(lines, SIDE_MIN * digit_px, LEAN * digit_px)
    row = slice(round(middle * scale) - max(0, top), round(middle * scale) - max(0, top) + 1)
    if not sides[row].any():
        return False
    return not upright_lines(lines, GRID_LINE_MIN * digit_px, LEAN * digit_px)[row].any()


def upright_lines(line: Gray, least_px: float, lean_px: float) -> NDArray[np.bool_]:
    """Where in a map of lines (h, w) one runs down for at least so many pixels, leaning so far: (h, w)."""
    if not line.size or line.shape[0] < least_px:
        return np.zeros(line.shape, np.bool_)
    lines = cv2.dilate(line, np.ones((1, 1 + 2 * round(lean_px)), np.uint8))
    kernel = np.ones((max(3, round(least_px)), 1), np.uint8)
    return np.asarray(cv2.morphologyEx(np.asarray(lines >= PROBABLE, np.uint8), cv2.MORPH_OPEN, kernel), bool)
