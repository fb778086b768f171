"""How far a store is: counts that cost the same for a thousand readings and a million."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digitocr.store.store import Store

PACE_MINUTES = 10
ANSWERED = ("corrected", "verified", "entered")


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts over a store.

    `states` counts readings: accept, review, blank, error of what only the machine has read; person and
    double_entry of what people settled; disputed of what two people read differently. `pace` is
    answers a minute over the last ten, 0 where there were none.
    """

    sources: int
    read: int
    failed: int
    forgotten: int
    pages: int
    states: Mapping[str, int]
    pace: float

    @property
    def waiting(self) -> int:
        """Readings that a person should look at."""
        return self.states.get("review", 0) + self.states.get("disputed", 0)

    @property
    def settled(self) -> int:
        """Readings that people settled."""
        return self.states.get("person", 0) + self.states.get("double_entry", 0)

    @property
    def minutes_left(self) -> float | None:
        """Until nothing waits, at the present pace; None where there is none."""
        return self.waiting / self.pace if self.pace else None


def progress(store: Store) -> Progress:
    """Count."""
    sources = store.row(
        "SELECT count(*) AS sources, count(run) AS done, coalesce(sum(forgotten), 0) AS forgotten FROM source"
    )
    assert sources is not None
    failed = store.value(
        "SELECT count(DISTINCT source) FROM page INDEXED BY page_failed WHERE error IS NOT NULL"
    )
    return Progress(
        sources["sources"],
        sources["done"],
        failed,
        sources["forgotten"],
        store.value("SELECT count(*) FROM page WHERE error IS NULL"),
        {row["state"]: row["readings"] for row in store.rows("SELECT * FROM tally WHERE readings > 0")},
        _pace(store),
    )


def _pace(store: Store) -> float:
    since = (datetime.now(UTC) - timedelta(minutes=PACE_MINUTES)).isoformat(timespec="milliseconds")
    rows = [
        store.row(
            "SELECT count(*) AS n, min(at) AS first FROM event WHERE what = ? AND at > ?", (what, since)
        )
        for what in ANSWERED
    ]
    counted = [(row["n"], row["first"]) for row in rows if row and row["n"]]
    if not counted:
        return 0.0
    first = datetime.fromisoformat(min(first for _, first in counted))
    minutes = max((datetime.now(UTC) - first).total_seconds() / 60, 0.5)
    return float(sum(n for n, _ in counted)) / minutes


def failures(store: Store, most: int = 1000) -> list[tuple[str, int, str]]:
    """What failed: name, page (0 for the whole file) and why, in the order of the inputs."""
    rows = store.rows(
        "SELECT name, number, error FROM page JOIN source ON source.id = page.source "
        "WHERE error IS NOT NULL ORDER BY source.position, number LIMIT ?",
        (most,),
    )
    return [(row["name"], row["number"], row["error"]) for row in rows]


def reasons(store: Store, most: int = 20) -> list[tuple[str, int]]:
    """Why readings wait, the most frequent first."""
    rows = store.rows(
        "SELECT reason, count(*) AS n FROM reading WHERE state IN ('review', 'disputed') "
        "GROUP BY reason ORDER BY n DESC, reason LIMIT ?",
        (most,),
    )
    return [(row["reason"], row["n"]) for row in rows]
