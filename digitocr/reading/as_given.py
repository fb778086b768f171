"""Boxes in pixels of the page as given, for pages that were stretched to square pixels."""

from dataclasses import replace
from math import ceil

from digitocr.records import Box, Page, PageResult


def as_given(result: PageResult, page: Page) -> PageResult:
    """The result of reading `page`, with size and boxes in pixels of the file."""
    if page.stretch == (1.0, 1.0):
        return result
    readings = tuple(
        replace(
            reading,
            box=_shrunk(reading.box, page.stretch),
            digits=tuple(replace(digit, box=_shrunk(digit.box, page.stretch)) for digit in reading.digits),
            field_box=reading.field_box and _shrunk(reading.field_box, page.stretch),
            cells=tuple(_shrunk(cell, page.stretch) for cell in reading.cells),
        )
        for reading in result.readings
    )
    across, down = page.stretch
    width, height = round(result.width / across), round(result.height / down)
    return replace(result, width=width, height=height, readings=readings)


def _shrunk(box: Box, stretch: tuple[float, float]) -> Box:
    across, down = stretch
    left, top = int(box.left / across), int(box.top / down)
    return Box(left, top, max(left + 1, ceil(box.right / across)), max(top + 1, ceil(box.bottom / down)))
