"""Run stores of several machines, put together in one."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from digitocr.atomic_write import atomic_write
from digitocr.errors import OutputError, UsageError
from digitocr.store.sources import stored
from digitocr.store.store import Store, open_store

# The tables of a store and their keys, those first that others refer to: a key is moved past the highest that
# the merged store has for the table that it belongs to. `tally` follows from triggers, a `lease` from a
# browser that is open.
_COPIED: Mapping[str, Mapping[str, str]] = {
    "source": {"id": "source"},
    "page": {"id": "page", "source": "source"},
    "reading": {"id": "reading", "page": "page"},
    "digit": {"reading": "reading"},
    "crop": {"reading": "reading"},
    "entry": {"reading": "reading"},
    "event": {"id": "event", "source": "source"},
}
_NUMBERED = ("source", "page", "reading", "event")
_NOT_COPIED = ("run", "tally", "lease")


def merge_stores(parts: Sequence[Path], output: Path) -> None:
    """Make one store of the stores of all shards of a batch; it appears whole or not at all.

    What people said comes along. Samples and certificates do not: they are of one batch, which is all of it.

    Raises:
        UsageError: a part is no run store or was read otherwise, a shard is missing or there twice, or the
            output is there already.
        OutputError: the output cannot be written.
    """
    if output.exists():
        raise UsageError(f"{output}: is there already; name another file, or remove it")
    try:
        with atomic_write(output) as temporary:
            try:
                _merge_into(temporary, parts)
            finally:
                for end in ("-wal", "-shm", "-journal"):
                    Path(f"{temporary}{end}").unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror}); check the folder") from error


def _merge_into(file: Path, parts: Sequence[Path]) -> None:
    with open_store(file, create=True) as store:
        for part in parts:
            open_store(part).close()  # which brings one of an earlier version up to date
            _take_in(store, part)
        _check_all_there(store)
        store.run("PRAGMA journal_mode = DELETE")  # one file, which can be moved


def _take_in(store: Store, part: Path) -> None:
    store.run("ATTACH DATABASE CAST(? AS TEXT) AS part", (stored(str(part)),))
    try:
        with store.transaction():
            _check_alike(store, part)
            for table, moved in _moves(store).items():
                _copy(store, part, table, moved)
    finally:
        store.run("DETACH DATABASE part")


def _check_alike(store: Store, part: Path) -> None:
    """See that a part was read as the others were, and has nothing that would be lost."""
    columns = "fingerprint, version, model, folder, model_path, engine, card, options"
    store.run(
        f"INSERT OR IGNORE INTO main.run ({columns}) SELECT {columns} FROM part.run "
        "WHERE id IN (SELECT run FROM part.source)"
    )
    if store.value("SELECT count(*) FROM main.run") > 1:
        raise UsageError(f"{part}: was read with another model or other options than the others")
    tables = [row["name"] for row in store.rows("SELECT name FROM part.sqlite_master WHERE type = 'table'")]
    for table in tables:
        known = table in _COPIED or table in _NOT_COPIED or table.startswith("sqlite_")
        if not known and store.value(f'SELECT count(*) FROM part."{table}"'):
            raise UsageError(f"{part}: has what cannot be merged ({table}); merge stores first, then go on")


def _moves(store: Store) -> dict[str, dict[str, str]]:
    """For each table what becomes of its keys, as SQL."""
    past = {table: store.value(f"SELECT coalesce(max(id), 0) FROM main.{table}") for table in _NUMBERED}
    moves = {
        table: {column: f'"{column}" + {past[of]}' for column, of in keys.items()}
        for table, keys in _COPIED.items()
    }
    moves["source"]["run"] = "CASE WHEN run IS NOT NULL THEN (SELECT id FROM main.run) END"
    return moves


def _copy(store: Store, part: Path, table: str, moved: Mapping[str, str]) -> None:
    """Copy a table of the part, its keys moved."""
    columns = [row["name"] for row in store.rows(f"PRAGMA main.table_info({table})")]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(moved.get(column, f'"{column}"') for column in columns)
    order = "ORDER BY id" if "id" in moved else ""
    try:
        store.run(f"INSERT INTO main.{table} ({names}) SELECT {values} FROM part.{table} {order}")
    except sqlite3.IntegrityError as error:
        raise UsageError(
            f"{part}: has inputs that another part has ({error}); name each store once"
        ) from error


def _check_all_there(store: Store) -> None:
    """See that the places of all inputs are taken once: those of a shard are every Nth."""
    count = store.value("SELECT count(*) FROM source")
    last = store.value("SELECT max(position) FROM source")
    taken = store.value("SELECT count(DISTINCT position) FROM source")
    if count and not count == taken == last + 1:
        raise UsageError(
            f"the inputs of these stores are no whole batch: {taken} of {last + 1} places are taken, by "
            f"{count} inputs; name the stores of all shards, each read with --shard I/N"
        )
