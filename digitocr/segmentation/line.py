"""One image of one number, brought to a working size and cut into segments."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink, find_ink, ink_mask
from digitocr.imaging.ruled_lines import line_mask, remove_rules
from digitocr.records import Gray
from digitocr.segmentation.segment import Segments, segment_ink

WRITING_PX = 28  # size at which lines are cut, for which the candidate scorer is trained
# of the writing's height: wider than any stroke; 0.56 and 0.88 read a logbook cell otherwise
BACKGROUND_HEIGHTS = 0.7
# of the writing's height: no stroke of a digit is as long and as straight; 1.9 loses a pencilled digit
RULE = 1.5
SPECK_PX = 5  # pixels at the working size: less ink than this is dirt; 4 loses a cheque
SIDE_MAX_PX = 4000  # limit: a longer line is made smaller


def writing_height(gray: Gray) -> float:
    """A first guess at the height in pixels of the writing: that of the component with the median pixel.

    `gray` is (H, W) uint8, dark on light.
    """
    reach = max(5, int(0.5 * gray.shape[0]) | 1)
    mask = ink_mask(gray, reach)
    lines = line_mask(mask, max(12, int(0.9 * gray.shape[0])))
    components = opencv.component_stats(opencv.intersection(mask, opencv.complement(lines)))
    tall = components[components[:, cv2.CC_STAT_HEIGHT] * 5 > gray.shape[0]]
    return _median_height(tall) or _median_height(components) or float(gray.shape[0])


def _median_height(stats: NDArray[np.int32]) -> float:
    """The height of the component that holds the median pixel of ink; 0 for none."""
    if len(stats) == 0:
        return 0.0
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    order = np.argsort(heights)
    weight = np.cumsum(stats[order, cv2.CC_STAT_AREA])
    return float(heights[order][int(np.searchsorted(weight, 0.5 * weight[-1]))])


def drop_specks(ink: Ink, least_area: float) -> tuple[Ink, float]:
    """Take off components under `least_area` pixels, and all soft ink away from what is left.

    Returns:
        The ink, and the median height in pixels of what is left of it.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8, ltype=cv2.CV_32S)
    keep = (stats[:, cv2.CC_STAT_AREA] >= least_area).astype(np.uint8)
    keep[0] = 0
    of_component = keep * np.uint8(255)
    if keep[1:].all():
        mask = ink.mask
    elif count <= 256:  # a table of 256 is looked up in a tenth of the time
        mask = opencv.look_up(labels.astype(np.uint8), np.resize(of_component, 256))
    else:  # there may be more components than 16 bits count
        mask = of_component[labels]
    near = opencv.dilate(mask, 3, 3)
    height = _median_height(np.asarray(stats, np.int32)[1:][keep[1:] > 0])
    soft = opencv.intersection(ink.soft, near)
    return replace(ink, soft=soft, mask=mask), height


def segment_line(gray: Gray, writing_px: float | None = None) -> tuple[Segments | None, float]:
    """Cut a line image into segments.

    Args:
        gray: (H, W) uint8, dark on light.
        writing_px: the height of its writing, where the caller knows it.

    Returns:
        The segments (None where nothing is written), in pixels of the image times the returned scale.
    """
    scale = WRITING_PX / max(writing_px or writing_height(gray), 4.0)
    scale = min(max(scale, 0.05), 6.0, SIDE_MAX_PX / max(gray.shape))
    if abs(scale - 1) > 0.1:
        size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        gray = opencv.resize(gray, size, smooth)
    else:
        scale = 1.0
    ink = find_ink(gray, int(BACKGROUND_HEIGHTS * WRITING_PX) | 1)
    ink = remove_rules(ink, int(RULE * WRITING_PX))
    ink, height = drop_specks(ink, SPECK_PX)
    return segment_ink(ink, height), scale
