"""Personal data taken out of a store for good: values and pictures, also from the log and the free pages."""

from fnmatch import fnmatch
from pathlib import Path

from digitocr.store.events import log_source
from digitocr.store.schema import LOG_GUARD
from digitocr.store.store import Store


def sources_of(store: Store, *, before: str | None = None, pattern: str | None = None) -> list[int]:
    """The sources to forget: read before a moment (ISO 8601, UTC), and named like `pattern`."""
    rows = store.rows(
        "SELECT id, name, (SELECT max(at) FROM event WHERE source = source.id AND what = 'read') AS at "
        "FROM source WHERE NOT forgotten ORDER BY position"
    )
    return [
        row["id"]
        for row in rows
        if (before is None or (row["at"] is not None and row["at"] < before))
        and (pattern is None or fnmatch(row["name"], pattern) or fnmatch(Path(row["name"]).name, pattern))
    ]


def forget(store: Store, sources: list[int], who: str, why: dict[str, str]) -> int:
    """Remove all that was read in these sources and said of it; how many readings that were.

    The log keeps that they were read and forgotten, without values. The file is written anew, so that
    nothing is left in it.
    """
    gone = 0
    store.run("PRAGMA secure_delete = ON")
    with store.transaction():
        for trigger in ("event_kept", "event_stays"):
            store.run(f"DROP TRIGGER IF EXISTS {trigger}")
        for source in sources:
            gone += store.value(
                "SELECT count(*) FROM reading JOIN page ON page.id = reading.page WHERE source = ?", (source,)
            )
            store.run("DELETE FROM page WHERE source = ?", (source,))
            store.run("UPDATE source SET forgotten = 1 WHERE id = ?", (source,))
            store.run("UPDATE event SET detail = '{}' WHERE source = ?", (source,))
            log_source(store, "forgotten", who, source, why)
        store.script(LOG_GUARD)
    store.run("VACUUM")
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone
