"""The readings drawn on their page, for people to look at."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.records import Gray, PageResult

Rgb = NDArray[np.uint8]


def draw_overlay(gray: Gray, result: PageResult) -> Rgb:
    """Draw boxes, texts and confidences on a page.

    `gray` is the page as given, (H, W) uint8; the answer is an RGB image (h, w, 3) uint8, scaled up for
    small images and down for huge ones, with a legend line below.
    """
    raise NotImplementedError


def overlay_stems(sources: Sequence[str]) -> dict[str, str]:
    """A file name without suffix for the overlays of each source, unique in one folder, same every run."""
    raise NotImplementedError


def save_overlay(folder: Path, stem: str, page: int, image: Rgb) -> Path:
    """Write `image` (h, w, 3) as `STEM.pPAGE.png`, or `.jpg` where it is large; the path comes back.

    Raises:
        OutputError: the folder or the file cannot be written.
    """
    raise NotImplementedError
