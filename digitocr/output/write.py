"""Documents out: CSV, JSON, JSON Lines, XLSX: streamed, whole or not at all, the same bytes every time.

CSV is RFC 4180 in UTF-8 whatever the locale; all values are text. Its lines end in CR LF in a file, as the
RFC has it, and in LF on standard output, where other programs read them. A file name that is not UTF-8 keeps
its odd bytes as backslash escapes.
"""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Literal, Protocol, get_args

from digitocr.atomic_write import atomic_write
from digitocr.errors import OutputError, UsageError
from digitocr.output.document import document_object
from digitocr.output.rows import COLUMNS, long_rows, long_table, wide_table
from digitocr.output.schema import SCHEMA_NAME
from digitocr.output.xlsx import workbook
from digitocr.records import Document

Format = Literal["csv", "json", "jsonl", "xlsx"]
FORMS: tuple[Format, ...] = get_args(Format)

_BY_SUFFIX: dict[str, Format] = {
    "": "csv",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
}


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What JSON says of the run: digitocr's version, the model's name, the options that matter."""

    version: str
    model: str
    options: Mapping[str, object] = field(default_factory=dict)


class Writer(Protocol):
    """Takes documents one at a time, in the order in which they shall come out."""

    def write(self, document: Document) -> None: ...


def format_for(path: Path | None, chosen: str | None) -> Format:
    """The format `chosen`, else the one that the suffix of `path` names, else CSV.

    Raises:
        UsageError: `chosen` or the suffix names no format.
    """
    for form in FORMS:
        if chosen == form:
            return form
    if chosen is not None:
        raise UsageError(f'"{chosen}" is no output format; csv, json, jsonl or xlsx was expected')
    suffix = path.suffix.lower() if path else ""
    if suffix not in _BY_SUFFIX:
        raise UsageError(
            f'{path}: the suffix "{suffix}" names no output format; use .csv, .json, .jsonl, .xlsx or give -f'
        )
    return _BY_SUFFIX[suffix]


@contextmanager
def open_writer(
    path: Path | None, form: Format, run: RunInfo, *, wide: bool = False, statuses: bool = False
) -> Iterator[Writer]:
    """A writer to `path`, or to standard output where it is None.

    The file appears when the block ends well, and not at all when an exception leaves it (Ctrl-C too).
    CSV and JSON go out document by document; a wide table, with or without `statuses`, waits for the end
    to know its columns, and so does a spreadsheet.

    Raises:
        OutputError: the file cannot be written; the path, or what to do, is in the message.
        UsageError: `wide` is asked of JSON, or `statuses` of a table that is not wide.
    """
    if wide and form not in ("csv", "xlsx"):
        raise UsageError(f"a wide table is CSV or XLSX, not {form}; leave out --wide or write one of these")
    if statuses and not wide:
        raise UsageError("columns of statuses belong to a wide table; add --wide or leave out --statuses")
    with _sink(path) as sink:
        writer: _CsvWriter | _TableWriter | _JsonWriter | _JsonLinesWriter
        if form == "json":
            writer = _JsonWriter(sink, run)
        elif form == "jsonl":
            writer = _JsonLinesWriter(sink)
        elif wide or form == "xlsx":
            table = partial(wide_table, statuses=statuses) if wide else long_table
            writer = _TableWriter(sink, table, form)
        else:
            writer = _CsvWriter(sink)
        yield writer
        writer.finish()


class _Sink:
    """Text into a byte stream: UTF-8, newlines as they are, an OSError as an OutputError."""

    def __init__(self, stream: IO[bytes], name: str, *, eager: bool) -> None:
        self._stream = stream
        self._name = name
        self._eager = eager
        self.row_end = "\n" if eager else "\r\n"

    def write(self, text: str) -> None:
        self.write_bytes(text.encode("utf-8", "backslashreplace"))

    def write_bytes(self, data: bytes) -> None:
        with _reported(self._name):
            self._stream.write(data)

    def end_document(self) -> None:
        """Let a reader at the other end of a pipe have what there is."""
        if self._eager:
            with _reported(self._name):
                self._stream.flush()


class _CsvWriter:
    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self._rows = csv.writer(sink, lineterminator=sink.row_end)
        self._rows.writerow(COLUMNS)

    def write(self, document: Document) -> None:
        self._rows.writerows(long_rows(document))
        self._sink.end_document()

    def finish(self) -> None: ...


class _TableWriter:
    """Keeps what was read, and writes it when all is known."""

    def __init__(
        self, sink: _Sink, table: Callable[[Iterator[Document]], Iterator[list[str]]], form: Format
    ) -> None:
        self._sink, self._table, self._form = sink, table, form
        self._documents: list[Document] = []

    def write(self, document: Document) -> None:
        self._documents.append(document)

    def finish(self) -> None:
        rows = self._table(iter(self._documents))
        if self._form == "xlsx":
            self._sink.write_bytes(workbook(rows))
        else:
            csv.writer(self._sink, lineterminator=self._sink.row_end).writerows(rows)


class _JsonLinesWriter:
    def __init__(self, sink: _Sink) -> None:
        self._sink = sink

    def write(self, document: Document) -> None:
        line = {"schema": SCHEMA_NAME, **document_object(document)}
        self._sink.write(_json(line) + "\n")
        self._sink.end_document()

    def finish(self) -> None: ...


class _JsonWriter:
    """One JSON object, a document a line within it."""

    def __init__(self, sink: _Sink, run: RunInfo) -> None:
        self._sink = sink
        about = {"version": run.version, "model": run.model, "options": dict(run.options)}
        sink.write(f'{{"schema": {_json(SCHEMA_NAME)}, "run": {_json(about)}, "documents": [')
        self._between = "\n"

    def write(self, document: Document) -> None:
        self._sink.write(self._between + _json(document_object(document)))
        self._between = ",\n"

    def finish(self) -> None:
        self._sink.write("\n]}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)


@contextmanager
def _sink(path: Path | None) -> Iterator[_Sink]:
    if path is None:
        yield from _to_standard_output()
        return
    name = str(path)
    target = Path(os.path.realpath(path))  # a link stays a link
    with _reported(name):
        folder, special = target.is_dir(), target.exists() and not target.is_file()
    if folder:
        raise OutputError(f"{name}: a folder, where an output file was expected; add a file name")
    if special:  # /dev/null or a pipe must not be replaced by a file
        with _reported(name):
            stream = target.open("wb")
        yield from _through(stream, name)
        return
    with atomic_write(target, _reported(name)) as temporary:
        with _reported(name):
            stream = temporary.open("wb")
        yield from _through(stream, name)


def _through(stream: IO[bytes], name: str) -> Iterator[_Sink]:
    try:
        yield _Sink(stream, name, eager=False)
        with _reported(name):
            stream.close()
    finally:
        with suppress(OSError):  # a full disk fails again here, and is told already
            stream.close()


def _to_standard_output() -> Iterator[_Sink]:
    name = "standard output"
    with _reported(name), suppress(ValueError):  # what is in its place in a test may have no number
        os.write(sys.stdout.fileno(), b"")  # one that is closed is told before anything is read
    try:
        yield _Sink(sys.stdout.buffer, name, eager=True)
        with _reported(name):
            sys.stdout.buffer.flush()
    except OutputError:
        # What is still buffered would fail again, loudly, when the interpreter ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _reported(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{name}: cannot be written ({error.strerror}); {_remedy(error)}") from error


def _remedy(error: OSError) -> str:
    match error:
        case BrokenPipeError():
            return "the program that read it has ended"
        case FileNotFoundError() | NotADirectoryError():
            return "create the folder first, or name another"
        case PermissionError():
            return "check the rights of the folder, or name another"
        case _:
            return "check the disk and the name"
