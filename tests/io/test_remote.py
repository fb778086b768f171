"""Files at URLs: listed, fetched, written. Each kind of URL is fsspec's own business; some stand for all."""

import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import pytest

from digitocr.errors import InputError, OutputError, UsageError
from digitocr.io import remote
from digitocr.io.inputs import expand
from digitocr.records import PageFailure

FILES = ("n10.png", "n2.png", "n1.JPG", "notes.txt", ".n3.png", "deep/n4.png")


@pytest.fixture
def memory():
    """A folder `scans` in memory, which is empty again after the test."""
    files = fsspec.filesystem("memory")
    for name in FILES:
        files.pipe(f"/scans/{name}", name.encode())
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


@pytest.fixture
def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as packed:
        for name in FILES:
            packed.writestr(f"scans/{name}", name)
    return tmp_path / "scans.zip"


@pytest.mark.parametrize("name", ["s3://b/a.png", "zip://a.png::s3://b/c.zip", "https://h/a", "memory://a"])
def test_urls_are_told_from_paths(name):
    assert remote.is_url(name)


@pytest.mark.parametrize(
    "name", ["a.png", "/a/b.png", "C:\\scans\\a.png", "C:/a", "c://a", "-", "@a://b", ""]
)
def test_paths_are_no_urls(name):
    assert not remote.is_url(name)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("s3://b/A.PNG", ".png"),
        ("https://h/a.pdf?key=1.png", ".pdf"),
        ("zip://a.tif::s3://b/c.zip", ".tif"),
        ("https://h/a", ""),
        ("/scans/a.b.Jpeg", ".jpeg"),
        ("-", ""),
    ],
)
def test_suffixes(name, suffix):
    assert remote.suffix_of(name) == suffix


def test_a_folder_is_listed_as_one_of_this_machine_is(memory):
    for url in ("memory://scans", "memory://scans/", "memory:///scans"):
        start = url.rstrip("/")
        assert expand([url]) == [f"{start}/{name}" for name in ("n1.JPG", "n2.png", "n10.png")]
        assert f"{start}/deep/n4.png" in expand([url], recursive=True)


def test_a_glob_gives_what_matches(memory):
    assert expand(["memory://scans/n*.png"]) == ["memory://scans/n2.png", "memory://scans/n10.png"]
    assert expand(["memory://*/n1?.png"]) == ["memory://scans/n10.png"]


def test_a_file_is_itself_whatever_its_suffix(memory):
    assert expand(["memory://scans/notes.txt"]) == ["memory://scans/notes.txt"]


def test_an_address_of_the_web_is_never_a_pattern():
    assert expand(["https://host.invalid/scan?id=[1]*"]) == ["https://host.invalid/scan?id=[1]*"]


@pytest.mark.parametrize("url", ["memory://scans/*.bmp", "memory://scans/deep/*.tif"])
def test_where_nothing_is_found_it_is_told(memory, url):
    (failure,) = expand([url])
    assert isinstance(failure, PageFailure)
    assert failure.source == url
    assert "no image" in failure.error


def test_files_within_an_archive_are_files(archive):
    url = f"zip://scans::{archive}"
    names = expand([url])
    assert names == [f"zip://scans/{name}::{archive}" for name in ("n1.JPG", "n2.png", "n10.png")]
    assert expand([f"zip://scans/n2*::{archive}"]) == [f"zip://scans/n2.png::{archive}"]
    remote.download(names[1], archive.parent / "copy.png")
    assert (archive.parent / "copy.png").read_text() == "n2.png"


def test_lists_may_name_urls(memory, tmp_path):
    (tmp_path / "list.txt").write_text("memory://scans/n2.png\na.png\nmemory://scans/n2.png\n")
    assert expand([f"@{tmp_path / 'list.txt'}"]) == ["memory://scans/n2.png", str(tmp_path / "a.png")]


@pytest.mark.parametrize(
    "url", ["memory://none.png", "zip://a.png::memory://none.zip", "zip://a.png::/none.zip"]
)
def test_what_is_not_there_is_told(memory, tmp_path, url):
    with pytest.raises(InputError, match="no such file"):
        remote.download(url, tmp_path / "copy")


def test_a_damaged_archive_is_told(tmp_path):
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    url = f"zip://*.png::{tmp_path / 'bad.zip'}"
    (failure,) = expand([url])
    assert isinstance(failure, PageFailure)
    assert "BadZipFile" in failure.error


def test_what_has_no_end_is_given_up(memory, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "MAX_DOWNLOAD_BYTES", 1 << 20)
    memory.pipe("/long.tif", bytes((1 << 20) + 1))
    memory.pipe("/just.tif", bytes(1 << 20))
    remote.download("memory://just.tif", tmp_path / "copy")
    with pytest.raises(InputError, match="smaller files"):
        remote.download("memory://long.tif", tmp_path / "copy")


@pytest.mark.parametrize("url", ["foo://a.png", "sftp://host/a.png"])
def test_kinds_of_urls_that_cannot_be_used_are_wrong_usage(url, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(UsageError, match=url):
        remote.download(url, tmp_path / "copy")


def test_without_fsspec_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    for call in (
        partial(remote.download, "s3://b/a.png", tmp_path / "a"),
        partial(remote.list_files, "s3://b/scans", recursive=False),
        partial(remote.upload, tmp_path / "a", "s3://b/a.csv"),
    ):
        with pytest.raises(UsageError, match=r"digitocr\[cloud\]"):
            call()


def test_what_is_written_is_there(memory, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"1,2")
    remote.upload(tmp_path / "a.csv", "memory://out/a.csv")
    assert memory.cat("/out/a.csv") == b"1,2"


def test_what_cannot_be_written_is_told(archive, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"1,2")
    with pytest.raises(OutputError, match="cannot be written"):
        remote.upload(tmp_path / "a.csv", f"zip://a.csv::{archive}")


@pytest.fixture
def web(tmp_path):
    """The address of a web server of a folder with one file, `a.png`."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    (tmp_path / "a.png").write_bytes(b"bytes of a")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_web_is_read(web, tmp_path):
    remote.download(f"{web}/a.png?version=2", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"bytes of a"
    with pytest.raises(InputError, match="no such file"):
        remote.download(f"{web}/none.png", tmp_path / "copy")
