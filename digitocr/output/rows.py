"""Documents as the rows of a table."""

from collections import Counter
from collections.abc import Iterator

from digitocr.records import CONFIDENCE_DECIMALS, Document, PageFailure, PageResult, Row, Status

COLUMNS = tuple(Row.__annotations__)
SHARD_COLUMN = "shard"  # last, in the table of a shard
WIDE_COLUMNS = ("source", "page", "status", "error")
UNNAMED = "number"
_GRAVEST: tuple[Status, ...] = ("error", "review", "accept", "blank")


def typed_rows(document: Document, shard: str = "") -> list[Row]:
    """The document's rows; where it has none and belongs to a `shard`, one that stands for it.

    Without that one nobody could tell which inputs the shard had, and in what order.
    """
    return document.rows() or ([_stand_in(document.source)] if shard else [])


def _stand_in(source: str) -> Row:
    page = PageFailure(source, 0, "", "no digits", "no_digits")
    return {**Document(source, (page,)).rows()[0], "status": "blank"}


def long_header(shard: str = "") -> list[str]:
    """The columns of the table; that of a shard has one more, which names the shard."""
    return [*COLUMNS, SHARD_COLUMN] if shard else [*COLUMNS]


def long_rows(document: Document, shard: str = "") -> Iterator[list[str]]:
    """One row a reading, under `long_header`; one row with status `error` a page or file that failed."""
    for row in typed_rows(document, shard):
        yield [*map(_cell, row.values()), *([shard] if shard else [])]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{CONFIDENCE_DECIMALS}f}"
    return "" if value is None else str(value)


def wide_table(documents: Iterator[Document], *, statuses: bool = False) -> Iterator[list[str]]:
    """The header and one row a page: WIDE_COLUMNS, then a column a field, in the order of first appearance.

    A field that some page has several times (the rows of a table, the numbers of a page without a
    template) takes as many columns, counted from 1. With `statuses` each is followed by one that says its
    status. That of the page is the gravest of its readings.
    """
    pages = [page for document in documents for page in document.pages]
    most: Counter[str] = Counter()
    for page in pages:
        most |= Counter(_fields(page))
    names = {field: _column_names(field or UNNAMED, times) for field, times in most.items()}
    columns = [column for field in names for column in names[field]]
    yield [*WIDE_COLUMNS, *(part for column in columns for part in _with_status(column, statuses))]
    for page in pages:
        yield _wide_row(page, names, statuses)


def _with_status(column: str, statuses: bool) -> list[str]:
    return [column, f"{column} status"] if statuses else [column]


def _wide_row(page: PageResult | PageFailure, names: dict[str, list[str]], statuses: bool) -> list[str]:
    if isinstance(page, PageFailure):
        width = sum(map(len, names.values())) * (2 if statuses else 1)
        return [page.source, str(page.page), "error", page.error, *[""] * width]
    met = {reading.status for reading in page.readings} or {"blank"}
    status = next(status for status in _GRAVEST if status in met)
    cells: list[str] = []
    for field, columns in names.items():
        matching = [reading for reading in page.readings if reading.field == field]
        for reading in matching:
            cells += [reading.text, reading.status] if statuses else [reading.text]
        cells += [""] * ((len(columns) - len(matching)) * (2 if statuses else 1))
    return [page.source, str(page.page), status, "", *cells]


def _fields(page: PageResult | PageFailure) -> list[str]:
    return [reading.field for reading in page.readings] if isinstance(page, PageResult) else []


def _column_names(field: str, times: int) -> list[str]:
    if field in WIDE_COLUMNS:  # two columns of one name would be one to most readers of CSV
        field = f"{field} (field)"
    return [field] if times == 1 else [f"{field} {count}" for count in range(1, times + 1)]
