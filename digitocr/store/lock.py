"""One command at a time reads into a store, and one serves its review; the two go together."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from digitocr.errors import OutputError, UsageError

Purpose = Literal["read", "review"]
_HELD: Mapping[Purpose, str] = {
    "read": "another digitocr reads into it; wait for that to end, or name another --run",
    "review": "another digitocr review has it open; use the address that it printed, or end it first",
}


@contextmanager
def alone(path: Path, purpose: Purpose) -> Iterator[None]:
    """Hold the store at `path` for one purpose.

    The lock is SQLite's own, on a file beside the store: the system gives it back whatever ends the process.

    Raises:
        UsageError: another command holds it for this, or it is a folder.
        OutputError: the folder cannot be written to.
    """
    if not path.name or path.is_dir():
        raise UsageError(f"{path}: a folder, where a run store was expected; add a file name")
    # It stays there: a command that opened it before it was taken away would lock what nobody else sees.
    beside = path.with_name(f".{path.name}.{purpose}.lock")
    try:
        connection = sqlite3.connect(beside, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path}: the folder cannot be written to ({error}); check its rights") from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise UsageError(f"{path}: {_HELD[purpose]}") from error
            raise OutputError(f"{beside}: cannot be written ({error}); check the folder") from error
        yield
