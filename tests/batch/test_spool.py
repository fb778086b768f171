"""Inputs at URLs, read as files are."""

import sys

import fsspec
import pytest
from test_documents import open_echo

from digitocr.batch.plan import Part
from digitocr.batch.run import read_documents
from digitocr.batch.spool import FILES_AHEAD, THREADS, Spool
from digitocr.errors import UsageError
from digitocr.records import PageFailure


@pytest.fixture
def memory(scans):
    """The scans at `memory://scans`."""
    files = fsspec.filesystem("memory")
    for path in scans.iterdir():
        files.pipe(f"/scans/{path.name}", path.read_bytes())
    yield files
    files.store.clear()


def test_what_is_at_urls_reads_as_files_do(memory, scans):
    names = sorted(path.name for path in scans.iterdir())
    urls = [f"memory://scans/{name}" for name in names]
    sources = [*urls[:4], "memory://scans/none.png", PageFailure("gone", 0, "gone: not there"), *urls[4:]]
    read = list(read_documents(sources, isolated=False, opener=open_echo))
    local = list(read_documents([str(scans / name) for name in names], isolated=False, opener=open_echo))
    assert [document.source for document in read] == [*urls[:4], "memory://scans/none.png", "gone", *urls[4:]]
    assert [document.texts for document in (*read[:4], *read[6:])] == [document.texts for document in local]
    assert [failure.error for failure in read[4].failures] == [
        "memory://scans/none.png: cannot be fetched (FileNotFoundError: /scans/none.png); there is no such "
        "file; check the address"
    ]


def test_files_are_fetched_ahead_in_bounds_and_removed(monkeypatch):
    fetched, copies = [], []

    def download(url, path):
        fetched.append(url)
        copies.append(path)
        path.write_text(url)

    monkeypatch.setattr("digitocr.batch.spool.download", download)
    urls = [f"memory://{number}.png" for number in range(100)]
    with Spool() as spool:
        for number, part in enumerate(spool.local(urls)):
            assert part.data.read_text() == part.source == urls[number]
            assert len(fetched) <= number + FILES_AHEAD + 1
            spool.remove(part)
            assert not part.data.exists()
        assert len(fetched) == 100
    assert not any(path.exists() for path in copies)
    assert not copies[0].parent.exists()
    assert THREADS < FILES_AHEAD


def test_files_of_the_caller_are_not_removed(scans):
    path = scans / "n1.png"
    with Spool() as spool:
        (part,) = spool.local([Part("named", path)])
        spool.remove(part)
    assert path.exists()


def test_bytes_become_files_or_stay(tmp_path):
    with Spool() as spool, Spool(keep_bytes=True) as other:
        (part,) = spool.local([Part("a.png", b"1")])
        assert part.data.read_bytes() == b"1"
        assert part.data.suffix == ".png"
        assert list(other.local([Part("a.png", b"1")])) == [Part("a.png", b"1")]


def test_what_is_missing_for_a_url_ends_the_run(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match="cloud"):
        list(read_documents(["s3://bucket/a.png"], isolated=False, opener=open_echo))


def test_a_run_that_is_stopped_leaves_no_copies(memory, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    documents = read_documents(["memory://scans/n1.png"] * 50, isolated=False, opener=open_echo)
    next(documents)
    assert set(tmp_path.iterdir()) > before
    documents.close()
    assert set(tmp_path.iterdir()) == before
