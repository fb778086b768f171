"""A page and the form that it is: each field as a line to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from digitocr.forms.reading.form import FieldImage, Form, corners, cut_field_image
from digitocr.forms.reading.written import FieldInk, extract_field_ink
from digitocr.forms.registration.align import Alignment, align
from digitocr.forms.registration.keypoints import find_keypoints
from digitocr.forms.registration.refinement import Matrix, map_points
from digitocr.forms.template.template import Field
from digitocr.imaging import opencv
from digitocr.imaging.polarity import is_light_on_dark
from digitocr.layout.candidate_row import CandidateRow
from digitocr.reasons import ReasonCode
from digitocr.records import Box, Gray
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import with_gaps_closed

OUTSIDE_PAGE, NO_INK, CROSSED_OUT, LEAVES_FIELD, SKIPS_BOX = (
    "outside the page",
    "no ink",
    "crossed out",
    "goes on outside the field",
    "an empty box between digits",
)
REASON_CODES: dict[str, ReasonCode] = {
    OUTSIDE_PAGE: "cut_off",
    NO_INK: "no_ink",
    CROSSED_OUT: "struck_out",
    LEAVES_FIELD: "touches_edge",
    SKIPS_BOX: "several_numbers",
}


@dataclass(frozen=True, slots=True, eq=False)
class FieldLine:
    """A field as it was located on a page.

    Attributes:
        field: The field of the template.
        box: Where it is, in pixels of the page.
        cells: The same of its boxes for digits.
        page_from_reference: (3, 3) the homography from pixels of the blank sheet to those of the page.
        row: The line that is written in it, cut into candidates; None where nothing is.
        reason: Why there is no line, or why the reading of it cannot be trusted; empty otherwise.
    """

    field: Field
    box: Box
    cells: tuple[Box, ...]
    page_from_reference: Matrix
    row: CandidateRow | None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredForm:
    """A page that is a form: which one, its rotation in degrees counter-clockwise, and its fields."""

    form: Form
    rotation: float
    fields: tuple[FieldLine, ...]


def identify_form(gray: Gray, forms: Sequence[Form]) -> RegisteredForm | None:
    """The form that a page is; None where it is none of `forms`.

    A sheet that is small on a dark desk may have been inverted as light ink on dark paper. So the negative of
    the page is tried too; there a form is found by the halos of its lines, but less exactly.

    Args:
        gray: (H, W) uint8, dark on light.
        forms: The forms to choose from.
    """
    best = _best_form(gray, forms)
    negative = opencv.complement(gray)
    if is_light_on_dark(negative):
        other = _best_form(negative, forms)
        if other and (best is None or other[1].correlation > best[1].correlation):
            gray, best = negative, other
    if best is None:
        return None
    form, alignment = best
    rows = [
        _field_row(gray, form, field, page_from_reference)
        for field, page_from_reference in zip(
            form.template.fields, alignment.region_homographies, strict=True
        )
    ]
    return RegisteredForm(form, alignment.degrees, tuple(rows))


def _best_form(gray: Gray, forms: Sequence[Form]) -> tuple[Form, Alignment] | None:
    """The form whose print correlates best with a page, (H, W) uint8, and its alignment."""
    page = find_keypoints(gray)
    best: tuple[Form, Alignment] | None = None
    for form in forms:
        alignment = align(page, form.reference)
        if alignment and (best is None or alignment.correlation > best[1].correlation):
            best = form, alignment
    return best


def _field_row(gray: Gray, form: Form, field: Field, page_from_reference: Matrix) -> FieldLine:
    page_from_form = page_from_reference @ form.reference_from_page
    box, *cells = (_box_on_page(page_from_form, part) for part in (field.box, *field.cells))
    located = partial(FieldLine, field, box, tuple(cells), page_from_reference)
    if not Box(0, 0, gray.shape[1], gray.shape[0]).contains(box):
        return located(None, OUTSIDE_PAGE)
    image = cut_field_image(gray, form, field, page_from_reference)
    written = extract_field_ink(image)
    row = field_row(image, written)
    if row is None:
        return located(None, CROSSED_OUT if written.crossed_out else NO_INK)
    doubts = (
        (written.crossed_out, CROSSED_OUT),
        (written.leaves_field, LEAVES_FIELD),
        (written.skips_box, SKIPS_BOX),
    )
    reason = next((reason for applies, reason in doubts if applies), "")
    return located(row, reason)


def _box_on_page(page_from_form: Matrix, box: Box) -> Box:
    """The upright box around a box of the form, in pixels of the page."""
    outline = map_points(page_from_form, corners(box))
    (left, top), (right, bottom) = np.floor(outline.min(axis=0)), np.ceil(outline.max(axis=0))
    return Box(int(left), int(top), int(right), int(bottom))


def field_row(image: FieldImage, written: FieldInk) -> CandidateRow | None:
    """The line that is written in a field, cut into candidates; None where nothing is."""
    if not written.ink.any():
        return None
    paper = opencv.complement(written.ink)
    segments, scale = segment_line(paper, written.height)
    if segments is None:
        return None
    page_from_row = _affine(image.page_from_image, image.gray.shape) @ np.diag([1 / scale, 1 / scale, 1.0])
    strip = with_gaps_closed(segments) if image.cells else segments
    return CandidateRow(candidates(segments), page_from_row[:2], strip, digits=written.digits)


def _affine(matrix: Matrix, shape: tuple[int, ...]) -> Matrix:
    """The affine that approximates a homography over a small image."""
    height, width = shape
    start = np.array([[0, 0], [width, 0], [0, height]], np.float64)
    end = map_points(matrix, start)
    affine = cv2.getAffineTransform(start.astype(np.float32), end.astype(np.float32))
    return np.vstack([affine, [0, 0, 1]])
