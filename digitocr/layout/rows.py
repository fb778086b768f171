"""A page's numbers as rows to read: each isolated, cut into candidates, in reading order."""

import cv2
import numpy as np

from digitocr.segmentation.candidates import candidates
from digitocr.layout.groups import in_reading_order
from digitocr.layout.layout import Found, Row, _scaling
from digitocr.segmentation.line import slice_line
from digitocr.segmentation.strip import brought_together
from digitocr.layout.isolate import isolated
from digitocr.layout.looks import Segment
from digitocr.layout.regions import Region, find_regions
from digitocr.records import Box, Gray


def page_rows(gray: Gray, segment: Segment) -> Found:
    regions = find_regions(gray, segment)
    by_box = {}
    for region in regions:
        left, top, right, bottom = region.box
        by_box[Box(int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))] = region
    rows = []
    for n, box in enumerate(in_reading_order(list(by_box))):
        row = row_of(gray, by_box[box], n)
        if row:
            rows.append(row)
    return Found("page", 0.0, tuple(rows))


def row_of(gray: Gray, region: Region, phrase: int) -> Row | None:
    near, (left, top) = isolated(gray, region)
    slices, scale = slice_line(near, region.height)
    if slices is None:
        return None
    strip = brought_together(slices) if region.linked else slices
    return Row(candidates(slices), _scaling(scale, left, top), strip, phrase)
