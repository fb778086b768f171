"""A line of ink as pieces that stand apart: connected components, those above one another as one piece.

Most digits of most numbers touch no other. Cut paths are looked for only where a piece holds several.
"""

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.segmentation.segment import Segments, stroke_width

# Of the width of the narrower: components that overlap by more are parts of one digit, such as the bar of a
# 5 or what is above and below a line that was removed; the ends of slanted neighbours overlap by less.
OVERLAP_MAX = 0.5
COMPONENTS_MAX = 64  # limit: more are dirt, or many words
NO_PIECE = 255  # label of paper


def pieces(ink: Ink, writing_px: float) -> Segments | None:
    """The pieces of a line of ink (H, W), whose writing is `writing_px` high, as its segments.

    Returns:
        None where there is no ink, or more components than are told apart.
    """
    labels, stats = opencv.connected_components(ink.mask)
    if not 1 < len(stats) <= COMPONENTS_MAX:
        return None
    boxes: list[list[int]] = []
    areas: list[int] = []
    piece_of = np.full(256, NO_PIECE, np.uint8)
    for component in np.argsort(stats[1:, cv2.CC_STAT_LEFT], kind="stable") + 1:
        left, top, width, height, area = stats[component].tolist()
        right, bottom = left + width, top + height
        for piece in range(len(boxes)):
            box = boxes[piece]
            if min(box[2], right) - left > OVERLAP_MAX * min(box[2] - box[0], width):
                boxes[piece] = [box[0], min(box[1], top), max(box[2], right), max(box[3], bottom)]
                areas[piece] += area
                break
        else:
            piece = len(boxes)
            boxes.append([left, top, right, bottom])
            areas.append(area)
        piece_of[component] = piece
    # The soft edges of a piece, a pixel around it, are its own; of two pieces as near, the left one's.
    label = opencv.erode(opencv.look_up(labels.astype(np.uint8), piece_of), 3, 3)
    return Segments(
        ink.soft,
        ink.dark,
        ink.contrast,
        label,
        np.array(boxes, np.int32),
        np.array(areas, np.float32),
        np.zeros(len(boxes) - 1, np.float32),
        writing_px,
        stroke_width(ink.mask),
    )
