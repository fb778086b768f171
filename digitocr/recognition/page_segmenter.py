"""A page in, maps out: for each place of a page whether it shows a number, a ruled line or other ink.

A fully convolutional network labels pixels at a reduced size, as in S. Ares Oliveira et al., "dhSegment"
(2018) and M. Liao et al., "Real-time scene text detection with differentiable binarization" (2020).
"""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.recognition.network import Run, load_network
from digitocr.records import Gray

MAP_NAMES = ("core", "digit", "line", "other", "link", "height")
STRIDE = 2  # input pixels a pixel of the maps
ALIGNMENT = 32  # the network halves its input five times: sides are filled up to a multiple of this
# Digits this high, in input pixels, are height 0 and 255 of the map; between them it is logarithmic.
HEIGHT_RANGE_PX = (6.0, 72.0)


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


@dataclass(frozen=True)
class PageSegmenter:
    """A loaded page segmenter. Not for several threads at once."""

    _run: Run = field(repr=False)

    def maps(self, image: Gray) -> PageMaps:
        """The maps of an image (H, W) or RGB (H, W, 3) uint8, dark ink on light paper or the reverse.

        It finds digits of 7 to 56 pixels' height, best between 16 and 40: bring the image to such a size.
        Memory and time grow with the image's area, which the caller bounds.

        Raises:
            ValueError: the image is empty, or has another shape or type.
        """
        gray = _gray(image)
        height, width = gray.shape
        padded = cv2.copyMakeBorder(gray, 0, -height % ALIGNMENT, 0, -width % ALIGNMENT, cv2.BORDER_REPLICATE)
        out = self._run(np.asarray(padded, np.uint8)[np.newaxis, ..., np.newaxis])[0]
        rows, columns = -(-height // STRIDE), -(-width // STRIDE)
        channels = np.ascontiguousarray(np.moveaxis(_levels(out[:rows, :columns]), -1, 0))
        return PageMaps(*channels)


def stacked(maps: PageMaps) -> Gray:
    """The maps as one array (h, w, 6) uint8, in the order of `MAP_NAMES`."""
    return np.stack([getattr(maps, name) for name in MAP_NAMES], axis=-1)


def load_page_segmenter(file: Path, threads: int = 1) -> PageSegmenter:
    """Load one; see `load_network` for what is raised."""
    return PageSegmenter(
        load_network(file, (None, None, None, 1), (None, None, None, len(MAP_NAMES)), threads)
    )


def digit_heights_px(height: Gray) -> NDArray[np.float32]:
    """The heights of digits, in pixels of the input, that a map of heights stands for.

    >>> digit_heights_px(np.array([0, 255], np.uint8)).tolist()
    [6.0, 72.0]
    """
    low, high = HEIGHT_RANGE_PX
    return np.asarray(low * (high / low) ** (height / 255), np.float32)


def height_level(height_px: float) -> float:
    """The level (0..255) of the map of heights for digits `height_px` high; the reverse of the above."""
    low, high = HEIGHT_RANGE_PX
    return float(np.clip(255 * np.log(height_px / low) / np.log(high / low), 0, 255))


def _gray(image: Gray) -> Gray:
    if image.ndim == 3 and image.shape[2] == 3:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    if image.ndim != 2 or not image.size or image.dtype != np.uint8:
        raise ValueError(f"expected an image (H, W) or (H, W, 3) uint8, not {image.shape} {image.dtype}")
    return image


def _levels(out: NDArray[np.generic]) -> Gray:
    """Probabilities as 0..255: LiteRT gives them so, Keras as 0..1."""
    if out.dtype == np.uint8:
        return np.asarray(out, np.uint8)
    return np.asarray(np.rint(np.asarray(out, np.float32) * 255), np.uint8)
