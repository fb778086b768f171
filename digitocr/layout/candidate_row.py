"""One place where a number may stand, cut into candidates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitocr.layout.affine import scaling, square
from digitocr.layout.commas import parted_by_commas
from digitocr.layout.superscripts import without_superscript
from digitocr.records import Box, Gray
from digitocr.segmentation.candidates import Candidates, candidates
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.segment import Segments


@dataclass(frozen=True, slots=True, eq=False)
class CandidateRow:
    """One place where a number may stand.

    `candidates` are made of its `segments`, which a single digit has none of. `page_from_row` is
    the (2, 3) affine that takes pixels of their boxes to pixels of the page. Rows of one `phrase` stand in
    one line of a page, parted by blanks. `digits` is how many digits stand there by the boxes that they are
    written in, None where there are none. `other_share` is how much of the ink around is no digit's.
    `joined` rows are put together of regions that may be numbers of their own.
    """

    candidates: Candidates
    page_from_row: NDArray[np.float64]
    segments: Segments | None = None
    phrase: int = 0
    digits: int | None = None
    other_share: float = 0.0
    joined: bool = False

    @property
    def scale(self) -> float:
        """Pixels of the page a pixel of the row."""
        return float(np.hypot(*self.page_from_row[:, 0]))

    def box(self, boxes: NDArray[np.int32]) -> Box:
        """The box on the page around `boxes` (N, 4), given in pixels of the row."""
        outer_box = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        return self.boxes(outer_box[np.newaxis])[0]

    def boxes(self, boxes: NDArray[np.int32]) -> list[Box]:
        """The box on the page around each of `boxes` (N, 4), given in pixels of the row."""
        corners = np.ones((3, 4, len(boxes)))
        corners[:2] = boxes.T[[[0, 2, 0, 2], [1, 1, 3, 3]]]
        on_page = (self.page_from_row @ corners.reshape(3, -1)).reshape(2, 4, -1)
        sides = np.concatenate([np.floor(on_page.min(axis=1)), np.ceil(on_page.max(axis=1))])
        return [Box(*each) for each in sides.T.astype(int).tolist()]


def isolated_rows(near: Gray, page_from_near: NDArray[np.float64], height: float) -> list[CandidateRow]:
    """What stands isolated in a window (h, w) uint8, `height` of its pixels high, cut into candidates."""
    segments, scale = segment_line(near, height)
    if segments is None:
        return []
    page_from_row = page_from_near @ square(scaling(scale))
    numbers = parted_by_commas(candidates(segments), segments)
    parts = (without_superscript(whole, of_number) for whole, of_number in numbers)
    return [CandidateRow(of_number, page_from_row, strip) for of_number, strip in parts]
