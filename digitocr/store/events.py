"""The log of a store: what happened, who did it, when. It is only ever added to."""

import getpass
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from digitocr.store.store import Store

What = Literal[
    "read", "corrected", "verified", "entered", "undone", "added", "turned", "exported", "forgotten"
]


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond: texts sort as moments do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def user_name() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return ""


def log(store: Store, what: What, who: str, *, detail: Mapping[str, Any] | None = None) -> None:
    """Log what was done with the store as a whole."""
    store.run(
        "INSERT INTO event (at, who, what, detail) VALUES (?, ?, ?, ?)",
        (now(), who, what, to_json(detail or {})),
    )


def log_source(store: Store, what: What, who: str, source: int, detail: Mapping[str, Any]) -> None:
    """Log what was done with one source."""
    store.run(
        "INSERT INTO event (at, who, what, source, sha256, detail) "
        "SELECT ?, ?, ?, id, sha256, ? FROM source WHERE id = ?",
        (now(), who, what, to_json(detail), source),
    )


def log_reading(store: Store, what: What, who: str, reading: int, detail: Mapping[str, Any]) -> None:
    """Log what was done with one reading."""
    store.run(
        'INSERT INTO event (at, who, what, source, sha256, page, field, "row", detail) '
        'SELECT ?, ?, ?, source.id, sha256, page.number, field, "row", ? FROM reading '
        "JOIN page ON page.id = reading.page JOIN source ON source.id = page.source WHERE reading.id = ?",
        (now(), who, what, to_json(detail), reading),
    )


def to_json(value: object) -> str:
    """Compact JSON; bytes of file names that are no UTF-8 as escapes."""
    return json.dumps(value, separators=(",", ":"), default=str)
