"""What waits for a person, each reading given to one person at a time."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from digitocr.errors import UsageError
from digitocr.store.entries import REVIEW, SECOND, THIRD
from digitocr.store.store import Store

Queue = Literal["review", "second", "third"]
QUEUES: tuple[Queue, ...] = get_args(Queue)
PASSES: Mapping[Queue, int] = {"review": REVIEW, "second": SECOND, "third": THIRD}
LEASE_S = 300.0  # who answers nothing for so long has left

# What each queue holds for a person: nobody checks their own entry.
_WAITING: Mapping[Queue, str] = {
    "review": "state = 'review' AND (:reason = '' OR reason_code = :reason)",
    "second": "state = 'person' AND EXISTS "
    "(SELECT 1 FROM entry WHERE reading = reading.id AND pass = 1 AND who <> :who)",
    "third": "state = 'disputed' AND NOT EXISTS "
    "(SELECT 1 FROM entry WHERE reading = reading.id AND who = :who)",
}
# For a column that holds readings; `holder` and `now` are parameters.
NOT_LEASED = "NOT EXISTS (SELECT 1 FROM lease WHERE reading = {} AND holder <> :holder AND until > :now)"


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a browser, by what it calls itself, and who sits before it; a person may have several."""

    who: str
    holder: str


def queue_of(name: str) -> Queue:
    """A queue by its name.

    Raises:
        UsageError: there is none of that name.
    """
    for queue in QUEUES:
        if name == queue:
            return queue
    raise UsageError(f'"{name}" is no queue; expected {", ".join(QUEUES)}')


def take(
    store: Store,
    queue: Queue,
    window: Window,
    count: int,
    *,
    after: int = 0,
    besides: Sequence[int] = (),
    reason: str = "",
) -> list[int]:
    """The next readings of a queue, leased to one window.

    Args:
        store: the store.
        queue: what is to be done with them.
        window: who asks.
        count: how many at most.
        after: the number of a reading; those up to it come last.
        besides: readings that the window has already.
        reason: of the queue "review" only those with this reason code; "" for all.
    """
    held = set(besides)
    taken: list[int] = []
    with store.transaction():
        for order in (f"id > {int(after)}", f"id <= {int(after)}"):
            rows = store.rows(
                f"SELECT id FROM reading WHERE {_WAITING[queue]} AND {order} "
                f"AND {NOT_LEASED.format('reading.id')} "
                "ORDER BY id LIMIT :most",
                {
                    "who": window.who,
                    "holder": window.holder,
                    "now": time.time(),
                    "most": count + len(held),
                    "reason": reason,
                },
            )
            taken += [row["id"] for row in rows if row["id"] not in held]
        lease(store, taken[:count], window.holder)
    return taken[:count]


def lease(store: Store, readings: Sequence[int], holder: str) -> None:
    """Keep readings for a window, from now on; within a transaction or alone."""
    until = time.time() + LEASE_S
    store.run_many(
        "INSERT INTO lease VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET holder = excluded.holder, until = excluded.until",
        [(reading, holder, until) for reading in readings],
    )


def release(store: Store, holder: str) -> None:
    """Let others have what a window held."""
    store.run("DELETE FROM lease WHERE holder = ?", (holder,))


def held_by_others(store: Store, reading: int, holder: str) -> bool:
    """Whether another window has a reading at present."""
    return bool(
        store.value(
            "SELECT count(*) FROM lease WHERE reading = ? AND holder <> ? AND until > ?",
            (reading, holder, time.time()),
        )
    )


def waiting(store: Store, queue: Queue, who: str, reason: str = "") -> int:
    """How many readings a queue holds for a person, with `reason` as of `take`."""
    named = {"who": who, "reason": reason}
    return int(store.value(f"SELECT count(*) FROM reading WHERE {_WAITING[queue]}", named))


def waiting_reasons(store: Store) -> list[tuple[str, int]]:
    """The reason codes with which readings wait for review, the most frequent first, and how many each."""
    rows = store.rows(
        "SELECT reason_code, count(*) AS readings FROM reading WHERE state = 'review' AND reason_code <> '' "
        "GROUP BY reason_code ORDER BY readings DESC, reason_code"
    )
    return [(row["reason_code"], row["readings"]) for row in rows]
