"""Finds the fields of a blank form by itself."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.forms.detection.cells import digit_sized, find_cells
from digitocr.forms.detection.filled_sheet import taken_off, without_writing
from digitocr.forms.detection.handwriting import writing_in
from digitocr.forms.detection.lines import find_print
from digitocr.forms.detection.occluded_boxes import find_crossed
from digitocr.forms.detection.proposals import Place, places_in
from digitocr.forms.detection.shaded_areas import shaded_places
from digitocr.forms.detection.writing_lines import blanks_on
from digitocr.forms.template.template import Field, Template
from digitocr.imaging import opencv
from digitocr.imaging.deskew import rotate, skew_degrees
from digitocr.records import Gray

WORK_SIDE_PX = 2400  # a page is searched at this size: A4 at 200 dpi
REFERENCE_SIDE_PX = 1200


def detect_template(gray: Gray, name: str) -> Template:
    """The template of a blank form, (H, W) uint8 dark on light, or of a filled one; upright or a bit askew.

    The boxes of its fields are in pixels of the page turned upright, which has the size of the one given.
    """
    upright, _ = rotate(gray, skew_degrees(gray))
    height, width = upright.shape
    small, scale = _shrunk(upright, WORK_SIDE_PX)
    places, writing = find_places(small)
    fields = tuple(
        Field(
            name=f"row{row}_col{column}",
            box=place.box.scaled(1 / scale),
            kind="boxes" if place.cells else "blank" if place.line else "cell",
            digits=len(place.cells) or None,
            cells=tuple(cell.scaled(1 / scale) for cell in place.cells),
        )
        for row, line in enumerate(in_rows(places), 1)
        for column, place in enumerate(line, 1)
    )
    single = [place.box.scaled(1 / scale) for place in places if len(place.cells) < 2]
    blank = without_writing(upright, [field.cells for field in fields])
    blank = taken_off(blank, single, writing)
    return Template(name, width, height, fields, _shrunk(blank, REFERENCE_SIDE_PX)[0])


def find_places(gray: Gray) -> tuple[list[Place], Gray]:
    """Where numbers are to be written on a page, (H, W) uint8, upright; and what is written, 255 there."""
    print_ = find_print(gray)
    cells = find_cells(print_)
    cells += find_crossed(cells, print_)
    writing = writing_in(cells, print_)
    print_ = replace(print_, ink=opencv.intersection(print_.ink, opencv.complement(writing)))
    places = places_in(cells, print_)
    places += shaded_places(print_, cells)
    boxes = [cell for cell in cells if digit_sized(cell, print_.mm)]
    blanks = blanks_on(print_, [*boxes, *(place.box for place in places)])
    return _apart([*places, *blanks]), writing


def _apart(places: Sequence[Place]) -> list[Place]:
    """The places without those that meet a longer row of boxes, or a smaller cell; faint lines leave both."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: (-len(p.cells), p.box.area)):
        if not any(place.box.intersects(other.box) for other in kept):
            kept.append(place)
    return kept


def in_rows(places: Sequence[Place]) -> list[list[Place]]:
    """Rows from the top, each from the left: places whose middles lie within the first one's height."""
    rows: list[list[Place]] = []
    for place in sorted(places, key=lambda p: (p.box.top + p.box.bottom, p.box.left)):
        middle = (place.box.top + place.box.bottom) / 2
        if rows and rows[-1][0].box.top <= middle < rows[-1][0].box.bottom:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [sorted(row, key=lambda p: (p.box.left, p.box.top)) for row in rows]


def _shrunk(gray: Gray, side_px: int) -> tuple[Gray, float]:
    scale = min(1.0, side_px / max(gray.shape))
    if scale == 1.0:
        return gray, scale
    size = round(gray.shape[1] * scale), round(gray.shape[0] * scale)
    return opencv.resize(gray, size), scale
