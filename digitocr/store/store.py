"""A run store opened: its version checked, its transactions, and what SQLite says put into words."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

from digitocr.errors import OutputError, UsageError
from digitocr.store.schema import APPLICATION_ID, MIGRATIONS

BUSY_S = 20.0  # another command's transaction is over in milliseconds; a slow disk may take seconds
CACHE_KIB = 65_536
StoreRow = sqlite3.Row
_SQLITE = b"SQLite format 3\0"  # how every database file begins


class Store:
    """One run store. Its methods may be called from several threads; use it in a `with` block."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What was committed stays."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[StoreRow]:
        """All rows of a query.

        Raises:
            OutputError: the store cannot be read or written; the message says what to do.
        """
        with self._lock, Explained(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> StoreRow | None:
        """The first row of a query, None where there is none; errors as in `rows`."""
        with self._lock, Explained(self.path), closing(self._connection.execute(sql, parameters)) as cursor:
            row: StoreRow | None = cursor.fetchone()
            return row

    def value(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, None where there is none; errors as in `rows`."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    def run(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement; the number of rows that it changed. Errors as in `rows`."""
        with self._lock, Explained(self.path):
            return self._connection.execute(sql, parameters).rowcount

    def run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of several rows. Errors as in `rows`."""
        with self._lock, Explained(self.path):
            self._connection.executemany(sql, parameters)

    def script(self, sql: str) -> None:
        """Run several statements, separated as SQLite does, inside a transaction if one is open."""
        with self._lock, Explained(self.path):
            for statement in statements(sql):
                self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: committed when the block ends well, undone when an exception leaves it."""
        with self._lock, Explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite has undone it already where the disk is full
                    self._connection.execute("ROLLBACK")
                raise


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, one at a time: `executescript` would commit before it."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if statement.strip() and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def open_store(path: Path, *, create: bool = False, durable: bool = False) -> Store:
    """Open a run store; one of an earlier version is brought up to date.

    Args:
        path: the file.
        create: make it where it is not there.
        durable: wait for the disk at each commit, so that not even a power cut loses one.

    Raises:
        UsageError: it is not there, is something else, or was written by a later digitocr.
        OutputError: it cannot be opened or written.
    """
    if not create and not path.exists():
        raise UsageError(f"{path}: no such run store; digitocr read SCANS --run {path} makes one")
    if path.is_dir():
        raise UsageError(f"{path}: a folder, where a run store was expected; add a file name")
    if _is_something_else(path, empty_too=not create):
        raise UsageError(f"{path}: no run store; name another file")
    with Explained(path):
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        # File names may have bytes that are not UTF-8.
        connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    store = Store(path, connection)
    try:
        _prepare(store, durable=durable)
    except BaseException:
        store.close()
        raise
    return store


def _is_something_else(path: Path, *, empty_too: bool) -> bool:
    """Whether a file is no database, which SQLite would make of a short one: what it held would be lost."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
    except OSError:
        return False  # SQLite tells why
    return start != _SQLITE and (bool(start) or empty_too)


def _prepare(store: Store, *, durable: bool) -> None:
    version, application = store.value("PRAGMA user_version"), store.value("PRAGMA application_id")
    empty = store.value("SELECT count(*) FROM sqlite_master") == 0
    if application != APPLICATION_ID and not empty:
        raise UsageError(f"{store.path}: a database, but no run store; name another file")
    if version > len(MIGRATIONS):
        raise UsageError(
            f"{store.path}: written by a later digitocr (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); update digitocr"
        )
    store.run("PRAGMA journal_mode = WAL")
    store.run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    store.run(f"PRAGMA cache_size = -{CACHE_KIB}")
    if version < len(MIGRATIONS):
        _migrate(store)
    store.run("PRAGMA foreign_keys = ON")


def _migrate(store: Store) -> None:
    with store.transaction():
        version = store.value("PRAGMA user_version")  # another command may have been faster
        for migration in MIGRATIONS[version:]:
            store.script(migration)
        store.run(f"PRAGMA application_id = {APPLICATION_ID}")
        store.run(f"PRAGMA user_version = {len(MIGRATIONS)}")


class Explained:
    """A `with` block in which what SQLite raises becomes an error that says what to do."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            _raise_explained(self._path, error)


def _raise_explained(path: Path, error: sqlite3.DatabaseError) -> None:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF  # extended codes have more above
    match primary:
        case sqlite3.SQLITE_NOTADB:
            raise UsageError(f"{path}: no run store; name another file") from error
        case sqlite3.SQLITE_FULL:
            remedy = "the disk is full; free some space and give the same command again, it goes on"
        case sqlite3.SQLITE_IOERR:
            remedy = "the disk cannot be read or written; check it and its free space, then go on"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            remedy = "another command holds it; wait for that to end"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            remedy = "it cannot be opened for writing; check the folder and its rights"
        case sqlite3.SQLITE_CORRUPT:
            remedy = "the file is damaged; restore a copy of it"
        case _:
            return
    raise OutputError(f"{path}: {remedy} ({error})") from error
