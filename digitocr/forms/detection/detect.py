"""Finds the fields of a blank form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from digitocr.forms.detection.cells import border_coverage, find_cells, has_digit_size
from digitocr.forms.detection.filled_sheet import remove_writing
from digitocr.forms.detection.handwriting import handwriting_mask
from digitocr.forms.detection.lines import Lines, PrintLayers, find_print_layers
from digitocr.forms.detection.occluded_boxes import find_occluded_boxes
from digitocr.forms.detection.proposals import Proposal, propose_fields
from digitocr.forms.detection.shaded_areas import propose_shaded_areas
from digitocr.forms.detection.writing_lines import propose_writing_lines
from digitocr.forms.detection.written_numbers import find_written_numbers, holds_writing
from digitocr.forms.template.template import Field, Template
from digitocr.imaging import opencv
from digitocr.imaging.deskew import rotate, skew_degrees
from digitocr.layout.looks import Segment
from digitocr.records import Box, Gray

WORK_SIDE_PX = 2400  # a page is searched at this size: A4 at 200 dpi
REFERENCE_SIDE_PX = 1200
SOFT_EDGE_PX = 5  # the soft edges of strokes reach out of their ink by half of this
BORDER_MM = 0.5  # the thickness of the printed borders of boxes, with their soft edges
BORDER_COVERAGE_WRITTEN_MIN = 0.6  # of a side of a box: with less line it has no border there, as a comb


@dataclass(frozen=True, slots=True, eq=False)
class DetectedForm:
    """A form as it was found on a sheet, and the names of the fields in which numbers were written there."""

    template: Template
    filled: tuple[str, ...] = ()


def detect_template(gray: Gray, name: str, segment: Segment) -> DetectedForm:
    """The template of a form, of which nothing that is written in its fields is a part.

    Args:
        gray: (H, W) uint8, dark on light, a blank form or a filled one, at most slightly rotated.
        name: The name of the template.
        segment: Makes the maps by which handwritten numbers are found.

    Returns:
        The template; the boxes of its fields are in pixels of the deskewed page, which has the same size.
    """
    upright, _ = rotate(gray, skew_degrees(gray))
    height, width = upright.shape
    small, scale = _downscaled(upright, WORK_SIDE_PX)
    proposals, writing = find_proposals(small, segment)
    rows = in_rows(proposals)
    fields = tuple(
        Field(
            name=f"row{row}_col{column}",
            box=proposal.box.scaled(1 / scale),
            kind="boxes" if proposal.cells else "blank" if proposal.line else "cell",
            digits=len(proposal.cells) or None,
            cells=tuple(cell.scaled(1 / scale) for cell in proposal.cells),
        )
        for row, line in enumerate(rows, 1)
        for column, proposal in enumerate(line, 1)
    )
    blank = remove_writing(upright, [field.cells for field in fields], writing)
    filled = (
        field.name
        for field, proposal in zip(fields, chain.from_iterable(rows), strict=True)
        if holds_writing(proposal.box, writing)
    )
    template = Template(name, width, height, fields, _downscaled(blank, REFERENCE_SIDE_PX)[0])
    return DetectedForm(template, tuple(filled))


def find_proposals(gray: Gray, segment: Segment) -> tuple[list[Proposal], Gray]:
    """The proposed fields of an upright page, (H, W) uint8, and the mask of the handwriting on it."""
    sheet = find_print_layers(gray)
    numbers = find_written_numbers(sheet, segment)
    layers = numbers.layers
    cells = find_cells(layers)
    cells += find_occluded_boxes(cells, layers)
    writing = opencv.union(numbers.ink, handwriting_mask(cells, layers))
    layers = replace(layers, ink=opencv.intersection(layers.ink, opencv.complement(writing)))
    proposals = propose_fields(cells, layers)
    proposals += propose_shaded_areas(layers, cells)
    boxes = [cell for cell in cells if has_digit_size(cell, layers.mm)]
    blanks = propose_writing_lines(layers, [*boxes, *(proposal.box for proposal in proposals)])
    proposals = _without_overlaps([*proposals, *blanks])
    wide = opencv.dilate(writing, SOFT_EDGE_PX, SOFT_EDGE_PX)
    return proposals, opencv.intersection(wide, opencv.complement(_borders(proposals, sheet, layers.short)))


def _borders(proposals: Sequence[Proposal], layers: PrintLayers, lines: Lines) -> Gray:
    """The mask (H, W) uint8 of the printed lines around proposed fields and their boxes.

    `layers` are those of the sheet as it is, `lines` the short ones among them that are no strokes.
    """
    mask, short = np.zeros_like(layers.ink), opencv.union(lines.horizontal, lines.vertical)
    thick = round(BORDER_MM * layers.mm)
    for box in chain.from_iterable(proposal.cells or (proposal.box,) for proposal in proposals):
        outer = Box(box.left - thick, box.top - thick, box.right + thick, box.bottom + thick)
        sides = (
            replace(outer, right=box.left),
            replace(outer, left=box.right),
            replace(outer, bottom=box.top),
            replace(outer, top=box.bottom),
        )
        for side, covered in zip(sides, border_coverage(box, layers), strict=True):
            mask[side.region] |= 255 if covered >= BORDER_COVERAGE_WRITTEN_MIN else short[side.region]
    return mask


def _without_overlaps(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that intersect neither a longer row of boxes nor a smaller cell."""
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=lambda p: (-len(p.cells), p.box.area)):
        if not any(proposal.box.intersects(other.box) for other in kept):
            kept.append(proposal)
    return kept


def in_rows(proposals: Sequence[Proposal]) -> list[list[Proposal]]:
    """The proposals by row, from the top and from the left.

    A row holds the proposals whose vertical centre lies within the height of its first.
    """
    rows: list[list[Proposal]] = []
    for proposal in sorted(proposals, key=lambda p: (p.box.top + p.box.bottom, p.box.left)):
        middle = (proposal.box.top + proposal.box.bottom) / 2
        if rows and rows[-1][0].box.top <= middle < rows[-1][0].box.bottom:
            rows[-1].append(proposal)
        else:
            rows.append([proposal])
    return [sorted(row, key=lambda p: (p.box.left, p.box.top)) for row in rows]


def _downscaled(gray: Gray, side_px: int) -> tuple[Gray, float]:
    scale = min(1.0, side_px / max(gray.shape))
    if scale == 1.0:
        return gray, scale
    size = round(gray.shape[1] * scale), round(gray.shape[0] * scale)
    return opencv.resize(gray, size), scale
