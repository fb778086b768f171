"""Stores of several machines, merged."""

import pytest

from digitocr.batch.shard import Shard
from digitocr.errors import UsageError
from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading
from digitocr.store.documents import stored_documents
from digitocr.store.entries import Entry, enter
from digitocr.store.merging import merge_stores
from digitocr.store.saving import RunSettings, register_run, save
from digitocr.store.sources import Stamp, register
from digitocr.store.store import open_store

NAMES = [f"/scans/{number}.png" for number in range(7)]


def document(name):
    if name.endswith("3.png"):
        return Document(name, (PageFailure(name, 0, f"{name}: no such file"),))
    digit = Digit(name[7], 0.9, Box(0, 0, 5, 9))
    reading = Reading("", 1, Box(0, 0, 9, 9), name[7], "accept", 0.99, digits=(digit,))
    return Document(name, (PageResult(name, 1, 90, 90, "line", (reading,), crops=(b"jpeg",)),))


def make_store(path, shard, *, names=NAMES, fingerprint="f"):
    with open_store(path, create=True) as store:
        run = register_run(
            store, RunSettings(fingerprint, "1", "model", "/scans", None, "litert", "card", {})
        )
        register(store, shard.of(names), first=shard.index - 1, step=shard.count)
        for name in shard.of(names):
            save(store, document(name), run, "me", Stamp())
    return path


@pytest.fixture
def shards(tmp_path):
    return [make_store(tmp_path / f"{index}.db", Shard(index, 3)) for index in (1, 2, 3)]


def contents(path):
    with open_store(path) as store:
        return list(stored_documents(store))


def test_stores_merge_to_that_of_one_machine_in_any_order(shards, tmp_path):
    merge_stores([shards[2], shards[0], shards[1]], tmp_path / "all.db")
    one = make_store(tmp_path / "one.db", Shard(1, 1))
    assert contents(tmp_path / "all.db") == contents(one)
    with open_store(tmp_path / "all.db") as merged, open_store(one) as expected:
        for table in ("run", "source", "page", "reading", "digit", "crop", "event"):
            count = f"SELECT count(*) FROM {table}"
            assert merged.value(count) == expected.value(count)
        tally = "SELECT state, readings FROM tally"
        assert [tuple(row) for row in merged.rows(tally)] == [tuple(row) for row in expected.rows(tally)]
        assert merged.rows("PRAGMA foreign_key_check") == []
        register(merged, NAMES)
        order = [row["name"] for row in merged.rows("SELECT name FROM source ORDER BY position")]
        assert order == NAMES


def test_what_people_said_comes_along(shards, tmp_path):
    with open_store(shards[1]) as store:
        enter(store, 2, Entry("value", "44"), "someone")
    merge_stores(shards, tmp_path / "all.db")
    settled = [
        (document.source, reading.text, reading.settled_by)
        for document in contents(tmp_path / "all.db")
        for reading in document.readings
        if reading.settled_by
    ]
    assert settled == [("/scans/4.png", "44", "person")]


def test_a_missing_store_is_told(shards, tmp_path):
    with pytest.raises(UsageError, match="5 of 7 places"):
        merge_stores(shards[:2], tmp_path / "all.db")
    assert not list(tmp_path.glob("*all.db*"))


def test_a_store_named_twice_is_told(shards, tmp_path):
    with pytest.raises(UsageError, match="name each store once"):
        merge_stores([*shards, shards[0]], tmp_path / "all.db")


def test_a_store_read_otherwise_is_told(shards, tmp_path):
    shards[1].unlink()
    make_store(shards[1], Shard(2, 3), fingerprint="other")
    with pytest.raises(UsageError, match="other options"):
        merge_stores(shards, tmp_path / "all.db")


def test_a_store_with_tables_that_would_be_lost_is_told(shards, tmp_path):
    with open_store(shards[1]) as store:
        store.run("CREATE TABLE sample (id INTEGER)")
        store.run("INSERT INTO sample VALUES (1)")
    with pytest.raises(UsageError, match="sample"):
        merge_stores(shards, tmp_path / "all.db")


def test_nothing_is_replaced_and_parts_must_be_stores(shards, tmp_path):
    with pytest.raises(UsageError, match="is there already"):
        merge_stores(shards, shards[0])
    (tmp_path / "bad.db").write_text("no store")
    with pytest.raises(UsageError, match=r"bad\.db"):
        merge_stores([*shards, tmp_path / "bad.db"], tmp_path / "all.db")
