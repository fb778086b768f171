"""Merges the readings of a page with the numbers that its PDF has as text.

Text that a PDF draws is nearly always what it shows; text that an OCR program put over a scan is no more than
another reader's result. If the ink clearly reads otherwise, a person decides.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitocr.formats.formats import Format
from digitocr.records import Box, Gray, Page, PageResult, Reading, WrittenNumber

OVERLAP_MIN = 0.4  # of the smaller box; boxes of characters are taller than their ink
INK_CONTRAST = 40  # gray levels between the darkest and the lightest pixel of a box with ink


def with_text(result: PageResult, page: Page, allowed: Format | None = None) -> PageResult:
    """Replace readings by the numbers of the text layer that lie on ink.

    Numbers of the text that do not match the format `allowed` are left out, as those of the ink are.
    """
    drawn = [number for number in page.numbers if _is_drawn(page.gray, number.box)]
    drawn = [number for number in drawn if allowed is None or allowed.accepts(number.text)]
    if not drawn:
        return result
    readings_there = [
        [r for r in result.readings if r.text and _overlap(r.box, number.box)] for number in drawn
    ]
    taken = {id(reading) for readings in readings_there for reading in readings}
    left = [r for r in result.readings if id(r) not in taken and r.status != "blank"]
    texts = [_reading(number, readings) for number, readings in zip(drawn, readings_there, strict=True)]
    rows = _in_rows([*texts, *left])
    readings = tuple(replace(r, row=n if not r.field else 1) for n, r in enumerate(rows, 1))
    return replace(result, readings=readings)


def _reading(number: WrittenNumber, readings: Sequence[Reading]) -> Reading:
    """The reading of a number of the text, given the readings of the ink in its box."""
    joined = "".join(reading.text for reading in sorted(readings, key=lambda reading: reading.box.left))
    taken = Reading(
        field=number.field,
        row=1,
        box=number.box,
        text=number.text,
        status="accept",
        confidence=1.0,
        alternatives=((number.text, 1.0),),
        written=number.written,
        origin=number.origin,
    )
    if number.text in joined or (joined in number.text and joined):
        return taken
    sure = any(reading.status == "accept" for reading in readings)
    if sure or (readings and not number.visible):
        return replace(
            taken,
            status="review",
            confidence=0.5,
            reason=f"the ink reads {joined}, the text of the file says {number.text}",
            reason_code="text_layer_differs",
            alternatives=((number.text, 0.5), (joined, 0.5)),
            raw=joined,
        )
    if not readings and not number.visible:
        return replace(
            taken,
            status="review",
            confidence=0.5,
            reason="only the text layer over the scan says so",
            reason_code="low_confidence",
        )
    return taken


def _is_drawn(gray: Gray, box: Box) -> bool:
    part = gray[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)]
    return bool(part.size and int(np.max(part)) - int(np.min(part)) >= INK_CONTRAST)


def _overlap(box: Box, other: Box) -> bool:
    return box.intersection_area(other) >= OVERLAP_MIN * min(box.area, other.area)


def _in_rows(readings: Sequence[Reading]) -> list[Reading]:
    """In reading order: rows from the top, each from the left."""
    rows: list[list[Reading]] = []
    for reading in sorted(readings, key=lambda reading: reading.box.top + reading.box.bottom):
        middle = (reading.box.top + reading.box.bottom) / 2
        if rows and middle < max(earlier.box.bottom for earlier in rows[-1]):
            rows[-1].append(reading)
        else:
            rows.append([reading])
    return [reading for row in rows for reading in sorted(row, key=lambda reading: reading.box.left)]
