"""Shaded areas without lines around them, in which to write."""

from collections.abc import Sequence

import cv2
import numpy as np

from digitocr.forms.detection.labelled_cells import EMPTY_MAX
from digitocr.forms.detection.lines import Print
from digitocr.forms.detection.proposals import HEIGHT_MM, WIDTH_MM, Place
from digitocr.imaging import opencv
from digitocr.records import Box

SHADES = (14, 100)  # gray levels by which a shade is darker than the paper
RECTANGULAR = 0.97  # of its bounding box is shaded
ASPECT_MIN = 0.8  # width by height: what is narrower is an ornament


def shaded_places(print_: Print, taken: Sequence[Box]) -> list[Place]:
    """Upright rectangles in a light tone with no print in them that meet none of `taken`."""
    mm = print_.mm
    calm = cv2.medianBlur(print_.gray, 5)
    dark, light = (max(0, print_.paper - shade) for shade in reversed(SHADES))
    shade = np.asarray(cv2.inRange(calm, np.array([dark]), np.array([light])), np.uint8)
    stats = opencv.component_stats(shade, 4)
    free = np.ones_like(print_.ink)
    for box in taken:
        free[box.region] = 0
    found = []
    for left, top, width, height, area in stats.tolist():
        fits = HEIGHT_MM[0] * mm <= height <= HEIGHT_MM[1] * mm and WIDTH_MM[0] * mm <= width
        if not fits or area < RECTANGULAR * width * height or width < ASPECT_MIN * height:
            continue
        box = Box(left, top, left + width, top + height)
        here = box.region
        inside = box.inset(3).region
        if free[here].all() and np.mean(print_.ink[inside] > 0) <= EMPTY_MAX and width < print_.ink.shape[1]:
            found.append(Place(box))
    return found
