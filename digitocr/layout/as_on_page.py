"""A number as it stands on its page, nothing around it erased."""

from dataclasses import replace

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.layout.affine import square
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.isolate import is_light
from digitocr.layout.layout import line_layout
from digitocr.records import Gray

ROW_MARGIN = 0.2  # of the height of a number, around it


def as_on_page(gray: Gray, row: CandidateRow) -> CandidateRow | None:
    """A row of a page (H, W) uint8 cut from it anew, with all ink that stands there; None for no ink.

    Digits that were brought together, as those in boxes, stand too far apart for that: None as well.
    """
    segments = row.segments
    if segments is None or segments.dark.shape != segments.label.shape:
        return None
    boxes, scale = row.candidates.boxes, row.scale
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    margin = ROW_MARGIN * float(bottom - top)
    row_from_window = np.array([[1 / scale, 0, left - margin], [0, 1 / scale, top - margin], [0, 0, 1]])
    page_from_window = row.page_from_row @ row_from_window
    size = round(scale * (right - left + 2 * margin)), round(scale * (bottom - top + 2 * margin))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    window = opencv.warp_affine(gray, page_from_window, size, flags, cv2.BORDER_REPLICATE)
    soft = opencv.warp_affine(segments.soft, row_from_window[:2], size, flags)
    if is_light(window, soft > 127):
        window = opencv.complement(window)
    rows = line_layout(window, margin=False).rows
    if not rows:
        return None
    page_from_row = page_from_window @ square(rows[0].page_from_row)
    return replace(row, candidates=rows[0].candidates, segments=rows[0].segments, page_from_row=page_from_row)
