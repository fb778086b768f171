"""Empty circles to be filled in, of which a form has rows: the maps take them for zeros.

A printed 0 is narrower than high, and what a hand writes is seldom round, and never so in one size.
"""

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from digitocr.segmentation.segment import Segments
from digitocr.segmentation.strike import WEAK

# Of the height of a ring: its width. The circles of the development sets' forms have 0.97 to 1.14, as few
# pixels as they have; no other ring on these sets' pages and tables, drawn or scanned, passes all four tests.
ASPECT_RANGE = (0.86, 1.16)
ROUND_MIN = 0.8  # of the smallest circle around it: what it covers; circles of 17 px cover 0.86
ALONE_MIN_SHARE = 0.85  # of all ink of the row
CIRCLES_MIN = 5  # so many of one size are a pattern
SIZE_SPREAD_MAX = 0.08  # of the median size: circles of one form differ by 0.05


class ScaledRow(Protocol):
    """A place where a number may stand, with its size on the page."""

    @property
    def segments(self) -> Segments | None: ...

    @property
    def scale(self) -> float:
        """Pixels of the page a pixel of the row."""
        ...


def are_circles(rows: Sequence[ScaledRow]) -> list[bool]:
    """For each row of a page whether it is one of many circles of one size."""
    sizes = np.array([_circle_size(row.segments) * row.scale if row.segments else 0.0 for row in rows])
    rings = sizes > 0
    if rings.sum() < CIRCLES_MIN:
        return [False] * len(rows)
    size = float(np.median(sizes[rings]))
    of_size = np.abs(sizes - size) <= SIZE_SPREAD_MAX * size
    return list(of_size.tolist()) if of_size.sum() >= CIRCLES_MIN else [False] * len(rows)


def _circle_size(segments: Segments) -> float:
    """How high the circle is that is all of a row, in pixels of the row; 0 if it is none."""
    left, top = segments.boxes[:, :2].min(axis=0)
    right, bottom = segments.boxes[:, 2:].max(axis=0)
    low, high = ASPECT_RANGE
    if not low * (bottom - top) <= right - left <= high * (bottom - top):
        return 0.0
    ink = np.asarray(segments.dark > WEAK * segments.contrast, np.uint8)
    outlines, levels = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return 0.0
    parents = np.asarray(levels)[0, :, 3]
    areas = np.array([cv2.contourArea(outline) for outline in outlines])
    outer = int(np.argmax(np.where(parents < 0, areas, 0)))
    _, radius = cv2.minEnclosingCircle(outlines[outer])
    *_, width, height = cv2.boundingRect(outlines[outer])
    is_circle = (
        low * height <= width <= high * height
        and areas[outer] > ROUND_MIN * np.pi * radius**2
        and (parents == outer).any()
        and areas[outer] > ALONE_MIN_SHARE * areas[parents < 0].sum()
    )
    return float(height) if is_circle else 0.0
