"""A reading into the store, with its digits and its picture."""

from collections.abc import Iterator, Sequence

from digitocr.records import Box, Reading
from digitocr.store.cells import cells_of_digits
from digitocr.store.crops import region_of
from digitocr.store.events import to_json
from digitocr.store.store import Store


def insert_reading(
    store: Store,
    page: int,
    position: int,
    reading: Reading,
    crop: bytes,
    *,
    former: int | None = None,
    added: bool = False,
) -> int:
    """Insert a reading with its digits and its picture (JPEG); its number in the store.

    `former` is the number that it had before.
    """
    box, region, stands_in = reading.box, region_of(reading), cells_of_digits(reading)
    row = (
        former, page, position, reading.field, reading.row, box.left, box.top, box.right, box.bottom,
        reading.text, reading.status, reading.confidence, reading.reason, reading.reason_code, reading.raw,
        reading.written, reading.origin, to_json(reading.alternatives), added,
        len(reading.cells) if stands_in else 0, None if region == box else to_json(_sides(region)),
    )  # fmt: skip
    number = int(store.value(_INSERT_READING, row))
    store.run_many(_INSERT_DIGIT, [(number, *digit) for digit in _digit_rows(reading, stands_in)])
    if crop:
        store.run("INSERT INTO crop VALUES (?, ?)", (number, crop))
    return number


_INSERT_READING = """
INSERT INTO reading (id, page, position, field, "row", "left", top, "right", bottom, text, status, confidence,
  reason, reason_code, raw, written, origin, alternatives, added, cells, region)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
_INSERT_DIGIT = """
INSERT INTO digit (reading, position, text, confidence, "left", top, "right", bottom)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def _digit_rows(reading: Reading, stands_in: Sequence[int] | None) -> Iterator[tuple[int | str | float, ...]]:
    """The digits of a reading; where each stands in a box of its field, the empty boxes too."""
    for position, digit in zip(stands_in or range(len(reading.digits)), reading.digits, strict=True):
        yield position, digit.text, digit.confidence, *_sides(digit.box)
    if stands_in:
        for position in sorted(set(range(len(reading.cells))).difference(stands_in)):
            yield position, "", reading.confidence, *_sides(reading.cells[position])


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom
