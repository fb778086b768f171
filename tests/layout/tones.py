"""A stand-in for the page segmenter: dark ink is digits, paler ink other ink, and a line where it is long."""

import cv2
import numpy as np

from digitocr.layout.maps import STRIDE, PageMaps, height_level

PAPER, DIGIT, OTHER, LINE = 235, 10, 110, 175
DIGIT_MAX, INK_MAX = 70, 225  # the palest digit, the palest ink
LONG_PX = 60  # of a map: longer pale ink is a line
CORE_MARGIN, CORE_END, LINKED, APART = 0.28, 0.2, 0.55, 1.6


def sheet(width, height):
    return np.full((height, width), PAPER, np.uint8)


def write(page, text, left, base, height=28, tone=DIGIT):
    """Write, and return the box (left, top, right, bottom) of the ink."""
    scale = height / 21.0
    layer = np.zeros_like(page)
    thick = max(2, round(height / 12))
    cv2.putText(layer, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_8)
    page[layer > 0] = tone
    x, y, across, down = cv2.boundingRect(layer)
    return x, y, x + across, y + down


def segment(image):
    """Maps of an image (H, W) uint8, as `PageSegmenter.maps` makes them."""
    rows, columns = -(-image.shape[0] // STRIDE), -(-image.shape[1] // STRIDE)
    half = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    digit = (half <= DIGIT_MAX).astype(np.uint8)
    pale = (half <= INK_MAX) & (cv2.dilate(digit, np.ones((5, 5), np.uint8)) == 0)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pale.astype(np.uint8), connectivity=8)
    long = stats[:, 2:4].max(axis=1) > LONG_PX
    long[0] = False
    line = long[labels]
    other = pale & ~line
    core, link, height = (np.zeros((rows, columns), np.uint8) for _ in range(3))
    boxes = sorted(tuple(int(v) for v in b) for b in _components(digit) if b[3] * STRIDE >= 6)
    for x, y, across, down in boxes:
        left, right, top, bottom = _band(x, y, across, down)
        core[top:bottom, left:right] = 255
        height[y : y + down, x : x + across] = round(height_level(down * STRIDE))
    for x, y, across, down in boxes:
        for x2, y2, across2, down2 in boxes:
            gap = x2 - (x + across)
            level = abs((y2 + down2 / 2) - (y + down / 2)) < 0.3 * down and 0.7 * down < down2 < 1.5 * down
            if level and -0.5 * down < gap <= APART * down and x2 > x:
                _, start, top, bottom = _band(x, y, across, down)
                end, _, top2, bottom2 = _band(x2, y2, across2, down2)
                corners = np.array(
                    [[start, top], [end, top2], [end, bottom2 - 1], [start, bottom - 1]], np.int32
                )
                kind = core if gap <= LINKED * down else link
                cv2.fillConvexPoly(kind, corners, 255)
                cv2.fillConvexPoly(height, corners, round(height_level(down * STRIDE)))
    return PageMaps(core, digit * np.uint8(255), *(np.uint8(255) * m for m in (line, other)), link, height)


def _band(x, y, across, down):
    """Left, right, top and bottom of a digit's core."""
    margin, end = CORE_MARGIN * down, min(CORE_END * down, 0.3 * across)
    left, top = round(x + end), round(y + margin)
    return left, max(left + 1, round(x + across - end)), top, max(top + 1, round(y + down - margin))


def _components(mask):
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    return stats[1:count, :4].tolist()
