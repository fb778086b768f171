"""The number of a footnote that stands raised behind a printed number, as in `24.91¹`: no digit of it."""

import numpy as np

from digitocr.layout.windows import part
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.segment import Segments

# Of the height of the digits: superscripts have 0.5 to 0.65. What is higher is a digit, which stands on the
# foot of the number.
SUPERSCRIPT_HEIGHT_MAX = 0.7


def without_superscript(whole: Candidates, segments: Segments) -> tuple[Candidates, Segments]:
    """The candidates and segments of a row, without a single raised character behind its last digit."""
    start = superscript_start(segments)
    return (whole, segments) if start == len(segments) else part(whole, segments, 0, start)


def superscript_start(segments: Segments) -> int:
    """The first of the segments that are a superscript, which are the last ones; their count for none.

    It is wider than high if it is of two digits, which may be cents.
    """
    boxes = segments.boxes / segments.height
    full = boxes[:, 3] - boxes[:, 1] > SUPERSCRIPT_HEIGHT_MAX
    if not full.any():
        return len(segments)
    raised = np.median(boxes[full, 3]) - boxes[:, 3] >= 1 - SUPERSCRIPT_HEIGHT_MAX
    start = 1 + int(np.flatnonzero(~raised).max())
    if start == len(segments):
        return start
    left, top = boxes[start:, :2].min(axis=0)
    right, bottom = boxes[start:, 2:].max(axis=0)
    alone = left > boxes[:start, 2].max()  # not a slice of the last digit
    return start if alone and right - left <= bottom - top <= SUPERSCRIPT_HEIGHT_MAX else len(segments)
