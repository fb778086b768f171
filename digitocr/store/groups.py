"""Group verification: what was read alike is looked at together, the least sure first.

A class is a digit, EMPTY_CLASS for the boxes of forms in which no digit was read, or BLANK_CLASS for whole
fields in which none was. A reading is settled when a person has seen all of it. Where a form has a box for
each digit, there is nothing else to see. A reading that waited for its low confidence is settled too, and
what a person typed for a picture becomes the value's digit. What waits for another reason stays for review.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitocr.store.entries import REVIEW, conclude
from digitocr.store.events import What, log_reading, now
from digitocr.store.queue import NOT_LEASED, lease
from digitocr.store.store import Store, StoreRow

BLANK_CLASS, EMPTY_CLASS = "blank", "empty"
DIGITS_SUFFICE = ("low_confidence", "readers_disagree")  # reasons to wait that end when each digit was seen
Location = tuple[int, int]  # the number of a reading, and the position of a digit in it; -1 for all of it


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a group's sheet: a digit of a reading, or with `position` -1 a whole field."""

    reading: int
    position: int
    confidence: float


def classes(store: Store) -> list[tuple[str, int]]:
    """The classes of which something is left to verify, with how many pictures."""
    rows = store.rows("SELECT text, count(*) AS n FROM digit WHERE verified = 0 GROUP BY text ORDER BY text")
    digits = [(row["text"], row["n"]) for row in rows if row["text"]]
    empty = [(EMPTY_CLASS, row["n"]) for row in rows if not row["text"]]
    blank = store.value("SELECT readings FROM tally WHERE state = 'blank'") or 0
    return [*digits, *empty, *([(BLANK_CLASS, blank)] if blank else [])]


def sheet(store: Store, text: str, holder: str, count: int) -> list[Tile]:
    """The next pictures of a class, least sure first; leased to a window."""
    parameters = {
        "text": "" if text == EMPTY_CLASS else text,
        "holder": holder,
        "now": time.time(),
        "count": count,
    }
    with store.transaction():
        if text == BLANK_CLASS:
            rows = store.rows(
                "SELECT id AS reading, -1 AS position, confidence FROM reading "
                f"WHERE state = 'blank' AND {NOT_LEASED.format('reading.id')} ORDER BY id LIMIT :count",
                parameters,
            )
        else:
            rows = store.rows(
                "SELECT reading, position, confidence FROM digit WHERE text = :text AND verified = 0 "
                f"AND {NOT_LEASED.format('digit.reading')} "
                "ORDER BY confidence, reading, position LIMIT :count",
                parameters,
            )
        lease(store, [row["reading"] for row in rows], holder)
    return [Tile(row["reading"], row["position"], row["confidence"]) for row in rows]


def confirm(store: Store, shown: Sequence[Location], odd: Mapping[Location, str | None], who: str) -> None:
    """Write down that a person looked at a sheet.

    Args:
        store: the store.
        shown: all its pictures.
        odd: those of them that are not what they were read as, and the digit that stands there, or "" for
            none; None where the person did not say, so that the reading goes to review.
        who: the person.
    """
    with store.transaction():
        store.run_many("UPDATE digit SET verified = 1 WHERE reading = ? AND position = ?", shown)
        store.run_many(
            "UPDATE digit SET said = ? WHERE reading = ? AND position = ?",
            [(said, *location) for location, said in odd.items()],
        )
        unsaid = {reading for (reading, _), said in odd.items() if said is None}
        doubted = {reading for reading, _ in odd}
        for reading in dict.fromkeys(reading for reading, _ in shown):
            row = store.row("SELECT * FROM reading WHERE id = ?", (reading,))
            if row is None:
                continue
            if reading in unsaid or (reading in doubted and not row["cells"]):
                store.run("UPDATE reading SET questioned = 1 WHERE id = ?", (reading,))
            else:
                _settle_if_seen(store, row, who)
        _give_back(store, shown)


def seen_text(store: Store, reading: int) -> str:
    """What a reading's digits are, with what people said of them in their place."""
    rows = store.rows(
        "SELECT coalesce(said, text) AS text FROM digit WHERE reading = ? ORDER BY position", (reading,)
    )
    return "".join(row["text"] for row in rows)


def _settle_if_seen(store: Store, row: StoreRow, who: str) -> None:
    reading = row["id"]
    left = store.value("SELECT count(*) FROM digit WHERE reading = ? AND verified = 0", (reading,))
    if left or not _digits_suffice(row):
        return
    value = seen_text(store, reading) if row["cells"] else row["text"]
    settled = "value" if value else "blank"
    store.run(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (reading, REVIEW, who, now(), settled, value),
    )
    conclude(store, reading)
    what: What = "verified" if value == row["text"] else "corrected"
    detail = {"in": "group", "from": row["text"], "settled": settled, "to": value}
    log_reading(store, what, who, reading, detail)


def _digits_suffice(row: StoreRow) -> bool:
    """Whether a reading is settled when all its digits were seen."""
    if row["state"] == "review":
        return bool(row["cells"] and not row["questioned"] and row["reason_code"] in DIGITS_SUFFICE)
    return row["state"] in ("accept", "blank")


def undo_confirm(
    store: Store, shown: Sequence[Location], odd: Mapping[Location, str | None], who: str
) -> None:
    """Take back `confirm`, called with the same."""
    with store.transaction():
        for reading in dict.fromkeys(reading for reading, _ in shown):
            settled = store.run(
                "DELETE FROM entry WHERE reading = ? AND pass = ? AND who = ?", (reading, REVIEW, who)
            )
            if settled:
                conclude(store, reading)
                store.run("UPDATE digit SET verified = 1 WHERE reading = ?", (reading,))
                log_reading(store, "undone", who, reading, {"in": "group"})
        store.run_many(
            "UPDATE reading SET questioned = 0 WHERE id = ? AND settled_by = ''",
            [(reading,) for reading, _ in odd],
        )
        store.run_many("UPDATE digit SET verified = 0, said = NULL WHERE reading = ? AND position = ?", shown)
        _give_back(store, shown)


def _give_back(store: Store, shown: Sequence[Location]) -> None:
    store.run_many("DELETE FROM lease WHERE reading = ?", [(reading,) for reading, _ in shown])
