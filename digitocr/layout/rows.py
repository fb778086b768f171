"""A page's numbers as rows to read: each isolated, cut into candidates, in reading order."""

from collections.abc import Sequence

import numpy as np

from digitocr.layout.groups import in_reading_order
from digitocr.layout.isolate import isolated
from digitocr.layout.layout import Found, Row, _scaling
from digitocr.layout.looks import Segment
from digitocr.layout.regions import Region, find_regions
from digitocr.records import Box, Gray
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import slice_line
from digitocr.segmentation.strip import brought_together


def page_rows(gray: Gray, segment: Segment) -> Found:
    regions = find_regions(gray, segment)
    tilt = tilt_of(regions)
    by_box = {}
    for region in regions:
        left, top, right, bottom = region.box
        by_box[Box(int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))] = region
    rows = []
    for n, box in enumerate(in_reading_order(list(by_box))):
        row = row_of(gray, by_box[box], tilt, n)
        if row:
            rows.append(row)
    return Found("page", 0.0, tuple(rows))


def tilt_of(regions: Sequence[Region]) -> float:
    """By how many degrees the lines of a page rise to the right: the median of what its wide numbers say."""
    tilts = [region.tilt for region in regions if region.tilt is not None]
    return float(np.median(tilts)) if tilts else 0.0


def row_of(gray: Gray, region: Region, tilt: float, phrase: int) -> Row | None:
    near, page_from_near = isolated(gray, region, tilt)
    height = region.height * np.hypot(*np.linalg.inv(np.vstack([page_from_near, [0, 0, 1]]))[:2, 0])
    slices, scale = slice_line(near, height)
    if slices is None:
        return None
    strip = brought_together(slices) if region.linked else slices
    page_from_row = page_from_near @ np.vstack([_scaling(scale), [0, 0, 1]])
    return Row(candidates(slices), page_from_row, strip, phrase)
