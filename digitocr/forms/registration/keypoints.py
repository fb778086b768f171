"""The keypoints of a sheet: ORB features of its print, and the quadrilateral outlines of boxes and tables."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import flatten
from digitocr.records import Gray

Points = NDArray[np.float32]  # (N, 2) or (N, 4, 2), x and y in pixels

WORKING_SIDE_PX = 1200  # the long side at which sheets are registered
KEYPOINTS_MAX = 1600
KEYPOINT_BACKGROUND_PX = 15  # wider than printed lines and strokes of letters at this size
FULL_CONTRAST = 50  # gray levels that count in full: pale boxes weigh nearly as much as black tables
QUADS_MAX = 10  # the largest outlines of a page that are kept
QUAD_AREA_MIN = 0.004  # of the image
QUAD_FILL_MIN = 0.93  # the smaller by the larger of an outline's area and that of its four corners
SAME_OUTLINE_PX = 12  # the inner and the outer outline of one line are no further apart


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """A downscaled page and its keypoints, in pixels of that.

    Attributes:
        scale: Pixels of the downscaled page per pixel of the page.
        print: (h, w) uint8, the darkness of lines and letters, 0 on paper.
        points: (N, 2) float32, the positions of ORB features.
        descriptors: (N, 32) uint8, their descriptors.
        quads: (Q, 4, 2) float32, the corners of outlines, clockwise, the largest first.
    """

    scale: float
    print: Gray
    points: Points
    descriptors: Gray
    quads: Points


def find_keypoints(gray: Gray, side_px: int = WORKING_SIDE_PX) -> Keypoints:
    """The keypoints of a page.

    Args:
        gray: (H, W) uint8, dark on light.
        side_px: The long side of the downscaled page.

    Sources: E. Rublee and others, "ORB: an efficient alternative to SIFT or SURF", 2011.
    """
    scale = min(1.0, side_px / max(gray.shape))
    small = gray
    if scale < 1:
        smaller = opencv.rescale(gray, scale)
        small = np.asarray(smaller, np.uint8)
    dark = flatten(small, KEYPOINT_BACKGROUND_PX)
    printed = opencv.scaled(dark, 255 / FULL_CONTRAST)
    keypoints, descriptors = cv2.ORB_create(KEYPOINTS_MAX, 1.3, 6).detectAndCompute(small, None)  # type: ignore[attr-defined]
    points = np.array([first.pt for first in keypoints], np.float32).reshape(-1, 2)
    if descriptors is None:
        descriptors = np.zeros((0, 32), np.uint8)
    return Keypoints(scale, printed, points, np.asarray(descriptors, np.uint8), _quads(printed))


def _quads(printed: Gray) -> Points:
    """The corners (Q, 4, 2) of tables and boxes, clockwise, the largest first."""
    mask = opencv.threshold(printed, 128)
    mask = opencv.closing(mask, 3, 3)
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    area_min = QUAD_AREA_MIN * printed.size
    quads: list[tuple[float, Points]] = []
    for outline in outlines:
        _, _, width, height = cv2.boundingRect(outline)
        if width * height < area_min:
            continue
        hull = cv2.convexHull(outline)
        area = cv2.contourArea(hull)
        corners = _four_corners(np.asarray(hull, np.float32)[:, 0], area)
        if area >= area_min and corners is not None and not any(_same(corners, other) for _, other in quads):
            quads.append((area, corners))
    quads.sort(key=lambda quad: -quad[0])
    return np.array([corners for _, corners in quads[:QUADS_MAX]], np.float32).reshape(-1, 4, 2)


def _four_corners(hull: Points, area: float) -> Points | None:
    """The corners (4, 2), clockwise, of a convex outline that is a quadrilateral; else None."""
    length = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.02, 0.04):
        corners = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(corners) == 4:
            whole = cv2.contourArea(corners)
            close = QUAD_FILL_MIN * max(area, whole) <= min(area, whole)
            flat = np.asarray(corners, np.float32)[:, 0]
            clockwise = cv2.contourArea(corners, True) > 0
            return (flat if clockwise else flat[::-1].copy()) if close else None
    return None


def _same(first: Points, other: Points) -> bool:
    """Whether two quadrilaterals are the inner and the outer outline of one line."""
    distance = np.abs(first[:, None] - other[None]).max(axis=2).min(axis=1)
    return bool(distance.max() < SAME_OUTLINE_PX)
