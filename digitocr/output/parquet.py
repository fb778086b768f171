"""The table as Parquet: typed columns, written in row groups, so that memory stays flat."""

import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_type_hints

from digitocr.errors import UsageError
from digitocr.output.rows import SHARD_COLUMN, typed_rows
from digitocr.output.sink import Sink
from digitocr.records import Document, Row

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP_ROWS = 20_000  # about 10 MB as Python objects, which is what the writer holds
RUN_KEY = "digitocr"  # of the file's metadata


def table_schema(run: Mapping[str, Any] | None = None, *, shard: bool = False) -> "pyarrow.Schema":
    """The columns of the table and their types; `run`, what JSON says of the run, is its metadata.

    Raises:
        UsageError: pyarrow is not installed.
    """
    arrow = import_pyarrow()
    types = {int: arrow.int32(), int | None: arrow.int32(), float | None: arrow.float64()}
    columns = [(name, types.get(hint, arrow.string())) for name, hint in get_type_hints(Row).items()]
    if shard:
        columns.append((SHARD_COLUMN, arrow.string()))
    return arrow.schema(columns, metadata=run and {RUN_KEY: json.dumps(run, default=str)})


class ParquetTable:
    """Writes documents as Parquet, a row group whenever there are ROW_GROUP_ROWS."""

    def __init__(self, sink: Sink, run: Mapping[str, Any], shard: str) -> None:
        self._schema = table_schema(run, shard=bool(shard))
        from pyarrow.parquet import ParquetWriter

        self._shard = shard
        self._writer = ParquetWriter(_Stream(sink), self._schema, compression="zstd")
        self._rows: list[Row] = []

    def write(self, document: Document) -> None:
        """Take a document; what is written already is a whole number of row groups."""
        self._rows += typed_rows(document, self._shard)
        while len(self._rows) >= ROW_GROUP_ROWS:
            self._write_group()

    def finish(self) -> None:
        """Write what is left, and the file's end."""
        if self._rows:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        group, self._rows = self._rows[:ROW_GROUP_ROWS], self._rows[ROW_GROUP_ROWS:]
        self._writer.write_table(to_arrow(group, self._schema, shard=self._shard))


def to_arrow(rows: list[Row], schema: "pyarrow.Schema", *, shard: str = "") -> "pyarrow.Table":
    """Rows as an Arrow table; odd bytes of file names as backslash escapes, as in CSV."""
    import pyarrow

    values = [{key: _storable(value) for key, value in row.items()} for row in rows]
    if shard:
        values = [{**row, SHARD_COLUMN: shard} for row in values]
    return pyarrow.Table.from_pylist(values, schema=schema)


def import_pyarrow() -> Any:
    """The module pyarrow.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError('Parquet needs the extra "parquet"; pip install "digitocr[parquet]"') from error
    return pyarrow


def _storable(value: object) -> object:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


class _Stream(io.RawIOBase):
    """A sink as the stream that pyarrow writes to."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._sink.write_bytes(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position
