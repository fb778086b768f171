"""The table as an SQLite database."""

import sqlite3

import pytest

from digitocr.errors import UsageError
from digitocr.output.write import RunInfo, open_writer
from digitocr.records import Box, Document, PageFailure, PageResult, Reading
from digitocr.store.store import open_store

READING = Reading("zip", 1, Box(1, 2, 3, 4), "01234", "accept", 0.5)
DOCUMENTS = [
    Document("1.png", (PageResult("1.png", 1, 9, 9, "line", (READING,)),)),
    Document("2.png", (PageFailure("2.png", 0, "gone"),)),
]


def test_a_table_of_readings(tmp_path):
    with open_writer(tmp_path / "out.db", "db", RunInfo("0", "toy")) as writer:
        for document in DOCUMENTS:
            writer.write(document)
    with sqlite3.connect(tmp_path / "out.db") as connection:
        sql = 'SELECT source, page, text, confidence, "left", error FROM readings'
        rows = connection.execute(sql).fetchall()
    assert rows == [("1.png", 1, "01234", 0.5, 1, ""), ("2.png", 0, "", None, None, "gone")]


def test_a_run_store_is_never_replaced_by_a_table(tmp_path):
    with open_store(tmp_path / "run.db", create=True):
        pass
    before = (tmp_path / "run.db").read_bytes()
    with (
        pytest.raises(UsageError, match="is a run store"),
        open_writer(tmp_path / "run.db", "db", RunInfo("0", "toy")),
    ):
        pass
    assert (tmp_path / "run.db").read_bytes() == before
