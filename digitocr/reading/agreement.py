"""What would be accepted is shown to a second reader; where that reads other digits, a person decides."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitocr.recognition.second_reader import SecondReader
from digitocr.records import Box, Gray, Page, PageFailure, PageResult, Reading

SECOND_READER_MARGIN = 0.25  # of a number's height: paper around it that the second reader sees too


def agreed(
    pages: Sequence[Page], outcomes: Sequence[PageResult | PageFailure], second: SecondReader
) -> list[PageResult | PageFailure]:
    """What was read of pages, each accepted number for review where the second reader disagrees."""
    return [
        _agreed(page, outcome, second) if isinstance(outcome, PageResult) else outcome
        for page, outcome in zip(pages, outcomes, strict=True)
    ]


def _agreed(page: Page, result: PageResult, second: SecondReader) -> PageResult:
    asked = [n for n, r in enumerate(result.readings) if r.status == "accept" and r.origin == "ink"]
    turns = round(result.rotation / 90) % 4
    pictures = [
        page.gray if result.layout == "line" else _picture(page.gray, result.readings[n].box, turns)
        for n in asked
    ]
    texts = dict(zip(asked, second.read(pictures), strict=True))
    readings = [
        _compared(reading, texts[n]) if n in texts else reading for n, reading in enumerate(result.readings)
    ]
    return replace(result, readings=tuple(readings))


def _compared(reading: Reading, text: str) -> Reading:
    if reading.text == text:
        return reading
    return replace(
        reading,
        status="review",
        reason=f"the second reader reads {text}" if text else "the second reader reads no digits",
        reason_code="readers_disagree",
    )


def _picture(gray: Gray, box: Box, quarter_turns: int) -> Gray:
    """A number of a page (H, W) uint8 with a little paper around it, turned upright by quarters."""
    margin = round(SECOND_READER_MARGIN * min(box.width, box.height))
    part = gray[
        max(0, box.top - margin) : box.bottom + margin, max(0, box.left - margin) : box.right + margin
    ]
    return np.ascontiguousarray(np.rot90(part, quarter_turns))
