"""One sheet of an Excel workbook: its cells, colours, comments and pictures."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from digitocr.errors import OutputError
from digitocr.records import Reading

SHEET_ROWS_MAX = 1_048_576  # of a sheet, by the format
CELL_MAX = 32_767  # characters of a cell, likewise
SHEET_NAME_MAX = 31  # characters of a sheet's name, likewise
EXACT_DIGITS = 15  # a number keeps so many digits: it is a double

PICTURE_HEIGHT_PX, PICTURE_WIDTH_PX = 34, 260
COLUMN_WIDTH_MIN, COLUMN_WIDTH_MAX = 6, 42  # of a column, in characters
_FILLS = {"review": "#FBE3CF", "error": "#F6D2D4", "blank": "#ECEFF2"}  # pale: text stays legible
CellKind = Literal["text", "number", "share"]
_FORMATS: Mapping[CellKind, str] = {"text": "@", "number": "0", "share": "0.0000"}


def is_number(text: str) -> bool:
    """Whether a number says the same as a text: no leading zero, no more digits than a double keeps."""
    plain = text.isascii() and text.isdigit() and len(text) <= EXACT_DIGITS
    return plain and (text == "0" or not text.startswith("0"))


class Worksheet:
    """One sheet of a workbook, written row by row."""

    def __init__(self, book: Any, name: str) -> None:
        self._book = book
        self._sheet = book.add_worksheet(
            _sheet_name(name, {sheet.name.lower() for sheet in book.worksheets()})
        )
        self._formats: dict[tuple[CellKind, str], Any] = {}
        self._widths: list[int] = []
        self._rows = 0

    def header(self, names: Sequence[str]) -> None:
        bold = self._book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        for column, name in enumerate(names):
            self._sheet.write_string(0, column, _printable(name), bold)
        self._widths = [
            max(COLUMN_WIDTH_MIN, len(name) + 3) for name in names
        ]  # with room for the filter's arrow
        self._sheet.freeze_panes(1, 0)
        self._rows = 1

    def row(self, cells: Sequence[str], kinds: Sequence[CellKind], status: str) -> int:
        """Write a row in the colour of a status; its number.

        Raises:
            OutputError: the sheet holds no more rows.
        """
        if self._rows == SHEET_ROWS_MAX:
            raise OutputError(f"a spreadsheet holds no more than {SHEET_ROWS_MAX} rows; write CSV instead")
        row = self._rows
        self._rows += 1
        for column, (text, kind) in enumerate(zip(cells, kinds, strict=True)):
            self.paint(row, column, text, kind, status)
        return row

    def paint(self, row: int, column: int, text: str, kind: CellKind, status: str) -> None:
        """Write a cell in the colour of a status."""
        style = self._format(kind, status)
        if not text:
            if status in _FILLS:
                self._sheet.write_blank(row, column, None, style)
            return
        self._widths[column] = max(self._widths[column], min(len(text) + 1, COLUMN_WIDTH_MAX))
        if kind != "text" and (kind == "share" or is_number(text)):
            self._sheet.write_number(row, column, float(text), style)
        else:
            self._sheet.write_string(row, column, _printable(text)[:CELL_MAX], style)

    def explain(self, row: int, column: int, reading: Reading) -> None:
        """A comment that says why a reading waits, and what else it might be."""
        # Four decimals first, as every other form has them: what is merged from those shows the same.
        others = ", ".join(f"{text} ({100 * round(share, 4):.0f} %)" for text, share in reading.alternatives)
        comment = "\n".join(filter(None, (reading.reason, others)))
        if comment:
            self._sheet.write_comment(row, column, comment[:CELL_MAX], {"author": "digitocr", "x_scale": 2})

    def picture(self, row: int, column: int, jpeg: bytes) -> None:
        if not jpeg:
            return
        from PIL import Image

        with Image.open(io.BytesIO(jpeg)) as image:
            scale = min(PICTURE_HEIGHT_PX / image.height, PICTURE_WIDTH_PX / image.width)
        self._sheet.set_row_pixels(row, PICTURE_HEIGHT_PX + 4)
        self._widths[column] = COLUMN_WIDTH_MAX
        placed = {
            "image_data": io.BytesIO(jpeg),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 2,
            "y_offset": 2,
        }
        self._sheet.insert_image(row, column, f"{row}.jpg", placed)

    def close(self) -> None:
        """Set the widths of the columns, and the filter."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, width)
        if self._rows > 1:
            self._sheet.autofilter(0, 0, self._rows - 1, len(self._widths) - 1)

    def _format(self, kind: CellKind, status: str) -> Any:
        key = kind, status if status in _FILLS else ""
        if key not in self._formats:
            fill = {"bg_color": _FILLS[status]} if key[1] else {}
            self._formats[key] = self._book.add_format(
                {"num_format": _FORMATS[kind], "valign": "vcenter", **fill}
            )
        return self._formats[key]


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name as Excel allows it, unlike the others."""
    allowed = "".join("_" if letter in r"[]:*?/\'" else letter for letter in name)[:SHEET_NAME_MAX] or "_"
    unlike, number = allowed, 1
    while unlike.lower() in taken or unlike.lower() == "history":  # the one that Excel keeps for itself
        number += 1
        unlike = f"{allowed[: SHEET_NAME_MAX - 5]} ({number})"
    return unlike


def _printable(text: str) -> str:
    """Odd bytes of a file name as escapes, as in CSV."""
    return text.encode("utf-8", "backslashreplace").decode()
