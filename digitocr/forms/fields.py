"""A page and the form that it is: its fields as rows to read."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitocr.forms.template import Field, Template
from digitocr.imaging.align import Alignment, Reference, prepare
from digitocr.imaging.candidates import candidates
from digitocr.imaging.crossed import is_crossed
from digitocr.imaging.layout import Row
from digitocr.imaging.line import slice_line
from digitocr.imaging.register import Floats, Matrix, map_points
from digitocr.imaging.unprint import unprint
from digitocr.records import Box, Gray, Page

PAD = 0.3  # of a box's height: what is seen around a field, for people write across borders
BOX_MIN_PX, BOX_MAX_PX = 32.0, 96.0  # a box is read at least and at most so high
WRITING = 0.62  # of a box's height: a digit's, where none is seen
SPECK = 0.06  # of a box's height, squared: less ink is dirt
INSIDE_MIN = 0.5  # of a piece of ink: with less of it in the field it belongs to another


@dataclass(frozen=True, slots=True, eq=False)
class FieldRow:
    """A field as it was found on a page: `box` is where, in pixels of the page, `row` what is written there.

    `row` is None where nothing is; `reason` says why, or what is to be known of the reading.
    """

    field: Field
    box: Box
    row: Row | None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A template, and what is kept of it to find it on pages."""

    template: Template
    reference: Reference
    scale: float

    @classmethod
    def of(cls, template: Template) -> "Form":
        """Prepare a template once, for many pages."""
        scale = template.reference.shape[1] / template.width
        boxes = [Box(*(round(scale * side) for side in _sides(field.box))) for field in template.fields]
        return cls(template, prepare(template.reference, boxes), scale)


def field_rows(page: Page, form: Form, alignment: Alignment) -> list[FieldRow]:
    """The fields of a form on a page, in the template's order."""
    reference_from_form = np.diag([form.scale, form.scale, 1.0])
    return [
        _field_row(page.gray, form, field, place @ reference_from_form)
        for field, place in zip(form.template.fields, alignment.places, strict=True)
    ]


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


def _corners(box: Box) -> Floats:
    return np.array(
        [[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]], np.float64
    )


def _field_row(gray: Gray, form: Form, field: Field, page_from_form: Matrix) -> FieldRow:
    corners = map_points(page_from_form, _corners(field.box))
    box = Box(
        *(int(side) for side in np.floor(corners.min(axis=0))), *(int(side) for side in np.ceil(corners.max(axis=0)))
    )
    if not _is_on(corners, gray):
        return FieldRow(field, box, None, "outside the page")
    tall = max((cell.height for cell in field.cells), default=field.box.height)
    on_page = np.linalg.norm(corners[3] - corners[0]) / field.box.height
    scale = min(max(float(on_page), BOX_MIN_PX / tall), BOX_MAX_PX / tall)
    pad = PAD * tall
    form_from_window = np.array(
        [[1 / scale, 0, field.box.left - pad], [0, 1 / scale, field.box.top - pad], [0, 0, 1]]
    )
    size = (round(scale * (field.box.width + 2 * pad)), round(scale * (field.box.height + 2 * pad)))
    seen = _window(gray, page_from_form @ form_from_window, size)
    blank = _window(form.template.reference, np.diag([form.scale, form.scale, 1]) @ form_from_window, size)
    box_px = scale * tall
    ink = unprint(seen, blank, box_px)
    window_from_form = np.linalg.inv(form_from_window)
    inner = map_points(window_from_form, _corners(field.box))
    ink = _own_ink(ink, inner, box_px)
    cells = [map_points(window_from_form, _corners(cell)) for cell in field.cells]
    ink, crossed = _without_crosses(ink, cells, box_px)
    if not ink.any():
        return FieldRow(field, box, None, "crossed out" if crossed else "no ink")
    slices, row_scale = slice_line(255 - ink, _writing_px(ink, box_px))
    if slices is None:
        return FieldRow(field, box, None, "crossed out" if crossed else "no ink")
    affine = _affine(page_from_form @ form_from_window, size) @ np.diag([1 / row_scale, 1 / row_scale, 1.0])
    return FieldRow(field, box, Row(candidates(slices), affine[:2], slices))


def _window(gray: Gray, matrix: Matrix, size: tuple[int, int]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(gray, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _is_on(corners: Floats, gray: Gray) -> bool:
    height, width = gray.shape
    inside = (corners >= 0).all(axis=1) & (corners <= [width, height]).all(axis=1)
    return bool(inside.all())


def _own_ink(ink: Gray, inner: Floats, box_px: float) -> Gray:
    """The ink that belongs to the field whose corners are `inner`: not specks, nor what is mostly outside."""
    mask = np.where(ink > 0.35 * float(ink.max()), np.uint8(255), np.uint8(0))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    (left, top), (right, bottom) = inner.min(axis=0), inner.max(axis=0)
    within = labels[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)]
    area = stats[:, cv2.CC_STAT_AREA]
    inside = np.bincount(within.ravel(), minlength=count)
    own = (inside >= INSIDE_MIN * area) & (area >= (SPECK * box_px) ** 2)
    own[0] = False
    keep = np.where(own[labels], np.uint8(255), np.uint8(0))
    keep = cv2.dilate(keep, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_and(ink, keep), np.uint8)


def _without_crosses(ink: Gray, cells: list[Floats], box_px: float) -> tuple[Gray, bool]:
    """The ink without the X in each box that was crossed out, and whether any was."""
    crossed = False
    ink = ink.copy()
    _, labels = cv2.connectedComponents(np.where(ink > 0, np.uint8(255), np.uint8(0)))
    for cell in cells:
        (left, top), (right, bottom) = cell.min(axis=0), cell.max(axis=0)
        middle = np.s_[:, max(0, round(left)) : round(right)]
        owned = np.unique(labels[middle])
        share = [np.sum(labels[middle] == one) > INSIDE_MIN * np.sum(labels == one) for one in owned]
        mine = np.isin(labels, owned[np.array(share) & (owned > 0)])
        if mine.any() and is_crossed(np.where(mine, np.uint8(255), np.uint8(0)), box_px):
            ink[mine] = 0
            crossed = True
    return ink, crossed


def _writing_px(ink: Gray, box_px: float) -> float:
    """The height of the writing: the tallest of its pieces, within what fits a box."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.where(ink > 0, np.uint8(255), np.uint8(0)))
    heights = np.sort(stats[1:, cv2.CC_STAT_HEIGHT])
    tall = float(np.median(heights[heights >= 0.5 * heights[-1]])) if len(heights) else WRITING * box_px
    return min(max(tall, 0.3 * box_px), 1.2 * box_px)


def _affine(matrix: Matrix, size: tuple[int, int]) -> Matrix:
    """The affine that a homography nearly is over a small window."""
    start = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32)
    end = map_points(matrix, start.astype(np.float64)).astype(np.float32)
    return np.vstack([cv2.getAffineTransform(start, end), [0, 0, 1]])
