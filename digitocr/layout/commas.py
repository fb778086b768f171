"""Two numbers that a comma parts, as in `1, 2022`: print sets a blank after a comma that ends something.

A comma inside a number, `1,234` or `1,5`, stands as close to the digit after it as any digit does.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from digitocr.layout.superscripts import SUPERSCRIPT_HEIGHT_MAX
from digitocr.layout.windows import part
from digitocr.segmentation.candidates import Candidates
from digitocr.segmentation.segment import Segments

# All of the height of the digits. Printed blanks after a comma have 0.45 to 0.55 in invoices and letters,
# the widest after a decimal comma or point 0.38 in drawn and 0.37 in scanned tables.
BLANK_AFTER_MIN = 0.42
COMMA_HEIGHT = (0.18, 0.45)  # printed commas have 0.28 to 0.36; points less, digits more
COMMA_DROP_MIN = 0.1  # below that foot, where a point ends


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
    tall = boxes[:, 3] - boxes[:, 1] > SUPERSCRIPT_HEIGHT_MAX
    if tall.sum() < 2:
        return []
    foot = float(np.median(boxes[tall, 3]))
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])
    return [
        n + 1
        for n in range(1, len(gaps))
        if gaps[n] >= BLANK_AFTER_MIN
        and gaps[n] == gaps.max()
        and gaps[n - 1] < BLANK_AFTER_MIN
        and COMMA_HEIGHT[0] <= boxes[n, 3] - boxes[n, 1] <= COMMA_HEIGHT[1]
        and boxes[n, 3] - foot >= COMMA_DROP_MIN
    ]
