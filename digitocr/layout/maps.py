"""What a page segmenter says of an image: for each place whether it shows a number, a line or other ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray

MAP_NAMES = ("core", "digit", "line", "other", "link", "height")
# index of each map
CORE_MAP, DIGIT_MAP, LINE_MAP, OTHER_MAP, LINK_MAP, HEIGHT_MAP = range(len(MAP_NAMES))
LIKELY = 128  # of 255: more likely than not; the network's maps are probabilities
CORE_MARGIN = 0.28  # size, of a digit's height: what a core leaves free above and below it
CORE_END = 0.2  # size, of a digit's height: what a core leaves free at both ends
INK_MIN = 110  # of 255: ink of a digit, or other ink; a little less than likely, as blur thins strokes
AREA_MIN = 4  # map pixels of a core or of ink: less is noise; 3 gives a false reading more on 8 sudokus
STRIDE = 2  # size, input pixels a pixel of the maps
# Digits this high, in input pixels, are height 0 and 255 of the map; between them it is logarithmic.
HEIGHT_RANGE_PX = (6.0, 72.0)  # sizes that the page segmenter is trained with


@dataclass(frozen=True, slots=True, eq=False)
class PageMaps:
    """What the network says of an image (H, W): arrays (h, w) uint8, h = ceil(H / 2), w = ceil(W / 2).

    In all but `height` 0..255 is a probability. A pixel of a map covers 2 by 2 pixels of the image.

    Attributes:
        core: the shrunken band of one number, from first to last digit; neighbouring numbers stay apart.
        digit: ink of digits, and of separators inside a printed number.
        line: ruled lines and the sides of boxes.
        other: all other ink: letters, pictures, ticks, stamps, signatures.
        link: the gap between two digits of one number that are set apart, as in digit boxes.
        height: how high the digits are, by `digit_heights_px`; says nothing away from `core` and `digit`.
    """

    core: Gray
    digit: Gray
    line: Gray
    other: Gray
    link: Gray
    height: Gray

    @property
    def scale(self) -> float:
        """Map pixels an input pixel."""
        return 1 / STRIDE


def digit_heights_px(height: Gray) -> NDArray[np.float32]:
    """The heights of digits, in pixels of the input, that a map of heights stands for; of the same shape.

    >>> digit_heights_px(np.array([0, 255], np.uint8)).tolist()
    [6.0, 72.0]
    """
    low, high = HEIGHT_RANGE_PX
    return np.asarray(low * (high / low) ** (height / 255), np.float32)


def height_level(height_px: float) -> float:
    """The level (0..255) of the map of heights for digits `height_px` high; the reverse of the above."""
    low, high = HEIGHT_RANGE_PX
    return float(np.clip(255 * np.log(height_px / low) / np.log(high / low), 0, 255))
