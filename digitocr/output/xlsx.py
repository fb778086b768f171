"""A table as a spreadsheet of texts: an Excel workbook (.xlsx) of one sheet, the same bytes every time."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from digitocr.errors import OutputError

ROWS_MAX = 1_048_576  # of a sheet, by the format
CELL_MAX = 32_767  # characters of a cell, likewise
NO_DATE = datetime(1980, 1, 1)  # the earliest that the archive can say


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a workbook, the first of them its header; no value is taken for a number or a formula.

    Raises:
        OutputError: there are more rows than a sheet can hold.
    """
    from xlsxwriter import Workbook  # reading to CSV needs none of it

    packed = io.BytesIO()
    with Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"created": NO_DATE})
        sheet = book.add_worksheet("numbers")
        sheet.freeze_panes(1, 0)
        text_format = book.add_format({"num_format": "@"})
        for number, row in enumerate(rows):
            if number == ROWS_MAX:
                raise OutputError(f"a spreadsheet holds no more than {ROWS_MAX} rows; write CSV instead")
            for column, text in enumerate(row):
                if text:
                    # Odd bytes of a file name as escapes, as in CSV.
                    known = text.encode("utf-8", "backslashreplace").decode()
                    sheet.write_string(number, column, known[:CELL_MAX], text_format)
    return packed.getvalue()
