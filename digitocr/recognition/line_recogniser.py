"""Strips in, columns out: a second reader of whole rows, which needs no cuts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import BLANK
from digitocr.recognition.network import RunNetwork, load_network, log_softmax
from digitocr.records import Gray
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT, SHEARS, padded_width, sheared_views

CHUNK_PX = 4096  # columns of strips run at a time: more are no faster and take memory


@dataclass(frozen=True)
class LineRecogniser:
    """A loaded line recogniser. Several threads may use it."""

    _logits: RunNetwork = field(repr=False)

    def of_sheared_views(
        self, strips: Sequence[Gray], upright: Sequence[NDArray[np.float32]] | None = None
    ) -> list[NDArray[np.float32]]:
        """For each strip (32, W) uint8 its (S, T, 11) log-probabilities, in each of S sights of it.

        `upright` are those of the strips as they are, the first sight, where they are known already.
        """
        leaning = self.columns([view for strip in strips for view in sheared_views(strip)[1:]])
        count = len(SHEARS) - 1
        firsts = self.columns(strips) if upright is None else upright
        return [np.stack([first, *leaning[n * count : (n + 1) * count]]) for n, first in enumerate(firsts)]

    def columns(self, strips: Sequence[Gray]) -> list[NDArray[np.float32]]:
        """For each strip (32, W) uint8 its (T, 11) log-probabilities: the digit of each step, or none."""
        return [digit_columns(steps) for steps in self.steps(strips)]

    def steps(self, strips: Sequence[Gray]) -> list[NDArray[np.float32]]:
        """For each strip (32, W) uint8 its (T, A) log-probabilities: which symbol each time step shows.

        A time step is four pixels; T follows from `padded_width`, whatever other strips are read beside.
        """
        by_width: dict[int, list[int]] = defaultdict(list)
        for n, strip in enumerate(strips):
            by_width[padded_width(strip.shape[1])].append(n)
        columns: dict[int, NDArray[np.float32]] = {}
        for width, same_width in by_width.items():
            chunk = max(1, CHUNK_PX // width)
            for start in range(0, len(same_width), chunk):
                members = same_width[start : start + chunk]
                batch = np.zeros((len(members), LINE_IMAGE_HEIGHT, width, 1), np.uint8)
                for row, n in enumerate(members):
                    batch[row, :, : strips[n].shape[1], 0] = strips[n]
                columns.update(zip(members, log_softmax(self._logits(batch)[:, 0]), strict=True))
        return [columns[n] for n in range(len(strips))]


def load_line_recogniser(file: Path, threads: int = 1) -> LineRecogniser:
    """Load one; see `load_network` for what is raised."""
    return LineRecogniser(
        load_network(file, (None, LINE_IMAGE_HEIGHT, None, 1), (None, 1, None, None), threads)
    )


def digit_columns(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., T, A) log-probabilities of symbols as (..., T, 11) of digits: whatever is no digit is a blank.

    What this says of a string of digits is the sum over all ways to set signs about and between them.
    """
    columns = steps[..., : BLANK + 1].copy()
    columns[..., BLANK] = np.logaddexp.reduce(steps[..., BLANK:], axis=-1)
    return columns
