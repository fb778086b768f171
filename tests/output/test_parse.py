"""What is written can be read back."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitocr.errors import UsageError
from digitocr.output.parse import documents_in, run_of
from digitocr.output.write import OutputFormat, RunInfo, open_writer
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading

RUN = RunInfo("1.2.3", "digits", {"layout": "auto", "templates": ["a.toml"]}, "")
SHARD = RunInfo("1.2.3", "digits", {"layout": "auto", "templates": ["a.toml"]}, "2/3")
TABLES: tuple[OutputFormat, ...] = ("csv", "parquet")
WHOLE: tuple[OutputFormat, ...] = ("json", "jsonl")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
digits = st.text("0123456789", max_size=6)
sides = st.integers(0, 5000)
boxes = st.builds(Box, sides, sides, sides, sides)
probabilities = st.floats(0, 1)
readings = st.builds(
    Reading,
    field=texts,
    row=st.integers(1, 99),
    box=boxes,
    text=digits,
    status=st.sampled_from(["accept", "review", "blank", "error"]),
    confidence=probabilities,
    reason=texts,
    alternatives=st.lists(st.tuples(digits, probabilities), max_size=3).map(tuple),
    digits=st.lists(st.builds(Digit, digits, probabilities, boxes), max_size=2).map(tuple),
    raw=digits,
    written=texts,
    reason_code=st.sampled_from(["", "no_ink", "low_confidence"]),
    settled_by=st.sampled_from(["", "person"]),
)

settled = st.builds(
    lambda reading, text: replace(reading, text=text, settled_by="person", machine=reading), readings, digits
)


def pages(source: str) -> st.SearchStrategy[tuple[PageResult | PageFailure, ...]]:
    result = st.builds(
        PageResult,
        source=st.just(source),
        page=st.just(1),
        width=sides,
        height=sides,
        layout=st.sampled_from(["page", "line"]),
        readings=st.lists(readings | settled, max_size=3).map(tuple),
        rotation=st.floats(-180, 180),
        template=st.none() | texts,
    )
    failure = st.builds(PageFailure, st.just(source), st.just(2), texts, texts, st.just("not_this_form"))
    whole = st.builds(PageFailure, st.just(source), st.just(0), texts, texts)
    return st.one_of(
        whole.map(lambda page: (page,)),
        st.tuples(result, failure),
        st.tuples(result),
        st.tuples(failure),
        st.just(()),
    )


documents = st.lists(texts, unique=True, max_size=4).flatmap(
    lambda sources: st.tuples(*(st.builds(Document, st.just(source), pages(source)) for source in sources))
)


def written(path: Path, run: RunInfo, some: Any, form: OutputFormat) -> bytes:
    with open_writer(path, form, run) as writer:
        for document in some:
            writer.write(document)
    return path.read_bytes()


@pytest.mark.parametrize("form", [*TABLES, *WHOLE])
@settings(max_examples=30)
@given(some=documents)
def test_what_was_written_comes_back_to_the_same_bytes(
    some: tuple[Document, ...], form: OutputFormat, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("written")
    before = written(folder / f"before.{form}", RUN, some, form)
    back = [document for shard, document in documents_in(folder / f"before.{form}") if shard == ""]
    assert written(folder / f"after.{form}", RUN, back, form) == before


@pytest.mark.parametrize("form", WHOLE)
@settings(max_examples=30)
@given(some=documents)
def test_json_has_what_all_other_formats_need(
    some: tuple[Document, ...], form: OutputFormat, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("written")
    written(folder / f"it.{form}", RUN, some, form)
    back = [document for _, document in documents_in(folder / f"it.{form}")]
    for other in (*TABLES, *WHOLE):
        before = written(folder / f"before.{other}", RUN, some, other)
        assert written(folder / f"after.{other}", RUN, back, other) == before


@pytest.mark.parametrize("form", [*TABLES, *WHOLE])
def test_a_shard_names_all_its_inputs(form: OutputFormat, tmp_path: Path) -> None:
    empty = Document("empty.png", (PageResult("empty.png", 1, 9, 9, "page", ()),))
    failed = Document("failed.png", (PageFailure("failed.png", 0, "failed.png: no such file"),))
    written(tmp_path / f"shard.{form}", SHARD, [empty, failed, empty], form)
    back = list(documents_in(tmp_path / f"shard.{form}"))
    assert {shard for shard, _ in back} == {"2/3"}
    sources = [document.source for _, document in back]
    assert sources == (["empty.png", "failed.png", "empty.png"])
    assert [bool(document.failures) for _, document in back] == [False, True, False]


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_the_run_is_known_without_its_shard(form: OutputFormat, tmp_path: Path) -> None:
    written(tmp_path / f"it.{form}", SHARD, [], form)
    assert run_of(tmp_path / f"it.{form}") == RUN


HEADER = "source,page,field,row,text,status,confidence,reason,left,top,right,bottom,alternatives,error,raw"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wide.csv", b"source,page,status,error,number\r\n"),
        ("old.csv", HEADER.encode() + b"\r\n"),
        ("cut.csv", f"{HEADER},written,reason_code,settled_by\r\na.png,1,,1,12,acc".encode()),
        ("bytes.csv", b"\xff\xfe"),
        ("old.jsonl", b'{"schema": "digitocr/1", "source": "a", "error": null, "pages": []}\n'),
        ("cut.jsonl", b'{"schema": "digitocr/2", "sou'),
        ("list.json", b"[1]"),
        ("deep.json", b"[" * 100_000),
        ("it.xlsx", b"PK"),
        ("it.parquet", b"PAR1"),
        ("it.txt", b""),
    ],
)
def test_what_is_no_output_is_told_with_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=name):
        list(documents_in(tmp_path / name))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv: cannot be read"):
        list(documents_in(tmp_path / "none.csv"))


def test_typed_rows_are_the_columns_of_the_table() -> None:
    reading = Reading("f", 3, Box(1, 2, 3, 4), "007", "accept", 0.98765432, written="0,07")
    document = Document("a", (PageResult("a", 2, 9, 9, "page", (reading,)), PageFailure("a", 3, "bad")))
    first, second = document.rows()
    assert (first["page"], first["row"], first["left"], first["text"]) == (2, 3, 1, "007")
    assert math.isclose(first["confidence"] or 0, 0.9877, abs_tol=1e-12)
    assert (second["status"], second["row"], second["confidence"], second["right"]) == ("error", *[None] * 3)
    assert list(first) == list(second)
