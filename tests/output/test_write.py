"""The output contract: CSV, wide CSV, JSON and JSON Lines, whole or not at all."""

import csv
import io
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from digitocr.errors import OutputError, UsageError
from digitocr.output.document import document_object
from digitocr.output.rows import COLUMNS
from digitocr.output.schema import json_schema, line_schema
from digitocr.output.write import OutputFormat, RunInfo, format_for, open_writer
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


def test_json_is_the_contract(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path / "out.json", "json", DOCUMENTS))
    jsonschema.validate(found, json_schema())
    assert found["schema"] == "digitocr/2"
    assert found["run"] == {
        "version": "1.2.3",
        "model": "digits",
        "options": {"layout": "auto", "min_confidence": 0.9},
    }
    first, second, third = found["documents"]
    assert (first["error"], second["error"], third["error"]) == (None, "no such file", None)
    assert second["pages"] == []
    whole, failed = first["pages"]
    assert (failed["error"], failed["readings"], failed["width"]) == ("a.tif, page 2: bad", [], None)
    assert whole["readings"][0] == {
        "field": "",
        "row": 1,
        "text": "00420",
        "status": "accept",
        "confidence": 0.9877,
        "reason": "",
        "box": [10, 20, 90, 50],
        "alternatives": [["00420", 0.9877], ["00120", 0.01]],
        "digits": [{"text": "0", "confidence": 1.0, "box": [10, 20, 26, 50]}],
        "raw": "",
        "written": "00420",
        "reason_code": "",
        "settled_by": "",
        "origin": "ink",
        "machine": None,
    }
    assert {key: whole[key] for key in ("page", "width", "height", "layout", "template")} == {
        "page": 1,
        "width": 640,
        "height": 480,
        "layout": "page",
        "template": None,
    }
    assert str(whole["rotation"]) == "0.0"


def test_json_lines_are_the_documents_of_the_json(tmp_path: Path) -> None:
    lines = written(tmp_path / "out.jsonl", "jsonl", DOCUMENTS).decode().splitlines()
    whole = json.loads(written(tmp_path / "out.json", "json", DOCUMENTS))
    schema = {"schema": "digitocr/2"}
    assert [json.loads(line) for line in lines] == [schema | document for document in whole["documents"]]
    jsonschema.Draft202012Validator.check_schema(line_schema())
    for line in lines:
        jsonschema.validate(json.loads(line), line_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole["documents"][0], line_schema())


def test_json_of_nothing(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path / "out.json", "json", []))
    jsonschema.validate(found, json_schema())
    assert found["documents"] == []


def test_schema_is_itself_valid_and_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    bad = {
        "schema": "digitocr/2",
        "run": {"version": "1", "model": "m", "options": {}},
        "documents": [{"source": 1}],
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, json_schema())


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_same_documents_same_bytes(tmp_path: Path, form: OutputFormat) -> None:
    assert written(tmp_path / "1", form, DOCUMENTS) == written(tmp_path / "2", form, DOCUMENTS)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_stdout_gets_the_same_bytes(tmp_path: Path, form: OutputFormat, capfdbinary: Any) -> None:
    with open_writer(None, form, RUN) as writer:
        for document in DOCUMENTS:
            writer.write(document)
    in_file = written(tmp_path / "file", form, DOCUMENTS)
    assert capfdbinary.readouterr().out == (in_file.replace(b"\r\n", b"\n") if form == "csv" else in_file)


@pytest.mark.parametrize("wide", [False, True])
def test_rows_end_as_programs_expect_them(tmp_path: Path, capfdbinary: Any, wide: bool) -> None:
    for path in (None, tmp_path / "out.csv"):
        with open_writer(path, "csv", RUN, wide=wide) as writer:
            writer.write(DOCUMENTS[0])
    piped, kept = capfdbinary.readouterr().out, (tmp_path / "out.csv").read_bytes()
    assert b"\r" not in piped
    assert piped.count(b"\n") == kept.count(b"\r\n") == kept.count(b"\n")


def test_csv_and_json_lines_stream(capfdbinary: Any) -> None:
    with open_writer(None, "jsonl", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert json.loads(capfdbinary.readouterr().out)["source"] == "a.tif"
    with open_writer(None, "csv", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert len(table(capfdbinary.readouterr().out)) == 4


def _write_and_raise(path: Path, form: OutputFormat, error: type[BaseException]) -> None:
    with open_writer(path, form, RUN) as writer:
        writer.write(DOCUMENTS[0])
        raise error


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, ValueError])
def test_interrupted_leaves_what_was_there(
    tmp_path: Path, form: OutputFormat, error: type[BaseException]
) -> None:
    path = tmp_path / "out"
    path.write_text("before")
    with pytest.raises(error):
        _write_and_raise(path, form, error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_file_appears_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with open_writer(path, "csv", RUN) as writer:
        writer.write(DOCUMENTS[0])
        assert not path.exists()
    assert path.exists()


def test_no_folder_and_a_folder_as_output(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="create the folder first"),
        open_writer(tmp_path / "a" / "b", "csv", RUN),
    ):
        pass
    with pytest.raises(OutputError, match="a folder, where"), open_writer(tmp_path, "csv", RUN):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights, links and devices")
class TestPosix:
    def test_folder_without_rights(self, tmp_path: Path) -> None:
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        tmp_path.chmod(0o500)
        with pytest.raises(OutputError, match="rights"), open_writer(tmp_path / "out.csv", "csv", RUN):
            pass

    def test_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
        written(tmp_path / "link.csv", "csv", DOCUMENTS)
        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").stat().st_size > 0

    def test_rights_of_the_file_are_the_usual_ones(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()
        written(tmp_path / "out.csv", "csv", [])
        assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
    def test_full_disk(self) -> None:
        with pytest.raises(OutputError, match="cannot be written"):
            written(Path("/dev/full"), "csv", DOCUMENTS * 2000)
        assert not Path("/dev/full").is_file()

    def test_reader_of_the_pipe_is_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        end, start = os.pipe()
        os.close(end)
        with os.fdopen(start, "w") as pipe:
            monkeypatch.setattr(sys, "stdout", pipe)
            with pytest.raises(OutputError, match="standard output"), open_writer(None, "csv", RUN) as writer:
                writer.write(DOCUMENTS[0])


@pytest.mark.parametrize(
    ("path", "chosen", "form"),
    [
        ("a.csv", None, "csv"),
        ("a.JSON", None, "json"),
        ("a.jsonl", None, "jsonl"),
        ("a.ndjson", None, "jsonl"),
        ("a.txt", "json", "json"),
        ("out", None, "csv"),
        (None, None, "csv"),
        (None, "jsonl", "jsonl"),
    ],
)
def test_format(path: str | None, chosen: str | None, form: str) -> None:
    assert format_for(Path(path) if path else None, chosen) == form


def test_what_a_format_changed_is_told_beside_it(tmp_path: Path) -> None:
    changed = Document("a.tif", (page(replace(reading(), raw="004207")),))
    header, row = table(written(tmp_path / "out.csv", "csv", [changed]))
    assert dict(zip(header, row, strict=True))["raw"] == "004207"
    (line,) = written(tmp_path / "out.jsonl", "jsonl", [changed]).splitlines()
    assert json.loads(line)["pages"][0]["readings"][0]["raw"] == "004207"


def test_no_such_format() -> None:
    with pytest.raises(UsageError, match='"xml" is no output format'):
        format_for(None, "xml")
    with pytest.raises(UsageError, match="give -f"):
        format_for(Path("out.docx"), None)


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    odd = Document(os.fsdecode(b"\xff.png"), (page(reading(), source=os.fsdecode(b"\xff.png")),))
    assert json.loads(written(tmp_path / "a.jsonl", "jsonl", [odd]))["source"] == "\udcff.png"
    assert table(written(tmp_path / "a.csv", "csv", [odd]))[1][0] == r"\udcff.png"
    written(tmp_path / "a.xlsx", "xlsx", [odd])
    assert load_workbook(tmp_path / "a.xlsx").active["A2"].value == r"\udcff.png"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
shares = st.floats(0, 1)
corners = st.integers(0, 9999)
boxes = st.builds(Box, corners, corners, corners, corners)
digits = st.builds(Digit, texts, shares, boxes)
readings = st.builds(
    Reading,
    field=texts,
    row=st.integers(0, 99),
    box=boxes,
    text=texts,
    status=st.sampled_from(["accept", "review", "blank", "error"]),
    confidence=shares,
    reason=texts,
    alternatives=st.lists(st.tuples(texts, shares), max_size=3).map(tuple),
    digits=st.lists(digits, max_size=2).map(tuple),
)
pages = st.builds(
    PageResult,
    source=texts,
    page=st.integers(1, 99),
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    layout=st.sampled_from(["page", "line", "digit"]),
    readings=st.lists(readings, max_size=3).map(tuple),
    rotation=st.floats(-180, 180),
    template=st.none() | texts,
)
failures = st.builds(PageFailure, source=texts, page=st.integers(0, 9), error=texts)
documents = st.builds(Document, source=texts, pages=st.lists(pages | failures, max_size=3).map(tuple))


@given(documents)
def test_any_document_fits_the_schema(document: Document) -> None:
    found = json.loads(json.dumps(document_object(document), allow_nan=False))
    jsonschema.validate(found, {"$ref": "#/$defs/document", "$defs": json_schema()["$defs"]})
    assert [r["text"] for p in found["pages"] for r in p["readings"]] == [r.text for r in document.readings]


@given(documents)
def test_csv_brings_any_text_back(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    rows = table(written(tmp_path_factory.mktemp("csv") / "out.csv", "csv", [document]))
    assert all(len(row) == len(COLUMNS) for row in rows)
    read = [row for row in rows[1:] if row[3]]
    assert [(row[2], row[4], row[7]) for row in read] == [
        (r.field, r.text, r.reason) for r in document.readings
    ]
    assert [row[13] for row in rows[1:] if not row[3]] == [failure.error for failure in document.failures]


@given(st.lists(documents, max_size=3))
def test_wide_csv_is_a_rectangle(tmp_path_factory: pytest.TempPathFactory, several: list[Document]) -> None:
    header, *rows = table(written(tmp_path_factory.mktemp("wide") / "out.csv", "csv", several, wide=True))
    assert all(len(row) == len(header) for row in rows)
    assert len(rows) == sum(len(document.pages) for document in several)
    kept = [cell for row in rows for cell in row[4:] if cell]
    assert sorted(kept) == sorted(r.text for document in several for r in document.readings if r.text)
