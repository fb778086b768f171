"""The table as an Excel workbook for people: the same bytes every time, no value taken for a formula.

A sheet a template. Numbers are numbers, except in fields of which some value would lose a leading zero or a
digit. What waits for a person has the colour of its status, a comment with the reason and the alternatives,
and its picture in the row where there is one.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from digitocr.output.rows import COLUMNS, UNNAMED, long_rows, wide_table
from digitocr.output.sheet import CellKind, Worksheet, is_number
from digitocr.output.sink import Sink
from digitocr.records import Document, PageFailure, PageResult, Reading

NO_DATE = datetime(1980, 1, 1)  # the earliest that the archive can say
NUMBERS_SHEET, FAILED_SHEET = "numbers", "failed"
_WHOLE = {"page", "row", "left", "top", "right", "bottom"}


class SpreadsheetTable:
    """Keeps documents, and writes them as a workbook when all are known."""

    def __init__(self, sink: Sink, *, wide: bool, statuses: bool, as_text: bool) -> None:
        self._sink = sink
        self._wide, self._statuses, self._as_text = wide, statuses, as_text
        self._documents: list[Document] = []

    def write(self, document: Document) -> None:
        """Take a document."""
        self._documents.append(document)

    def finish(self) -> None:
        """Write the workbook.

        Raises:
            OutputError: there are more rows than a sheet can hold.
        """
        from xlsxwriter import Workbook  # reading to CSV needs none of it

        packed = io.BytesIO()
        with Workbook(packed, {"in_memory": True}) as book:
            book.set_properties({"created": NO_DATE})
            for name, documents in by_template(self._documents).items():
                sheet = Worksheet(book, name)
                if self._wide:
                    self._write_wide(sheet, documents)
                else:
                    self._write_long(sheet, documents)
                sheet.close()
        self._sink.write_bytes(packed.getvalue())

    def _write_long(self, sheet: Worksheet, documents: Sequence[Document]) -> None:
        numeric = set() if self._as_text else numeric_fields(documents)
        pictures = any(page.crops for page in _pages(documents))
        sheet.header([*COLUMNS, *(["picture"] if pictures else [])])
        for document in documents:
            for cells, reading, crop in zip(long_rows(document), *_read(document), strict=True):
                row = sheet.row(cells, [self._kind(name, reading, numeric) for name in COLUMNS], cells[5])
                if reading and reading.status == "review":
                    sheet.explain(row, COLUMNS.index("text"), reading)
                    sheet.picture(row, len(COLUMNS), crop)

    def _kind(self, column: str, reading: Reading | None, numeric: set[str]) -> CellKind:
        if self._as_text:
            return "text"
        if column == "confidence":
            return "share"
        if column == "text":
            return "number" if reading and reading.field in numeric else "text"
        return "number" if column in _WHOLE else "text"

    def _write_wide(self, sheet: Worksheet, documents: Sequence[Document]) -> None:
        """A field's cell has the colour of its status, whether a column says that or not."""
        numeric = set() if self._as_text else numeric_fields(documents)
        header, *rows = wide_table(iter(documents), statuses=True)
        shown = [n for n, _ in enumerate(header) if n < 4 or self._statuses or n % 2 == 0]
        sheet.header([header[n] for n in shown])
        for cells in rows:
            kinds: list[CellKind] = [
                "number" if header[n] == "page" and not self._as_text else "text" for n in shown
            ]
            for index, n in enumerate(shown):
                if n >= 4 and n % 2 == 0 and {header[n], _field_of(header[n])} & numeric:
                    kinds[index] = "number"
            row = sheet.row([cells[n] for n in shown], kinds, "")
            for index, n in enumerate(shown):
                if n == 2:
                    sheet.paint(row, index, cells[n], kinds[index], cells[n])
                elif n >= 4:
                    sheet.paint(row, index, cells[n], kinds[index], cells[n | 1])


def _field_of(column: str) -> str:
    """The field of a column of the wide table, of which there may be several."""
    name, _, count = column.rpartition(" ")
    field = name if name and count.isdecimal() else column
    return "" if field == UNNAMED else field


def by_template(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """The documents of each sheet: the pages of a template, those without one, those that failed."""
    templates = {page.template for page in _pages(documents)} - {None}
    sheets: dict[str, list[Document]] = {}
    for document in documents:
        parts: dict[str, list[PageResult | PageFailure]] = {}
        for page in document.pages:
            failed = FAILED_SHEET if templates else NUMBERS_SHEET
            name = failed if isinstance(page, PageFailure) else page.template or NUMBERS_SHEET
            parts.setdefault(name, []).append(page)
        for name, pages in parts.items():
            sheets.setdefault(name, []).append(Document(document.source, tuple(pages)))
    return sheets or {NUMBERS_SHEET: []}


def numeric_fields(documents: Sequence[Document]) -> set[str]:
    """The fields whose values are all such that a number says the same as the text."""
    known: dict[str, bool] = {}
    for page in _pages(documents):
        for reading in page.readings:
            if reading.text:
                known[reading.field] = known.get(reading.field, True) and is_number(reading.text)
    return {field for field, numeric in known.items() if numeric}


def _pages(documents: Sequence[Document]) -> Iterator[PageResult]:
    return (page for document in documents for page in document.pages if isinstance(page, PageResult))


def _read(document: Document) -> tuple[list[Reading | None], list[bytes]]:
    """The reading and the picture of each of `long_rows`."""
    readings: list[Reading | None] = []
    crops: list[bytes] = []
    for page in document.pages:
        if isinstance(page, PageFailure):
            readings.append(None)
            crops.append(b"")
        else:
            readings += page.readings
            crops += page.crops or [b""] * len(page.readings)
    return readings, crops
