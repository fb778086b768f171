"""A template drawn on its form, for the person who edits it."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from digitocr.forms.template.template import Field, FieldKind, Template
from digitocr.output.labels import Label, Rect, RgbColour, font, placed_rects
from digitocr.output.overlay import Rgb, scale_page
from digitocr.records import Box

PREVIEW_WIDTH_PX = 1600
FONT_PX = 15
_FIELD_COLOURS: dict[FieldKind, RgbColour] = {
    "boxes": (21, 128, 84),
    "cell": (28, 88, 190),
    "blank": (208, 96, 10),
}


def draw_template(template: Template) -> Rgb:
    """Draw the fields, their names and the boxes of their digits: an RGB image (h, w, 3) uint8."""
    zoom = PREVIEW_WIDTH_PX / template.width
    page = scale_page(template.reference, PREVIEW_WIDTH_PX / template.reference.shape[1])
    image = Image.fromarray(page).convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    frames = [_rect(field.box, zoom) for field in template.fields]
    for field, frame in zip(template.fields, frames, strict=True):
        tint = _FIELD_COLOURS[field.kind]
        draw.rectangle(frame, fill=(*tint, 30), outline=(*tint, 230), width=2)
        for cell in field.cells:
            draw.rectangle(_rect(cell, zoom), outline=(*tint, 120))
    ink = cv2.integral((page < 170).astype(np.uint8)).astype(np.int32, copy=False)
    labels = [_label(field) for field in template.fields]
    for label, rect in zip(labels, placed_rects(labels, frames, ink), strict=True):
        label.paste(image, rect)
    return np.asarray(image, np.uint8)


def _rect(box: Box, zoom: float) -> Rect:
    left, top, right, bottom = (round(v * zoom) for v in (box.left, box.top, box.right, box.bottom))
    return Rect(left, top, right - 1, bottom - 1)


def _label(field: Field) -> Label:
    width = font(FONT_PX).getlength(field.name)
    return Label(
        field.name, "", _FIELD_COLOURS[field.kind], FONT_PX, round(width + FONT_PX), round(1.3 * FONT_PX)
    )
