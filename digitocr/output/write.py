"""Documents out: CSV, JSON, JSON Lines, XLSX, Parquet: streamed, the same bytes every time.

CSV is RFC 4180 in UTF-8 whatever the locale; all values are text. Its lines end in CR LF in a file, as the
RFC has it, and in LF on standard output, where other programs read them. A file name that is not UTF-8 keeps
its odd bytes as backslash escapes.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import Any, Literal, Protocol, get_args

from digitocr.errors import UsageError
from digitocr.io.remote import suffix_of
from digitocr.output.document import document_object
from digitocr.output.rows import long_header, long_rows, wide_table
from digitocr.output.schema import SCHEMA_NAME
from digitocr.output.sink import Sink, open_sink
from digitocr.output.sqlite import SqliteTable, is_run_store
from digitocr.output.xlsx import SpreadsheetTable
from digitocr.records import Document

OutputFormat = Literal["csv", "json", "jsonl", "xlsx", "parquet", "db"]
FORMS: tuple[OutputFormat, ...] = get_args(OutputFormat)

_BY_SUFFIX: dict[str, OutputFormat] = {
    "": "csv",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".db": "db",
    ".sqlite": "db",
}


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What JSON says of the run: digitocr's version, the model's name, the options that matter.

    `shard` is which share of the batch is written, such as "2/8", and empty where all of it is: CSV, JSON,
    JSON Lines and Parquet say so, and name all its inputs, for the shares to be merged.
    """

    version: str
    model: str
    options: Mapping[str, object] = field(default_factory=dict)
    shard: str = ""

    @property
    def about(self) -> dict[str, Any]:
        """The run as an object of JSON."""
        shard = {"shard": self.shard} if self.shard else {}
        return {"version": self.version, "model": self.model, "options": {**self.options, **shard}}


class DocumentWriter(Protocol):
    """Takes documents one at a time, in the order in which they shall come out."""

    def write(self, document: Document) -> None: ...


def format_for(path: str | PathLike[str] | None, chosen: str | None) -> OutputFormat:
    """The format `chosen`, else the one that the suffix of `path`, a path or URL, names, else CSV.

    Raises:
        UsageError: `chosen` or the suffix names no format.
    """
    for form in FORMS:
        if chosen == form:
            return form
    if chosen is not None:
        raise UsageError(f'"{chosen}" is no output format; {", ".join(FORMS)} was expected')
    suffix = suffix_of(fspath(path)) if path else ""
    if suffix not in _BY_SUFFIX:
        raise UsageError(
            f'{path}: the suffix "{suffix}" names no output format; use .{", .".join(FORMS)} or give -f'
        )
    return _BY_SUFFIX[suffix]


@contextmanager
def open_writer(
    path: str | PathLike[str] | None,
    form: OutputFormat,
    run: RunInfo,
    *,
    wide: bool = False,
    statuses: bool = False,
    as_text: bool = False,
) -> Iterator[DocumentWriter]:
    """A writer to `path`, a path or URL, or to standard output where it is None.

    The file appears when the block ends well, and not at all when an exception leaves it (Ctrl-C too).
    CSV and JSON go out document by document; a wide table, with or without `statuses`, waits for the end
    to know its columns, and so does a spreadsheet; there, with `as_text`, no value is a number.

    Raises:
        OutputError: the file cannot be written; the path, or what to do, is in the message.
        UsageError: `wide` is asked of JSON or Parquet, `statuses` of a table that is not wide, or what the
            format or the URL needs is not installed.
    """
    check_table(path, form, wide=wide, statuses=statuses, as_text=as_text)
    with open_sink(path) as sink:
        writer = _writer(sink, form, run, wide=wide, statuses=statuses, as_text=as_text)
        yield writer
        writer.finish()


def check_table(
    path: str | PathLike[str] | None, form: OutputFormat, *, wide: bool, statuses: bool, as_text: bool
) -> None:
    """Check that a table of this form can have what is asked of it, and would replace no run store.

    Raises:
        UsageError: it cannot, or would.
    """
    if wide and form not in ("csv", "xlsx"):
        raise UsageError(f"a wide table is CSV or XLSX, not {form}; leave out --wide or write one of these")
    if statuses and not wide:
        raise UsageError("columns of statuses belong to a wide table; add --wide or leave out --statuses")
    if as_text and form != "xlsx":
        raise UsageError("--as-text is for spreadsheets; the values of other forms are text already")
    if path is not None and is_run_store(path):
        raise UsageError(f"{fspath(path)}: is a run store, and would be replaced; name another --output")


def _writer(
    sink: Sink, form: OutputFormat, run: RunInfo, *, wide: bool, statuses: bool, as_text: bool
) -> "_FinishedWriter":
    match form:
        case "json":
            writer: _FinishedWriter = _JsonWriter(sink, run)
        case "jsonl":
            writer = _JsonLinesWriter(sink, run.shard)
        case "parquet":
            from digitocr.output.parquet import ParquetTable  # pyarrow is an extra, and large

            writer = ParquetTable(sink, run.about, run.shard)
        case "xlsx":
            writer = SpreadsheetTable(sink, wide=wide, statuses=statuses, as_text=as_text)
        case "db":
            writer = SqliteTable(sink)
        case "csv" if wide:
            writer = _WideWriter(sink, statuses=statuses)
        case "csv":
            writer = _CsvWriter(sink, run.shard)
    return writer


class _FinishedWriter(DocumentWriter, Protocol):
    """A writer that is told when all is written."""

    def finish(self) -> None: ...


class _CsvWriter:
    def __init__(self, sink: Sink, shard: str) -> None:
        self._sink = sink
        self._shard = shard
        self._rows = csv.writer(sink, lineterminator=sink.row_end)
        self._rows.writerow(long_header(shard))

    def write(self, document: Document) -> None:
        self._rows.writerows(long_rows(document, self._shard))
        self._sink.end_document()

    def finish(self) -> None: ...


class _WideWriter:
    """Keeps what was read, and writes it when all columns are known."""

    def __init__(self, sink: Sink, *, statuses: bool) -> None:
        self._sink = sink
        self._statuses = statuses
        self._documents: list[Document] = []

    def write(self, document: Document) -> None:
        self._documents.append(document)

    def finish(self) -> None:
        rows = wide_table(iter(self._documents), statuses=self._statuses)
        csv.writer(self._sink, lineterminator=self._sink.row_end).writerows(rows)


class _JsonLinesWriter:
    def __init__(self, sink: Sink, shard: str) -> None:
        self._sink = sink
        self._head = {"schema": SCHEMA_NAME} | ({"shard": shard} if shard else {})

    def write(self, document: Document) -> None:
        line = {**self._head, **document_object(document)}
        self._sink.write(_json(line) + "\n")
        self._sink.end_document()

    def finish(self) -> None: ...


class _JsonWriter:
    """One JSON object, a document a line within it."""

    def __init__(self, sink: Sink, run: RunInfo) -> None:
        self._sink = sink
        sink.write(f'{{"schema": {_json(SCHEMA_NAME)}, "run": {_json(run.about)}, "documents": [')
        self._between = "\n"

    def write(self, document: Document) -> None:
        self._sink.write(self._between + _json(document_object(document)))
        self._between = ",\n"

    def finish(self) -> None:
        self._sink.write("\n]}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
