"""The table as an SQLite database: one table `readings`, its columns those of the CSV, numbers as numbers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from digitocr.errors import OutputError
from digitocr.output.rows import COLUMNS, typed_rows
from digitocr.output.sink import Sink
from digitocr.records import Document

RUN_STORE_ID = b"DigO"  # the application_id, at byte 68 of an SQLite file
_SQL_TYPES = {
    "confidence": "REAL",
    **dict.fromkeys(("page", "row", "left", "top", "right", "bottom"), "INTEGER"),
}
_SQL_COLUMNS = ", ".join(f'"{name}" {_SQL_TYPES.get(name, "TEXT")}' for name in COLUMNS)
_INSERT_ROW = f"INSERT INTO readings VALUES ({', '.join('?' * len(COLUMNS))})"


class SqliteTable:
    """Writes documents into a database; its bytes go out when all are written."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        with _reported():
            self._folder = TemporaryDirectory(prefix="digitocr-", ignore_cleanup_errors=True)
            self._path = Path(self._folder.name, "readings.db")
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = OFF")  # it appears whole or not at all
            self._connection.execute(f"CREATE TABLE readings ({_SQL_COLUMNS})")
            self._connection.execute("BEGIN")

    def write(self, document: Document) -> None:
        """Take a document.

        Raises:
            OutputError: the folder of temporary files cannot hold it.
        """
        rows = [tuple(map(_printable, row.values())) for row in typed_rows(document)]
        with _reported():
            self._connection.executemany(_INSERT_ROW, rows)

    def finish(self) -> None:
        """Write the database out; errors as in `write`."""
        with _reported(), self._folder, closing(self._connection):
            self._connection.execute("COMMIT")
            self._connection.close()
            self._sink.write_bytes(self._path.read_bytes())


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise OutputError(
            f"{gettempdir()}: the database cannot be written there first ({error}); free some space, or name "
            "another folder of temporary files in TMPDIR"
        ) from error


def is_run_store(path: str | PathLike[str]) -> bool:
    """Whether a file is a run store of digitocr, which nobody means to replace by a table."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(72)[68:] == RUN_STORE_ID
    except (OSError, ValueError):
        return False


def _printable(value: object) -> object:
    """Odd bytes of a file name as escapes, as in CSV."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
