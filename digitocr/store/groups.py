"""Group verification: what was read alike is looked at together, the least sure first.

A class is a digit, or BLANK for the fields in which nothing was found. A reading of which a person has seen
all digits is settled; what waits for review for a reason of its own stays there.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from digitocr.store.entries import REVIEW, conclude
from digitocr.store.events import log_reading, now
from digitocr.store.queue import lease
from digitocr.store.store import Store

BLANK = "blank"
_FREE = "NOT EXISTS (SELECT 1 FROM lease WHERE reading = {} AND holder <> :holder AND until > :now)"


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a group's sheet: a digit of a reading, or with `position` -1 a whole field."""

    reading: int
    position: int
    confidence: float


def classes(store: Store) -> list[tuple[str, int]]:
    """The classes of which something is left to verify, with how many pictures."""
    rows = store.rows("SELECT text, count(*) AS n FROM digit WHERE verified = 0 GROUP BY text ORDER BY text")
    blank = store.value("SELECT readings FROM tally WHERE state = 'blank'") or 0
    return [(row["text"], row["n"]) for row in rows] + ([(BLANK, blank)] if blank else [])


def sheet(store: Store, text: str, holder: str, count: int) -> list[Tile]:
    """The next pictures of a class, least sure first; leased to a window."""
    parameters = {"text": text, "holder": holder, "now": time.time(), "count": count}
    with store.transaction():
        if text == BLANK:
            rows = store.rows(
                "SELECT id AS reading, -1 AS position, confidence FROM reading "
                f"WHERE state = 'blank' AND {_FREE.format('reading.id')} ORDER BY id LIMIT :count",
                parameters,
            )
        else:
            rows = store.rows(
                "SELECT reading, position, confidence FROM digit WHERE text = :text AND verified = 0 "
                f"AND {_FREE.format('digit.reading')} ORDER BY confidence, reading, position LIMIT :count",
                parameters,
            )
        lease(store, [row["reading"] for row in rows], holder)
    return [Tile(row["reading"], row["position"], row["confidence"]) for row in rows]


def confirm(store: Store, shown: Sequence[tuple[int, int]], odd: Sequence[tuple[int, int]], who: str) -> None:
    """Write down that a person looked at a sheet.

    Args:
        store: the store.
        shown: (reading, position) of all its pictures.
        odd: those of them that are not what they were read as; their readings go to review.
        who: the person.
    """
    doubted = {reading for reading, _ in odd}
    with store.transaction():
        store.run_many("UPDATE digit SET verified = 1 WHERE reading = ? AND position = ?", shown)
        for reading in dict.fromkeys(reading for reading, _ in shown):
            if reading in doubted:
                store.run("UPDATE reading SET questioned = 1 WHERE id = ?", (reading,))
            else:
                _settle_if_seen(store, reading, who)
        _give_back(store, shown)


def _settle_if_seen(store: Store, reading: int, who: str) -> None:
    left = store.value("SELECT count(*) FROM digit WHERE reading = ? AND verified = 0", (reading,))
    row = store.row("SELECT text, state FROM reading WHERE id = ?", (reading,))
    if left or row is None or row["state"] not in ("accept", "blank"):
        return
    settled = "value" if row["text"] else "blank"
    store.run(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (reading, REVIEW, who, now(), settled, row["text"]),
    )
    conclude(store, reading)
    log_reading(store, "verified", who, reading, {"in": "group", "settled": settled, "to": row["text"]})


def undo_confirm(
    store: Store, shown: Sequence[tuple[int, int]], odd: Sequence[tuple[int, int]], who: str
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
        store.run_many("UPDATE digit SET verified = 0 WHERE reading = ? AND position = ?", shown)
        _give_back(store, shown)


def _give_back(store: Store, shown: Sequence[tuple[int, int]]) -> None:
    store.run_many("DELETE FROM lease WHERE reading = ?", [(reading,) for reading, _ in shown])
