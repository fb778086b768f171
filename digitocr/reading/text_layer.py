"""Readings of a page, and the numbers that its file has as text: each is a witness of the other.

What is drawn by a PDF's own letters is what its text says, unless its fonts tell stories; a layer that an OCR
program put over a scan is another reader's opinion. Where the ink clearly reads otherwise, a person decides.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitocr.formats.formats import Format
from digitocr.records import Box, Gray, Page, PageResult, Reading, WrittenNumber

COVERED = 0.4  # of the smaller box: boxes of characters are taller than ink, and those of ink wander
INK_CONTRAST = 40  # gray levels between the darkest and the lightest pixel where something is drawn


def with_text(result: PageResult, page: Page, allowed: Format | None = None) -> PageResult:
    """The readings of `page` with those numbers taken from its text that lie on ink.

    `allowed` is the format that numbers are held to; other numbers of the text are left out, as those of the
    ink are.
    """
    drawn = [one for one in page.numbers if _is_drawn(page.gray, one.box)]
    drawn = [one for one in drawn if allowed is None or allowed.accepts(one.text)]
    if not drawn:
        return result
    below = [[r for r in result.readings if r.text and _meet(r.box, one.box)] for one in drawn]
    taken = {id(reading) for readings in below for reading in readings}
    left = [r for r in result.readings if id(r) not in taken and r.status != "blank"]
    texts = [_reading(one, readings) for one, readings in zip(drawn, below, strict=True)]
    rows = _in_rows([*texts, *left])
    readings = tuple(replace(r, row=n if not r.field else 1) for n, r in enumerate(rows, 1))
    return replace(result, readings=readings)


def _reading(number: WrittenNumber, readings: Sequence[Reading]) -> Reading:
    """The reading of a number of the text, given those of the ink that is there."""
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


def _meet(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down >= COVERED * smaller


def _in_rows(readings: Sequence[Reading]) -> list[Reading]:
    """In the order in which a page is read: rows from the top, each from the left."""
    rows: list[list[Reading]] = []
    for reading in sorted(readings, key=lambda one: one.box.top + one.box.bottom):
        middle = (reading.box.top + reading.box.bottom) / 2
        if rows and middle < max(one.box.bottom for one in rows[-1]):
            rows[-1].append(reading)
        else:
            rows.append([reading])
    return [reading for row in rows for reading in sorted(row, key=lambda one: one.box.left)]
