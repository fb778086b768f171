"""A page in, maps out: for each place of a page whether it shows a number, a ruled line or other ink.

A fully convolutional network labels pixels at a reduced size, as in S. Ares Oliveira et al., "dhSegment"
(2018) and M. Liao et al., "Real-time scene text detection with differentiable binarization" (2020).
"""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.layout.maps import MAP_NAMES, STRIDE, PageMaps
from digitocr.recognition.network import RunNetwork, load_network
from digitocr.records import Gray

ALIGNMENT = 32  # the network halves its input five times: sides are filled up to a multiple of this


@dataclass(frozen=True)
class PageSegmenter:
    """A loaded page segmenter. Not for several threads at once."""

    _run: RunNetwork = field(repr=False)

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
