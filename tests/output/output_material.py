"""Documents as reading leaves them, and what is written of them."""

import csv
import io
from pathlib import Path
from typing import Any

from digitocr.output.write import OutputFormat, RunInfo, open_writer
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading

RUN = RunInfo("1.2.3", "digits", {"layout": "auto", "min_confidence": 0.9})


def reading(text: str = "00420", status: Any = "accept", field: str = "", row: int = 1) -> Reading:
    return Reading(
        field,
        row,
        Box(10, 20, 90, 50),
        text,
        status,
        0.987654,
        "" if status == "accept" else "low confidence",
        ((text, 0.987654), ("00120", 0.01)),
        (Digit("0", 0.99999, Box(10, 20, 26, 50)),),
        written=text,
        reason_code={"review": "low_confidence", "blank": "no_ink"}.get(status, ""),
    )


def page(*readings: Reading, number: int = 1, source: str = "a.tif") -> PageResult:
    return PageResult(source, number, 640, 480, "page", readings, -0.00001)


DOCUMENTS = [
    Document(
        "a.tif", (page(reading(), reading("", "blank", row=2)), PageFailure("a.tif", 2, "a.tif, page 2: bad"))
    ),
    Document('b,\n"c".png', (PageFailure('b,\n"c".png', 0, "no such file"),)),
    Document("c.png", (page(source="c.png"),)),
]


def written(
    path: Path, form: OutputFormat, documents: list[Document], *, wide: bool = False, as_text: bool = False
) -> bytes:
    with open_writer(path, form, RUN, wide=wide, as_text=as_text) as writer:
        for document in documents:
            writer.write(document)
    return path.read_bytes()


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
