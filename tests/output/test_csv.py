"""CSV, long and wide, and the spreadsheet with the same cells."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from output_material import DOCUMENTS, RUN, page, reading, table, written

from digitocr.errors import UsageError
from digitocr.output.rows import COLUMNS
from digitocr.output.write import open_writer
from digitocr.records import Document, PageFailure


def test_csv_is_the_contract(tmp_path: Path) -> None:
    data = written(tmp_path / "out.csv", "csv", DOCUMENTS)
    header, *rows = table(data)
    assert ",".join(header) == (
        "source,page,field,row,text,status,confidence,reason,left,top,right,bottom,alternatives,error,raw,"
        "written,reason_code,settled_by"
    )
    assert rows == [
        [
            "a.tif",
            "1",
            "",
            "1",
            "00420",
            "accept",
            "0.9877",
            "",
            "10",
            "20",
            "90",
            "50",
            "00420=0.9877;00120=0.0100",
            "",
            "",
            "00420",
            "",
            "",
        ],
        [
            *["a.tif", "1", "", "2", "", "blank", "0.9877", "low confidence", "10", "20", "90", "50"],
            *["=0.9877;00120=0.0100", "", "", "", "no_ink", ""],
        ],
        [
            *["a.tif", "2", "", "", "", "error", *[""] * 7],
            "a.tif, page 2: bad",
            *["", "", "unreadable_file", ""],
        ],
        [
            *['b,\n"c".png', "0", "", "", "", "error", *[""] * 7],
            "no such file",
            *["", "", "unreadable_file", ""],
        ],
    ]
    assert data.startswith(b"source,page")
    assert data.endswith(b"no such file,,,unreadable_file,\r\n")


def test_csv_of_nothing_has_its_header(tmp_path: Path) -> None:
    assert table(written(tmp_path / "out.csv", "csv", [])) == [list(COLUMNS)]


def test_wide_csv_has_a_row_a_page_and_a_column_a_field(tmp_path: Path) -> None:
    form = [
        Document(
            "1.png",
            (page(reading("12", field="zip"), reading("7", "review", field="count"), source="1.png"),),
        ),
        Document("2.png", (page(reading("9", field="count"), reading("3", field="status"), source="2.png"),)),
        Document("3.png", (PageFailure("3.png", 0, "gone"),)),
        Document("4.png", (page(source="4.png"),)),
    ]
    assert table(written(tmp_path / "wide.csv", "csv", form, wide=True)) == [
        ["source", "page", "status", "error", "zip", "count", "status (field)"],
        ["1.png", "1", "review", "", "12", "7", ""],
        ["2.png", "1", "accept", "", "", "9", "3"],
        ["3.png", "0", "error", "gone", "", "", ""],
        ["4.png", "1", "blank", "", "", "", ""],
    ]


def test_a_wide_table_may_tell_the_status_of_each_field(tmp_path: Path) -> None:
    form = [
        Document("1.png", (page(reading("12", field="zip"), reading("7", "review", field="count")),)),
        Document("2.png", (page(reading("9", field="count"), source="2.png"),)),
        Document("3.png", (PageFailure("3.png", 0, "gone"),)),
    ]
    with open_writer(tmp_path / "wide.csv", "csv", RUN, wide=True, statuses=True) as writer:
        for document in form:
            writer.write(document)
    header, *rows = table((tmp_path / "wide.csv").read_bytes())
    assert header[4:] == ["zip", "zip status", "count", "count status"]
    assert [row[4:] for row in rows] == [["12", "accept", "7", "review"], ["", "", "9", "accept"], [""] * 4]
    with (
        pytest.raises(UsageError, match="--wide"),
        open_writer(tmp_path / "x.csv", "csv", RUN, statuses=True),
    ):
        pass


@pytest.mark.parametrize("wide", [False, True])
def test_a_spreadsheet_says_what_the_csv_says_as_text_if_asked(tmp_path: Path, wide: bool) -> None:
    documents = [*DOCUMENTS, Document("=1+1.png", (page(reading("007"), source="=1+1.png"),))]
    data = written(tmp_path / "out.xlsx", "xlsx", documents, wide=wide, as_text=True)
    cells = list(load_workbook(tmp_path / "out.xlsx").active.iter_rows())
    expected = table(written(tmp_path / "out.csv", "csv", documents, wide=wide))
    assert [[cell.value or "" for cell in row] for row in cells] == expected
    assert {cell.data_type for row in cells for cell in row if cell.value} == {"s"}
    time.sleep(2.1)  # the clock of a zip archive has steps of two seconds
    assert written(tmp_path / "again.xlsx", "xlsx", documents, wide=wide, as_text=True) == data


def test_wide_csv_counts_what_a_page_has_several_times(tmp_path: Path) -> None:
    pages = [Document("1.png", (page(reading("1"), reading("2")),)), Document("2.png", (page(reading("3")),))]
    header, first, second = table(written(tmp_path / "wide.csv", "csv", pages, wide=True))
    assert header[4:] == ["number 1", "number 2"]
    assert (first[4:], second[4:]) == (["1", "2"], ["3", ""])
    with pytest.raises(UsageError, match="wide"), open_writer(tmp_path / "x.json", "json", RUN, wide=True):
        pass


@pytest.mark.parametrize("wide", [False, True])
def test_rows_end_as_programs_expect_them(tmp_path: Path, capfdbinary: Any, wide: bool) -> None:
    for path in (None, tmp_path / "out.csv"):
        with open_writer(path, "csv", RUN, wide=wide) as writer:
            writer.write(DOCUMENTS[0])
    piped, kept = capfdbinary.readouterr().out, (tmp_path / "out.csv").read_bytes()
    assert b"\r" not in piped
    assert piped.count(b"\n") == kept.count(b"\r\n") == kept.count(b"\n")


def test_what_a_format_changed_is_told_beside_it(tmp_path: Path) -> None:
    changed = Document("a.tif", (page(replace(reading(), raw="004207")),))
    header, row = table(written(tmp_path / "out.csv", "csv", [changed]))
    assert dict(zip(header, row, strict=True))["raw"] == "004207"
    (line,) = written(tmp_path / "out.jsonl", "jsonl", [changed]).splitlines()
    assert json.loads(line)["pages"][0]["readings"][0]["raw"] == "004207"


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    odd = Document(os.fsdecode(b"\xff.png"), (page(reading(), source=os.fsdecode(b"\xff.png")),))
    assert json.loads(written(tmp_path / "a.jsonl", "jsonl", [odd]))["source"] == "\udcff.png"
    assert table(written(tmp_path / "a.csv", "csv", [odd]))[1][0] == r"\udcff.png"
    written(tmp_path / "a.xlsx", "xlsx", [odd])
    assert load_workbook(tmp_path / "a.xlsx").active["A2"].value == r"\udcff.png"
