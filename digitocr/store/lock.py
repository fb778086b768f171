"""One command at a time reads into a store; people may review while it does."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from digitocr.errors import OutputError, UsageError


@contextmanager
def reading_alone(path: Path) -> Iterator[None]:
    """Hold the store at `path` for reading into it.

    The lock is SQLite's own, on a file beside the store: the system gives it back whatever ends the process.

    Raises:
        UsageError: another command reads into this store.
        OutputError: the folder cannot be written to.
    """
    # It stays there: a command that opened it before it was taken away would lock what nobody else sees.
    beside = path.with_name(f".{path.name}.lock")
    try:
        connection = sqlite3.connect(beside, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path}: the folder cannot be written to ({error}); check its rights") from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise UsageError(
                    f"{path}: another digitocr reads into it; wait for that to end, or name another --run"
                ) from error
            raise OutputError(f"{beside}: cannot be written ({error}); check the folder") from error
        yield
