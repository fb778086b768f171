"""One number as the maps show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitocr.layout.looks import Look
from digitocr.records import Box


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One number as a look shows it.

    `box` (left, top, right, bottom) is around its digit ink, in pixels of the page, and `height` is how high
    its digits are there. `owner` (h, w) int32 says for each pixel of the look's maps to which core it is
    nearest; this number's are `labels`. `linked` is whether digits of it stand apart, `tilt` by how many
    degrees its core rises to the right, None where that is too short to tell, and `other_share` how much of
    the ink around its core is no digit's.
    """

    look: Look
    owner: NDArray[np.int32]
    labels: tuple[int, ...]
    box: tuple[float, float, float, float]
    height: float
    linked: bool
    tilt: float | None
    other_share: float

    @property
    def middle(self) -> tuple[float, float]:
        """The x and y of its middle on the page."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def width(self) -> float:
        """In pixels of the page."""
        return self.box[2] - self.box[0]

    @property
    def input_height(self) -> float:
        """The height of its digits in the network's input."""
        return self.height * self.look.input_px


def box_of(region: Region) -> Box:
    """The box of a region in whole pixels of the page."""
    left, top = np.floor(region.box[:2])
    right, bottom = np.ceil(region.box[2:])
    return Box(int(left), int(top), int(right), int(bottom))


def union(regions: Sequence[Region]) -> Region:
    """Several regions of one look as one number."""
    boxes = np.array([region.box for region in regions])
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return replace(
        regions[0],
        labels=tuple(label for region in regions for label in region.labels),
        box=(left, top, right, bottom),
        height=max(region.height for region in regions),
        linked=True,
        other_share=max(region.other_share for region in regions),
    )


def largest_share(boxes: NDArray[np.float64], regions: Sequence[Region]) -> NDArray[np.float64]:
    """The largest share of each of boxes (N, 4), or of a region, that both have."""
    others = np.array([region.box for region in regions])
    return np.array([_shared(box, others).max() for box in boxes])


def _shared(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of the smaller of two boxes they share, (N,) for N others."""
    size = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    least = np.minimum((box[2:] - box[:2]).prod(), areas)
    return np.asarray(np.clip(size, 0, None).prod(axis=1) / np.maximum(least, 1e-9), np.float64)
