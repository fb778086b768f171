"""A page and the form that it is: its fields as rows to read."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.forms.reading.form import Form, Window, corners, cut_window
from digitocr.forms.reading.written import Written, written_in
from digitocr.forms.registration.align import Alignment, align
from digitocr.forms.registration.keypoints import find_landmarks
from digitocr.forms.registration.refinement import Matrix, map_points
from digitocr.forms.template.template import Field
from digitocr.imaging import opencv
from digitocr.imaging.polarity import is_light_on_dark
from digitocr.layout.layout import Row
from digitocr.reasons import ReasonCode
from digitocr.records import Box, Gray
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import slice_line
from digitocr.segmentation.strip import brought_together

OUTSIDE, NO_INK, CROSSED, BEYOND = "outside the page", "no ink", "crossed out", "goes on outside the field"
REASON_CODES: dict[str, ReasonCode] = {
    OUTSIDE: "cut_off",
    NO_INK: "no_ink",
    CROSSED: "struck_out",
    BEYOND: "touches_edge",
}


@dataclass(frozen=True, slots=True, eq=False)
class FieldRow:
    """A field as it was found on a page.

    `box` is where it is, in pixels of the page; `page_from_reference` (3, 3) takes pixels of the blank sheet
    there. `row` is what is written in it, None where nothing is; then `reason` says why, and else why the
    reading cannot be trusted, if that is so.
    """

    field: Field
    box: Box
    page_from_reference: Matrix
    row: Row | None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A page that is a form: which, turned by how many degrees counter-clockwise, and its fields in order."""

    form: Form
    rotation: float
    fields: tuple[FieldRow, ...]


def find_form(gray: Gray, forms: Sequence[Form]) -> Filled | None:
    """Find which of several forms a page, (H, W) uint8 dark on light, is; None where it is none of them.

    A sheet that is small on a dark desk may have been taken for light ink, and turned into its negative. In
    that a form is found too, by the halos of its lines, but not so well.
    """
    best = _best_form(gray, forms)
    negative = opencv.complement(gray)
    if is_light_on_dark(negative):
        other = _best_form(negative, forms)
        if other and (best is None or other[1].agreement > best[1].agreement):
            gray, best = negative, other
    if best is None:
        return None
    form, there = best
    rows = [
        _field_row(gray, form, field, place)
        for field, place in zip(form.template.fields, there.places, strict=True)
    ]
    return Filled(form, there.degrees, tuple(rows))


def _best_form(gray: Gray, forms: Sequence[Form]) -> tuple[Form, Alignment] | None:
    """The form that a page, (H, W) uint8, agrees with best, and where it lies."""
    page = find_landmarks(gray)
    best: tuple[Form, Alignment] | None = None
    for form in forms:
        there = align(page, form.reference)
        if there and (best is None or there.agreement > best[1].agreement):
            best = form, there
    return best


def _field_row(gray: Gray, form: Form, field: Field, page_from_reference: Matrix) -> FieldRow:
    there = map_points(page_from_reference @ form.reference_from_page, corners(field.box))
    (left, top), (right, bottom) = np.floor(there.min(axis=0)), np.ceil(there.max(axis=0))
    box = Box(int(left), int(top), int(right), int(bottom))
    height, width = gray.shape
    if left < 0 or top < 0 or right > width or bottom > height:
        return FieldRow(field, box, page_from_reference, None, OUTSIDE)
    window = cut_window(gray, form, field, page_from_reference)
    written = written_in(window)
    row = _row(window, written)
    if row is None:
        return FieldRow(field, box, page_from_reference, None, CROSSED if written.crossed else NO_INK)
    reason = CROSSED if written.crossed else BEYOND if written.beyond else ""
    return FieldRow(field, box, page_from_reference, row, reason)


def _row(window: Window, written: Written) -> Row | None:
    """What is written in a field, cut into candidates; None for nothing."""
    if not written.ink.any():
        return None
    paper = opencv.complement(written.ink)
    slices, scale = slice_line(paper, written.height)
    if slices is None:
        return None
    page_from_row = _affine(window.page_from_window, window.seen.shape) @ np.diag([1 / scale, 1 / scale, 1.0])
    strip = brought_together(slices) if window.cells else slices
    return Row(candidates(slices), page_from_row[:2], strip, digits=written.digits)


def _affine(matrix: Matrix, shape: tuple[int, ...]) -> Matrix:
    """The affine that a homography nearly is over a small picture."""
    height, width = shape
    start = np.array([[0, 0], [width, 0], [0, height]], np.float64)
    end = map_points(matrix, start)
    affine = cv2.getAffineTransform(start.astype(np.float32), end.astype(np.float32))
    return np.vstack([affine, [0, 0, 1]])
