"""A template prepared for finding it on pages, and the images of its fields cut out of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from digitocr.errors import UsageError
from digitocr.formats.dates import Dates
from digitocr.formats.formats import Format, make_format
from digitocr.forms.registration.align import Reference, prepare_reference
from digitocr.forms.registration.refinement import DoubleFloats, Matrix, map_points, resize_matrix
from digitocr.forms.template.template import Field, Template, load_template
from digitocr.records import Box, Gray

FIELD_MARGIN = 0.35  # of a box's height: the margin around a field, because people write across borders
BOX_HEIGHT_MIN_PX, BOX_HEIGHT_MAX_PX = 40.0, 96.0  # a field image is scaled so that a box has this height


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A template, what is kept of it to find it, and the format of each of its fields.

    `reference_from_page` (3, 3) takes pixels of the page in which the template's boxes are given to those of
    its reference.
    """

    template: Template
    reference: Reference
    reference_from_page: Matrix
    formats: tuple[Format | None, ...]

    @property
    def dates(self) -> dict[str, Dates]:
        """How the fields that are dates are written."""
        pairs = zip(self.template.fields, self.formats, strict=True)
        return {field.name: format_.dates for field, format_ in pairs if format_ and format_.dates}

    @classmethod
    def of(cls, template: Template) -> "Form":
        """Prepare a template once, for many pages.

        Raises:
            UsageError: the format of a field is none.
        """
        height, width = template.reference.shape
        reference_from_page = resize_matrix(width / template.width, height / template.height)
        boxes = [_box(map_points(reference_from_page, corners(field.box))) for field in template.fields]
        folder = template.path.parent if template.path else None
        formats = [
            make_format(field.format, f"{template.name}, {field.name}", folder, field.room)
            for field in template.fields
        ]
        return cls(
            template, prepare_reference(template.reference, boxes), reference_from_page, tuple(formats)
        )


def load_forms(paths: Sequence[Path]) -> list[Form]:
    """Load templates and prepare_reference them.

    Raises:
        UsageError: a template cannot be read, or two have one name, so that the output would not tell them
            apart.
    """
    forms = [Form.of(load_template(path)) for path in paths]
    named: dict[str, Path] = {}
    for path, form in zip(paths, forms, strict=True):
        name = form.template.name
        if name in named:
            raise UsageError(
                f'{path}: is named "{name}", as {named[name]} is; give each template a name of its own'
            )
        named[name] = path
    return forms


@dataclass(frozen=True, slots=True, eq=False)
class FieldImage:
    """A field of a page, warped upright, with the area around it.

    Attributes:
        gray: (h, w) uint8, the page there.
        blank: (h, w) uint8, the blank sheet there.
        page_from_image: (3, 3) the homography from its pixels to those of the page.
        outline: (4, 2) the corners of the field in its pixels, clockwise from the top left.
        cells: The same for each digit box.
        box_px: The height in pixels of a box to write in.
    """

    gray: Gray
    blank: Gray
    page_from_image: Matrix
    outline: DoubleFloats
    cells: tuple[DoubleFloats, ...]
    box_px: float


def corners(box: Box) -> DoubleFloats:
    """(4, 2), clockwise from the top left."""
    left, top, right, bottom = (float(side) for side in (box.left, box.top, box.right, box.bottom))
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def _box(corners: DoubleFloats) -> Box:
    (left, top), (right, bottom) = np.round(corners[0]).astype(int), np.round(corners[2]).astype(int)
    return Box(int(left), int(top), int(right), int(bottom))


def cut_field_image(gray: Gray, form: Form, field: Field, page_from_reference: Matrix) -> FieldImage:
    """Cut a field out of a page, upright.

    Args:
        gray: (H, W) uint8, the page.
        form: The form that the page is.
        field: The field.
        page_from_reference: (3, 3) the homography from pixels of the blank sheet to those of the page.
    """
    tall = max((cell.height for cell in field.cells), default=field.box.height)
    page_from_form = page_from_reference @ form.reference_from_page
    outline = map_points(page_from_form, corners(field.box))
    scale = float(np.linalg.norm(outline[3] - outline[0])) / field.box.height
    scale = min(max(scale, BOX_HEIGHT_MIN_PX / tall), BOX_HEIGHT_MAX_PX / tall)
    left, top = field.box.left - FIELD_MARGIN * tall, field.box.top - FIELD_MARGIN * tall
    form_from_image = np.array([[1 / scale, 0, left], [0, 1 / scale, top], [0, 0, 1]])
    image_from_form = np.linalg.inv(form_from_image)
    size = (
        round(scale * (field.box.width + 2 * FIELD_MARGIN * tall)),
        round(scale * (field.box.height + 2 * FIELD_MARGIN * tall)),
    )
    return FieldImage(
        _warped(gray, page_from_form @ form_from_image, size),
        _warped(form.template.reference, form.reference_from_page @ form_from_image, size),
        page_from_form @ form_from_image,
        map_points(image_from_form, corners(field.box)),
        tuple(map_points(image_from_form, corners(cell)) for cell in field.cells),
        scale * tall,
    )


def _warped(gray: Gray, matrix: Matrix, size: tuple[int, int]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(gray, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)
