"""Whole pages: what is on them, numbers that a person adds, the way a page is turned."""

from dataclasses import dataclass
from typing import Any

from digitocr.errors import UsageError
from digitocr.records import Reading
from digitocr.store.events import log_reading, log_source
from digitocr.store.insertion import insert_reading
from digitocr.store.store import Store, StoreRow

PAGES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page as it can be looked at: `path` is its file, `number` its place there.

    `turned` is how many quarters clockwise a person turned it from how it was read.
    """

    id: int
    source: int
    name: str
    path: str
    number: int
    width: int
    height: int
    rotation: float
    turned: int
    template: str | None
    options: str

    @property
    def quarters(self) -> int:
        """How many quarters clockwise the page as given is turned to stand as it is looked at."""
        return (self.turned - round(self.rotation / 90)) % 4


def pages(store: Store, after: int = 0) -> list[dict[str, Any]]:
    """The next pages after one, by their numbers in the store, with how much of each waits."""
    rows = store.rows(
        "SELECT page.id, name, number, count(reading.id) AS readings, "
        "coalesce(sum(state IN ('review', 'disputed')), 0) AS waiting "
        "FROM page JOIN source ON source.id = page.source LEFT JOIN reading ON reading.page = page.id "
        "WHERE page.id > ? AND page.error IS NULL GROUP BY page.id ORDER BY page.id LIMIT ?",
        (after, PAGES_AT_ONCE),
    )
    return [dict(row) for row in rows]


def sheet_page(store: Store, page: int) -> SheetPage:
    """One page.

    Raises:
        UsageError: it is not in the store, or could not be read.
    """
    row = store.row(
        "SELECT page.id, source, name, path, number, width, height, rotation, turned, template, options "
        "FROM page JOIN source ON source.id = page.source JOIN run ON run.id = source.run "
        "WHERE page.id = ? AND error IS NULL",
        (page,),
    )
    if row is None:
        raise UsageError(f"page {page} is not in the store any more; load the list again")
    return SheetPage(**dict(row))


def readings_of(store: Store, page: int) -> list[StoreRow]:
    """The readings of a page in their order, without those that a person removed."""
    return store.rows(
        "SELECT * FROM reading WHERE page = ? AND settled IS NOT 'removed' ORDER BY position", (page,)
    )


def add_reading(store: Store, page: int, reading: Reading, crop: bytes, who: str) -> int:
    """Add a number that was missed on a page, for review; its number in the store."""
    with store.transaction():
        last = store.row(
            'SELECT max(position) AS place, max("row") AS line FROM reading WHERE page = ?', (page,)
        )
        position, line = (last["place"] or 0, last["line"] or 0) if last else (0, 0)
        numbered = Reading(
            "",
            line + 1,
            reading.box,
            reading.text,
            "review",
            reading.confidence,
            "added by a person",
            reading.alternatives,
            reading.digits,
        )
        number = insert_reading(store, page, position + 1, numbered, crop, added=True)
        log_reading(store, "added", who, number, {"text": reading.text})
    return number


def turn(store: Store, page: SheetPage, quarters: int, who: str) -> None:
    """Turn a page by quarters clockwise, for looking at it."""
    turned = (page.turned + quarters) % 4
    with store.transaction():
        store.run("UPDATE page SET turned = ? WHERE id = ?", (turned, page.id))
        log_source(store, "turned", who, page.source, {"page": page.number, "quarters": turned})
