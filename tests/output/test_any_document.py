"""Documents of any content: they fit the schema, and CSV brings every text back."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from output_material import table, written

from digitocr.output.document import document_object
from digitocr.output.rows import COLUMNS
from digitocr.output.schema import json_schema
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading

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
