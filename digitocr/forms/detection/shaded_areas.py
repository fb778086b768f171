"""Fields that are printed as shaded areas without lines around them."""

from collections.abc import Sequence

import cv2
import numpy as np

from digitocr.forms.detection.labelled_cells import EMPTY_INK_MAX
from digitocr.forms.detection.lines import PrintLayers
from digitocr.forms.detection.proposals import CELL_HEIGHT_MM, CELL_WIDTH_MM, Proposal
from digitocr.imaging import opencv
from digitocr.records import Box

SHADE_CONTRAST = (14, 100)  # gray levels by which a shaded area is darker than the paper
FILL_MIN = 0.97  # of its bounding box
ASPECT_MIN = 0.8  # width by height: a narrower area is an ornament


def propose_shaded_areas(layers: PrintLayers, taken: Sequence[Box]) -> list[Proposal]:
    """Rectangles in a light tone, without print in them, that intersect none of `taken`."""
    mm = layers.mm
    smooth = cv2.medianBlur(layers.gray, 5)
    dark, light = (max(0, layers.paper - shade) for shade in reversed(SHADE_CONTRAST))
    shade = np.asarray(cv2.inRange(smooth, np.array([dark]), np.array([light])), np.uint8)
    stats = opencv.component_stats(shade, 4)
    free = np.ones_like(layers.ink)
    for box in taken:
        free[box.region] = 0
    proposals = []
    for left, top, width, height, area in stats.tolist():
        fits = CELL_HEIGHT_MM[0] * mm <= height <= CELL_HEIGHT_MM[1] * mm and CELL_WIDTH_MM[0] * mm <= width
        if not fits or area < FILL_MIN * width * height or width < ASPECT_MIN * height:
            continue
        box = Box(left, top, left + width, top + height)
        region = box.region
        inside = box.inset(3).region
        if (
            free[region].all()
            and np.mean(layers.ink[inside] > 0) <= EMPTY_INK_MAX
            and width < layers.ink.shape[1]
        ):
            proposals.append(Proposal(box))
    return proposals
