"""Affine maps between the pixels of a page and those of a part of it."""

import numpy as np
from numpy.typing import NDArray


def scaling(scale: float) -> NDArray[np.float64]:
    """The (2, 3) that takes pixels of an image to those of the image that it was scaled from."""
    return np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]], np.float64)


def square(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """An affine (2, 3) as a (3, 3)."""
    return np.vstack([affine, [0, 0, 1]])


def from_turned_by_quarters(quarter_turns: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The (3, 3) that takes pixels of an image (H, W) turned counter-clockwise to those of the image."""
    height, width = shape
    from_turned = {
        1: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
    }
    return np.array(from_turned[quarter_turns], np.float64)
