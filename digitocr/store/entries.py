"""What people say of a reading, and what follows from it.

A first person reviews. With double entry a second types blind; where the two agree the value is settled by
both, where they differ a third decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from digitocr.errors import UsageError
from digitocr.reasons import SettledBy
from digitocr.store.events import What, log_reading, now
from digitocr.store.store import Store

Settled = Literal["value", "blank", "struck_out", "unreadable", "removed"]
SETTLED: tuple[Settled, ...] = get_args(Settled)
PERSON: SettledBy = "person"
DOUBLE_ENTRY: SettledBy = "double_entry"
REVIEW, SECOND, THIRD = 1, 2, 3
VALUE_MAX = 64  # characters; the longest number that is read has 40


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person says of one reading: how it is `settled`, and its `value` where it has one."""

    settled: Settled
    value: str = ""


def entry_of(settled: str, value: str) -> Entry:
    """An entry from outside.

    Raises:
        UsageError: it is none.
    """
    chosen = next((known for known in SETTLED if known == settled), None)
    if chosen is None:
        raise UsageError(f'"{settled}" is no way to settle a reading; expected {", ".join(SETTLED)}')
    if chosen != "value":
        return Entry(chosen)
    if not value or len(value) > VALUE_MAX or not value.isprintable():
        raise UsageError(f'"{value[:VALUE_MAX]}" is no value; expected 1 to {VALUE_MAX} characters')
    return Entry(chosen, value)


def enter(store: Store, reading: int, entry: Entry, who: str, number_of_pass: int = REVIEW) -> None:
    """Write down what a person says of a reading, in place of what stood there of the same pass.

    Raises:
        UsageError: there is no such reading (any more).
    """
    with store.transaction():
        row = store.row("SELECT text FROM reading WHERE id = ?", (reading,))
        if row is None:
            raise UsageError(f"reading {reading} is not in the store any more; load the page again")
        store.run(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET who = excluded.who, "
            "at = excluded.at, settled = excluded.settled, value = excluded.value",
            (reading, number_of_pass, who, now(), entry.settled, entry.value),
        )
        conclude(store, reading)
        store.run("DELETE FROM lease WHERE reading = ?", (reading,))
        what: What = "verified" if entry == Entry("value", row["text"]) else "corrected"
        detail = {"pass": number_of_pass, "from": row["text"], "settled": entry.settled, "to": entry.value}
        log_reading(store, what if number_of_pass == REVIEW else "entered", who, reading, detail)


def undo(store: Store, reading: int, who: str) -> None:
    """Take back the last that was said of a reading."""
    with store.transaction():
        store.run(
            "DELETE FROM entry WHERE reading = ? AND pass = (SELECT max(pass) FROM entry WHERE reading = ?)",
            (reading, reading),
        )
        conclude(store, reading)
        log_reading(store, "undone", who, reading, {})


def conclude(store: Store, reading: int) -> None:
    """Let the state of a reading follow from what people said of it; within a transaction."""
    entries = store.rows("SELECT settled, value FROM entry WHERE reading = ? ORDER BY pass", (reading,))
    said = [Entry(row["settled"], row["value"]) for row in entries]
    settled_by, final = outcome(said)
    disputed = bool(said) and final is None
    store.run(
        "UPDATE reading SET settled = ?, value = ?, settled_by = ?, disputed = ? WHERE id = ?",
        (final and final.settled, final and final.value, settled_by, disputed, reading),
    )
    store.run("UPDATE digit SET verified = ? WHERE reading = ?", (bool(said), reading))


def outcome(said: Sequence[Entry]) -> tuple[str, Entry | None]:
    """By whom a reading is settled ('' for not at all), and on what.

    Args:
        said: the entries of the passes, in their order.
    """
    match said:
        case []:
            return "", None
        case [only]:
            return PERSON, only
        case [first, second]:
            return (DOUBLE_ENTRY, first) if first == second else ("", None)
        case _:
            return DOUBLE_ENTRY, said[-1]
