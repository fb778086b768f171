"""Documents in a notebook: as a data frame, as an HTML table, and drawn on their page."""

from html import escape
from typing import TYPE_CHECKING

from digitocr.errors import InputError, UsageError
from digitocr.output.rows import COLUMNS, long_rows
from digitocr.records import Document, Gray, Page, PageResult

if TYPE_CHECKING:
    from pandas import DataFrame
    from PIL.Image import Image

NOTEBOOK_COLUMNS = ("page", "field", "text", "status", "confidence", "reason")


def data_frame(document: Document) -> "DataFrame":
    """The table that `digitocr read` writes, a row a reading; all values are text.

    Raises:
        UsageError: pandas is not installed.
    """
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise UsageError("to_frame needs pandas; install it with pip install pandas") from error
    return DataFrame(list(long_rows(document)), columns=list(COLUMNS), dtype=str)


def html_table(document: Document) -> str:
    """The readings as an HTML table."""
    indices = [COLUMNS.index(column) for column in NOTEBOOK_COLUMNS]
    header = "".join(f"<th>{column}</th>" for column in NOTEBOOK_COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(row[index])}</td>" for index in indices) + "</tr>"
        for row in long_rows(document)
    )
    return f"<table><caption>{escape(document.source)}</caption><tr>{header}</tr>{rows}</table>"


def drawn(document: Document, number: int, gray: Gray | None, pdf_dpi: int) -> "Image":
    """A page with its readings, as `--overlay` draws it; parameters as in `Document.draw`.

    Raises:
        InputError: there is no such page, or its image cannot be read or has another size.
    """
    from PIL.Image import fromarray

    from digitocr.output.overlay import draw_overlay

    results = [page for page in document.pages if isinstance(page, PageResult) and page.page == number]
    if not results:
        raise InputError(f"{document.source}: page {number} was not read; draw one of its other pages")
    if gray is None:
        gray = _load(document.source, number, pdf_dpi)
    if gray.shape != (results[0].height, results[0].width):
        raise InputError(
            f"{document.source}: the image is {gray.shape[1]} x {gray.shape[0]}, and the page that was read "
            f"{results[0].width} x {results[0].height}; give the image, or the pdf_dpi, that was read"
        )
    return fromarray(draw_overlay(gray, results[0]))


def _load(source: str, number: int, pdf_dpi: int) -> Gray:
    from digitocr.io.load import load_pages
    from digitocr.options import LoadOptions

    page = next(iter(load_pages(source, LoadOptions(pages=str(number), pdf_dpi=pdf_dpi))))
    if not isinstance(page, Page):
        raise InputError(f"{page.error}; or give draw() the image")
    return page.gray
