"""What a sheet is known by: features of its print, and the four-cornered outlines of its boxes and tables."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import flatten
from digitocr.records import Gray

Points = NDArray[np.float32]  # (N, 2) or (N, 4, 2), x and y in pixels

SIDE_PX = 1200  # sheets are looked for at this size
FEATURES = 1600
LINE_REACH_PX = 15  # wider than printed lines and letters are thick at this size
PRINT_LEVEL = 50  # gray levels of darkness that count in full: pale boxes nearly as much as black tables
QUADS = 10  # the largest outlines of a page that are tried
QUAD_SHARE = 0.004  # of the picture: smaller outlines are no tables
FILLED = 0.93  # of its four corners' area: an outline that fills less is not four-cornered


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """A page made small, and what it is known by, in pixels of that.

    `scale` is small pixels per pixel of the page. `print` (h, w) uint8 is how dark lines and letters are, 0
    on paper and 255 where darkest. `points` (N, 2) float32 and `descriptors` (N, 32) uint8 are ORB features,
    `quads` (Q, 4, 2) float32 the corners of outlines, clockwise, the largest first.
    """

    scale: float
    print: Gray
    points: Points
    descriptors: Gray
    quads: Points


def find_landmarks(gray: Gray, side_px: int = SIDE_PX) -> Landmarks:
    """Find what a page, (H, W) uint8 dark on light, is known by.

    Sources: E. Rublee and others, "ORB: an efficient alternative to SIFT or SURF", 2011.
    """
    scale = min(1.0, side_px / max(gray.shape))
    small = gray
    if scale < 1:
        smaller = opencv.rescale(gray, scale)
        small = np.asarray(smaller, np.uint8)
    dark = flatten(small, LINE_REACH_PX)
    printed = np.asarray(cv2.convertScaleAbs(dark, alpha=255 / PRINT_LEVEL), np.uint8)
    found, descriptors = cv2.ORB_create(FEATURES, 1.3, 6).detectAndCompute(small, None)  # type: ignore[attr-defined]
    points = np.array([one.pt for one in found], np.float32).reshape(-1, 2)
    if descriptors is None:
        descriptors = np.zeros((0, 32), np.uint8)
    return Landmarks(scale, printed, points, np.asarray(descriptors, np.uint8), _quads(printed))


def _quads(printed: Gray) -> Points:
    """The corners (Q, 4, 2) of tables and boxes, clockwise, the largest first."""
    mask = opencv.threshold(printed, 128)
    mask = opencv.closing(mask, 3, 3)
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    least = QUAD_SHARE * printed.size
    found: list[tuple[float, Points]] = []
    for outline in outlines:
        _, _, width, height = cv2.boundingRect(outline)
        if width * height < least:
            continue
        hull = cv2.convexHull(outline)
        area = cv2.contourArea(hull)
        corners = _four_corners(np.asarray(hull, np.float32)[:, 0], area)
        if area >= least and corners is not None and not any(_same(corners, other) for _, other in found):
            found.append((area, corners))
    found.sort(key=lambda one: -one[0])
    return np.array([corners for _, corners in found[:QUADS]], np.float32).reshape(-1, 4, 2)


def _four_corners(hull: Points, area: float) -> Points | None:
    """The four-cornered figure, (4, 2) clockwise, that a convex outline is, or None."""
    length = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.02, 0.04):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            whole = cv2.contourArea(corners)
            close = FILLED * max(area, whole) <= min(area, whole)
            flat = np.asarray(corners, np.float32)[:, 0]
            clockwise = cv2.contourArea(corners, True) > 0
            return (flat if clockwise else flat[::-1].copy()) if close else None
    return None


def _same(one: Points, other: Points) -> bool:
    """Whether two figures are the inner and the outer edge of one line."""
    apart = np.abs(one[:, None] - other[None]).max(axis=2).min(axis=1)
    return bool(apart.max() < 12)
