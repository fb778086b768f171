"""Two numbers that a comma parts, as in `1, 2022`: print sets a blank after a comma that ends something.

A comma inside a number, `1,234` or `1,5`, stands as close to the digit after it as any digit does.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from digitocr.layout.windows import part
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.segment import Segments

# All of the height of the digits. Printed blanks after a comma have 0.45 to 0.55 in invoices and letters,
# the widest after a decimal comma or point 0.38 in drawn and 0.37 in scanned tables.
BLANK_AFTER_MIN = 0.42
BLANK_FACTOR = 1.5  # times the widest other gap: in rows that are set wide every gap is a blank
COMMA_HEIGHT = (0.18, 0.45)  # printed commas have 0.28 to 0.36; points less, digits more
COMMA_TOP_MAX = 0.3  # above the foot of the digits
COMMA_DROP_MIN = 0.1  # below that foot, where a point ends
COMMA_GAP_MAX = 0.4  # from the digit before it: a 1 leaves half of its room free, most others 0.15
FULL_HEIGHT_MIN = 0.6  # what is as high is a digit or a letter


def parted_by_commas(whole: Candidates, segments: Segments) -> Iterator[tuple[Candidates, Segments]]:
    """The candidates and segments of a row, those of each number where commas part several."""
    starts = number_starts(segments)
    if not starts:
        yield whole, segments
        return
    for first, last in pairwise([0, *starts, len(segments)]):
        yield part(whole, segments, first, last)


def number_starts(segments: Segments) -> list[int]:
    """The segments of a row with which a number begins after a comma and a blank."""
    boxes = segments.boxes / segments.height
    tall = boxes[:, 3] - boxes[:, 1] > FULL_HEIGHT_MIN
    if tall.sum() < 2:
        return []
    foot = float(np.median(boxes[tall, 3]))
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])
    return [
        n + 1
        for n in range(1, len(gaps))
        if gaps[n] >= max(BLANK_AFTER_MIN, BLANK_FACTOR * np.delete(gaps, [n - 1, n]).max(initial=0))
        and gaps[n - 1] <= COMMA_GAP_MAX
        and COMMA_HEIGHT[0] <= boxes[n, 3] - boxes[n, 1] <= COMMA_HEIGHT[1]
        and foot - boxes[n, 1] <= COMMA_TOP_MAX
        and boxes[n, 3] - foot >= COMMA_DROP_MIN
    ]
