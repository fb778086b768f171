"""Documents out of the store: what was read, with what people said in its place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from digitocr.reasons import ReasonCode
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading, Status
from digitocr.store.store import Store, StoreRow

DIFFER = "two people read it differently"
QUESTIONED = "a person saw that it is not as it was read"
BY_STATUS: Mapping[str, tuple[Status, str, ReasonCode]] = {
    # What people say, as the status, reason and reason code of an export: a settled reading waits for nobody.
    "value": ("accept", "", ""),
    "blank": ("blank", "", ""),
    "struck_out": ("blank", "struck out", "struck_out"),
    "unreadable": ("blank", "a person could not read it", ""),
}
SOURCES_AT_ONCE = 200  # few queries, little memory


def stored_documents(store: Store, *, pictures: bool = False) -> Iterator[Document]:
    """The documents of a store in the order of its inputs, as they stand now; those not read yet left out.

    Settled readings have the value that people settled on; those that a person removed are left out.

    Args:
        store: the store.
        pictures: with `crops`, the pictures of the readings that wait for a person.
    """
    sources = store.rows(
        "SELECT id, name FROM source WHERE run IS NOT NULL AND NOT forgotten ORDER BY position"
    )
    for start in range(0, len(sources), SOURCES_AT_ONCE):
        part = sources[start : start + SOURCES_AT_ONCE]
        marks = ",".join(str(row["id"]) for row in part)
        pages = _grouped(
            store.rows(f"SELECT * FROM page WHERE source IN ({marks}) ORDER BY source, number"), "source"
        )
        readings = _grouped(
            store.rows(
                "SELECT reading.* FROM reading JOIN page ON page.id = reading.page "
                f"WHERE source IN ({marks}) ORDER BY page, position"
            ),
            "page",
        )
        digits = _grouped(
            store.rows(
                "SELECT digit.* FROM page JOIN reading ON reading.page = page.id "
                f"JOIN digit ON digit.reading = reading.id WHERE source IN ({marks}) AND digit.text <> '' "
                "ORDER BY digit.reading, digit.position"
            ),
            "reading",
        )
        crops = _crops(store, marks) if pictures else None
        for row in part:
            yield Document(
                row["name"],
                tuple(_page(row["name"], page, readings, digits, crops) for page in pages.get(row["id"], ())),
            )


def _crops(store: Store, sources: str) -> dict[int, bytes]:
    """The pictures of the readings of some sources that wait for a person."""
    rows = store.rows(
        "SELECT reading, jpeg FROM page JOIN reading ON reading.page = page.id "
        "JOIN crop ON crop.reading = reading.id "
        f"WHERE source IN ({sources}) AND state IN ('review', 'disputed')"
    )
    return {row["reading"]: row["jpeg"] for row in rows}


def _grouped(rows: Sequence[StoreRow], key: str) -> dict[int, list[StoreRow]]:
    grouped: dict[int, list[StoreRow]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row)
    return grouped


def _page(
    source: str,
    page: StoreRow,
    readings: Mapping[int, Sequence[StoreRow]],
    digits: Mapping[int, Sequence[StoreRow]],
    crops: Mapping[int, bytes] | None,
) -> PageResult | PageFailure:
    if page["error"] is not None:
        return PageFailure(source, page["number"], page["error"], page["reason"], page["reason_code"])
    rows = [row for row in readings.get(page["id"], ()) if row["settled"] != "removed"]
    settled = [settled_reading(row, machine_reading(row, digits.get(row["id"], ()))) for row in rows]
    return PageResult(
        source,
        page["number"],
        page["width"],
        page["height"],
        page["layout"],
        tuple(settled),
        page["rotation"],
        page["template"],
        tuple(crops.get(row["id"], b"") for row in rows) if crops is not None else (),
    )


def machine_reading(row: StoreRow, digits: Sequence[StoreRow]) -> Reading:
    """A reading as it was read."""
    return Reading(
        row["field"],
        row["row"],
        Box(row["left"], row["top"], row["right"], row["bottom"]),
        row["text"],
        row["status"],
        row["confidence"],
        row["reason"],
        tuple((text, share) for text, share in json.loads(row["alternatives"])),
        tuple(
            Digit(
                digit["text"],
                digit["confidence"],
                Box(digit["left"], digit["top"], digit["right"], digit["bottom"]),
            )
            for digit in digits
        ),
        row["raw"],
        row["written"],
        row["reason_code"],
        origin=row["origin"],
    )


def settled_reading(row: StoreRow, reading: Reading) -> Reading:
    """A reading with what people said in its place; as it was read where they said nothing."""
    if row["disputed"]:
        return replace(reading, status="review", reason=DIFFER, reason_code="readers_disagree")
    if row["settled"] is None and row["questioned"]:
        return replace(reading, status="review", reason=QUESTIONED, reason_code="readers_disagree")
    if row["settled"] is None:
        return reading
    status, reason, code = BY_STATUS[row["settled"]]
    same = row["value"] == reading.text
    return replace(
        reading,
        text=row["value"],
        status=status,
        confidence=1.0,
        reason=reason,
        digits=reading.digits if same else (),
        written=reading.written if same else row["value"],
        reason_code=code,
        settled_by=row["settled_by"],
        machine=reading,
    )
