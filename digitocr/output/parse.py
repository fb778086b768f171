"""Documents back from what was written: CSV, Parquet, JSON and JSON Lines.

JSON has all of a document. A table lacks the digits of each number and the pages without one: what comes of
it is enough to write tables again, to the same bytes.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from digitocr.errors import UsageError
from digitocr.output.rows import COLUMNS, SHARD_COLUMN
from digitocr.output.schema import SCHEMA_NAME
from digitocr.output.write import OutputFormat, RunInfo, format_for
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading

WHOLE: tuple[OutputFormat, ...] = ("json", "jsonl")  # the formats that have all of a document
_CELL_CHARACTERS_MAX = 1 << 20  # of a cell of CSV: an error or a list of alternatives, not a file
ShardDocument = tuple[str, Document]  # which shard it was written by, "" if none, and the document


def documents_in(path: Path) -> Iterator[ShardDocument]:
    """The documents of an output file, in order, one at a time (of JSON, all are read at once).

    Raises:
        UsageError: the file cannot be read, or is no output of this version of digitocr.
    """
    form = format_for(path, None)
    if form == "xlsx":
        raise UsageError(f"{path}: a spreadsheet cannot be read back; write CSV or JSON Lines, then merge")
    read = {"csv": _from_csv, "parquet": _from_parquet, "json": _from_json, "jsonl": _from_json_lines}[form]
    try:
        yield from read(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        what = " ".join(f"{type(error).__name__} {error}".split())[:160]
        raise UsageError(
            f"{path}: no output of this version of digitocr ({what}); write it again with digitocr read"
        ) from error


def run_of(path: Path) -> RunInfo:
    """What a file of JSON or Parquet says of its run; the shard is left out.

    Raises:
        UsageError: the file cannot be read, or says nothing of a run.
    """
    try:
        run = _parquet_run(path) if format_for(path, None) == "parquet" else _json_run(path)
        options = {name: value for name, value in run["options"].items() if name != SHARD_COLUMN}
        return RunInfo(run["version"], run["model"], options)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path}: says nothing of how it was read, as JSON (-f json) and Parquet do ({error}); merge such"
        ) from error


def _json_run(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))["run"]


def _parquet_run(path: Path) -> Any:
    from digitocr.output.parquet import RUN_KEY, import_pyarrow

    import_pyarrow()
    from pyarrow.parquet import read_schema

    return json.loads(read_schema(path).metadata[RUN_KEY.encode()])


def _from_csv(path: Path) -> Iterator[ShardDocument]:
    csv.field_size_limit(_CELL_CHARACTERS_MAX)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        if tuple(rows.fieldnames or ()) not in (COLUMNS, (*COLUMNS, SHARD_COLUMN)):
            raise ValueError("another header than the table's; wide tables cannot be read back")
        yield from _documents(rows)


def _from_parquet(path: Path) -> Iterator[ShardDocument]:
    from digitocr.output.parquet import import_pyarrow

    import_pyarrow()
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        rows = (row for batch in file.iter_batches(batch_size=1024) for row in batch.to_pylist())
        yield from _documents(rows)


def _documents(rows: Iterable[Mapping[str, Any]]) -> Iterator[ShardDocument]:
    """The documents of a table's rows; those that stand for an input without a number have no pages."""
    for (shard, source), of_source in groupby(rows, lambda row: (row.get(SHARD_COLUMN, ""), row["source"])):
        pages = groupby(of_source, lambda row: int(row["page"]))
        in_pages = [_page_of_rows(source, number, list(of_page)) for number, of_page in pages]
        yield shard, Document(source, tuple(page for page in in_pages if page))


def _page_of_rows(source: str, number: int, rows: list[Mapping[str, Any]]) -> PageResult | PageFailure | None:
    first = rows[0]
    if first["row"] in ("", None):
        if first["status"] == "blank":
            return None
        return PageFailure(source, number, first["error"], first["reason"], first["reason_code"])
    return PageResult(source, number, 0, 0, "auto", tuple(map(_reading_of_row, rows)))


def _reading_of_row(row: Mapping[str, Any]) -> Reading:
    alternatives = [part.rpartition("=") for part in row["alternatives"].split(";") if part]
    return Reading(
        field=row["field"],
        row=int(row["row"]),
        box=Box(*(int(row[side]) for side in ("left", "top", "right", "bottom"))),
        text=row["text"],
        status=row["status"],
        confidence=float(row["confidence"]),
        reason=row["reason"],
        alternatives=tuple((text, float(probability)) for text, _, probability in alternatives),
        raw=row["raw"],
        written=row["written"],
        reason_code=row["reason_code"],
        settled_by=row["settled_by"],
    )


def _from_json(path: Path) -> Iterator[ShardDocument]:
    content = json.loads(path.read_text(encoding="utf-8"))
    _check_schema(content)
    shard = content["run"]["options"].get(SHARD_COLUMN, "")
    yield from ((shard, _document(document)) for document in content["documents"])


def _from_json_lines(path: Path) -> Iterator[ShardDocument]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            content = json.loads(line)
            _check_schema(content)
            yield content.get(SHARD_COLUMN, ""), _document(content)


def _check_schema(content: Mapping[str, Any]) -> None:
    if content["schema"] != SCHEMA_NAME:
        raise ValueError(f"its schema is {content['schema']}, {SCHEMA_NAME} was expected")


def _document(content: Mapping[str, Any]) -> Document:
    source = content["source"]
    pages = tuple(_page(source, page) for page in content["pages"])
    if content["error"] is None:
        return Document(source, pages)
    whole = PageFailure(source, 0, content["error"], content["reason"], content["reason_code"])
    return Document(source, (*pages, whole))


def _page(source: str, content: Mapping[str, Any]) -> PageResult | PageFailure:
    number = content["page"]
    if content["error"] is not None:
        return PageFailure(source, number, content["error"], content["reason"], content["reason_code"])
    return PageResult(
        source,
        number,
        content["width"],
        content["height"],
        content["layout"],
        tuple(map(_reading, content["readings"])),
        content["rotation"],
        content["template"],
    )


def _reading(content: Mapping[str, Any]) -> Reading:
    values = dict(content)
    values["box"] = Box(*values["box"])
    values["alternatives"] = tuple((text, probability) for text, probability in values["alternatives"])
    values["digits"] = tuple(
        Digit(digit["text"], digit["confidence"], Box(*digit["box"])) for digit in values["digits"]
    )
    machine = values.pop("machine")
    reading = Reading(**values)
    return replace(reading, machine=replace(reading, **machine)) if machine else reading
