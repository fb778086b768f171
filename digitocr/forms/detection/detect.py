"""Finds the fields of a blank form."""

from collections.abc import Sequence
from dataclasses import replace

from digitocr.forms.detection.cells import find_cells, has_digit_size
from digitocr.forms.detection.filled_sheet import remove_box_writing, remove_cell_writing
from digitocr.forms.detection.handwriting import handwriting_mask
from digitocr.forms.detection.lines import find_print_layers
from digitocr.forms.detection.occluded_boxes import find_occluded_boxes
from digitocr.forms.detection.proposals import Proposal, propose_fields
from digitocr.forms.detection.shaded_areas import propose_shaded_areas
from digitocr.forms.detection.writing_lines import propose_writing_lines
from digitocr.forms.template.template import Field, Template
from digitocr.imaging import opencv
from digitocr.imaging.deskew import rotate, skew_degrees
from digitocr.records import Gray

WORK_SIDE_PX = 2400  # a page is searched at this size: A4 at 200 dpi
REFERENCE_SIDE_PX = 1200


def detect_template(gray: Gray, name: str) -> Template:
    """The template of a form.

    Args:
        gray: (H, W) uint8, dark on light, a blank form or a filled one, at most slightly rotated.
        name: The name of the template.

    Returns:
        The template; the boxes of its fields are in pixels of the deskewed page, which has the same size.
    """
    upright, _ = rotate(gray, skew_degrees(gray))
    height, width = upright.shape
    small, scale = _downscaled(upright, WORK_SIDE_PX)
    proposals, writing = find_proposals(small)
    fields = tuple(
        Field(
            name=f"row{row}_col{column}",
            box=proposal.box.scaled(1 / scale),
            kind="boxes" if proposal.cells else "blank" if proposal.line else "cell",
            digits=len(proposal.cells) or None,
            cells=tuple(cell.scaled(1 / scale) for cell in proposal.cells),
        )
        for row, line in enumerate(in_rows(proposals), 1)
        for column, proposal in enumerate(line, 1)
    )
    single = [proposal.box.scaled(1 / scale) for proposal in proposals if len(proposal.cells) < 2]
    blank = remove_box_writing(upright, [field.cells for field in fields])
    blank = remove_cell_writing(blank, single, writing)
    return Template(name, width, height, fields, _downscaled(blank, REFERENCE_SIDE_PX)[0])


def find_proposals(gray: Gray) -> tuple[list[Proposal], Gray]:
    """The proposed fields of an upright page, (H, W) uint8, and the mask of the handwriting on it."""
    layers = find_print_layers(gray)
    cells = find_cells(layers)
    cells += find_occluded_boxes(cells, layers)
    writing = handwriting_mask(cells, layers)
    layers = replace(layers, ink=opencv.intersection(layers.ink, opencv.complement(writing)))
    proposals = propose_fields(cells, layers)
    proposals += propose_shaded_areas(layers, cells)
    boxes = [cell for cell in cells if has_digit_size(cell, layers.mm)]
    blanks = propose_writing_lines(layers, [*boxes, *(proposal.box for proposal in proposals)])
    return _without_overlaps([*proposals, *blanks]), writing


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
