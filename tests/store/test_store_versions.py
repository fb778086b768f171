"""Run stores of other versions: migrated, or refused."""

import sqlite3

import pytest

from digitocr.errors import UsageError
from digitocr.store import store as store_module
from digitocr.store.schema import MIGRATIONS
from digitocr.store.store import open_store


def test_what_is_no_run_store_is_refused(digitocr, tmp_path):
    (tmp_path / "text.db").write_text("a line of text, which is no database at all " * 30)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    for name, told in (("text.db", "no run store"), ("other.db", "no run store"), ("none.db", "no such run")):
        run = digitocr("status", tmp_path / name)
        assert (run.returncode, told in run.stderr.decode()) == (2, True), run.stderr


def test_a_store_of_a_later_version_is_refused_and_an_earlier_one_migrated(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    with open_store(path, create=True):
        pass
    later = (*MIGRATIONS, "CREATE TABLE sample (id INTEGER PRIMARY KEY);")
    monkeypatch.setattr(store_module, "MIGRATIONS", later)
    with open_store(path) as store:
        assert store.value("SELECT count(*) FROM sample") == 0
    monkeypatch.setattr(store_module, "MIGRATIONS", MIGRATIONS)
    known = len(MIGRATIONS)
    told = rf"later digitocr \(schema {known + 1}, this one knows {known}\); update"
    with pytest.raises(UsageError, match=told):
        open_store(path)


def test_what_an_earlier_version_stored_was_read_from_the_ink(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    monkeypatch.setattr(store_module, "MIGRATIONS", MIGRATIONS[:1])
    with open_store(path, create=True) as store, store.transaction():
        store.run("INSERT INTO source (id, name, path, position) VALUES (1, 'a.png', '/a.png', 0)")
        store.run("INSERT INTO page (id, source, number) VALUES (1, 1, 1)")
        store.run(
            'INSERT INTO reading (page, position, field, "row", "left", top, "right", bottom, text, status, '
            "confidence, reason, reason_code, raw, written, alternatives) "
            "VALUES (1, 1, '', 1, 0, 0, 9, 9, '7', 'accept', 0.9, '', '', '', '7', '[]')"
        )
    monkeypatch.setattr(store_module, "MIGRATIONS", MIGRATIONS)
    with open_store(path) as store:
        assert store.value("SELECT origin FROM reading") == "ink"


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    with open_store(path, create=True):
        pass
    bad = (*MIGRATIONS, "CREATE TABLE sample (id);\nCREATE TABLE sample (id);\n")
    monkeypatch.setattr(store_module, "MIGRATIONS", bad)
    with pytest.raises(sqlite3.OperationalError):
        open_store(path)
    monkeypatch.setattr(store_module, "MIGRATIONS", MIGRATIONS)
    with open_store(path) as store:
        assert store.row("SELECT * FROM sqlite_master WHERE name = 'sample'") is None
