"""Files that are elsewhere: object stores, web servers, archives, by URL through fsspec.

A URL is whatever fsspec knows (`s3://bucket/scan.png`, `https://host/scan.png`, `memory://scan.png`), and
one within another (`zip://scan.png::s3://bucket/scans.zip`). fsspec is imported where a URL is met only.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from digitocr.errors import DigitocrError, InputError, OutputError, UsageError

# A PDF of as many pages as are read of one file (LoadOptions.max_pages), at 1 MB a page, which is A4 in
# gray at 300 dpi as JPEG.
MAX_DOWNLOAD_BYTES = 2 << 30
_CHUNK_BYTES = 1 << 20
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC = re.compile(r"[*?[]")
_WEB = ("http", "https")


def is_url(name: str) -> bool:
    """Whether `name` is a URL and not a path of this machine (`C:/scans` is a path)."""
    return _URL.match(name) is not None


def list_files(url: str, *, recursive: bool) -> list[str]:
    """The URLs of the files that `url` names: itself, those of a folder or those that match a pattern.

    Args:
        url: a file, a folder (with the folders in it where `recursive`) or a glob. An address of the web
            (`https://`) is always one file.
        recursive: whether to look into the folders of a folder.

    Returns:
        URLs in no particular order, whatever their suffix; none where the folder or the pattern holds none.

    Raises:
        InputError: the folder cannot be listed.
        UsageError: the URL's kind is not known, or what it needs is not installed.
    """
    first, chain = _parted(url)
    if first.partition("://")[0] in _WEB:
        return [url]
    magic = _MAGIC.search(first)
    folder = first[: first.rindex("/", 0, magic.start()) + 1] if magic else first
    try:
        file_system, path = _opened(url)
        _, root = _opened(folder + chain)
        if magic:
            names = file_system.glob(path)
        elif not file_system.isdir(path):
            return [url]
        elif recursive:
            names = file_system.find(path)
        else:
            names = [file["name"] for file in file_system.ls(path, detail=True) if file["type"] == "file"]
    except DigitocrError:
        raise
    except Exception as error:  # each kind of store has errors of its own
        raise InputError(f"{url}: cannot be listed ({_text(error)}); {_remedy(error)}") from error
    start = folder if folder.endswith("/") else f"{folder}/"
    return [start + name.removeprefix(root).lstrip("/") + chain for name in names]


@contextmanager
def open_file(name: str) -> Iterator[IO[bytes]]:
    """A file, by its path or URL, to be read in a `with` block.

    Raises:
        OSError, Exception: it cannot be read; each kind of store has errors of its own.
        UsageError: the URL's kind is not known, or what it needs is not installed.
    """
    if not is_url(name):
        with Path(name).open("rb") as stream:
            yield stream
        return
    file_system, path = _opened(name)  # an archive is closed when nobody knows it any more
    with file_system.open(path, "rb") as stream:
        yield stream


def download(url: str, path: Path) -> None:
    """Copy the file at `url` to `path`.

    Raises:
        InputError: it cannot be read, or has more than MAX_DOWNLOAD_BYTES.
        UsageError: the URL's kind is not known, or what it needs is not installed.
    """
    try:
        with open_file(url) as remote, path.open("wb") as local:
            left = MAX_DOWNLOAD_BYTES
            while chunk := remote.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise InputError(
                        f"{url}: has more than {MAX_DOWNLOAD_BYTES >> 30} GiB; cut it into smaller files"
                    )
                local.write(chunk)
    except DigitocrError:
        raise
    except Exception as error:
        raise InputError(f"{url}: cannot be fetched ({_text(error)}); {_remedy(error)}") from error


def check_url(url: str) -> None:
    """See that what `url` needs is there, before it is needed.

    Raises:
        UsageError: the URL's kind is not known, or what it needs is not installed.
    """
    _opened(url)


def upload(path: Path, url: str) -> None:
    """Copy the file at `path` to `url`, where it appears whole or not at all.

    Raises:
        OutputError: it cannot be written there.
        UsageError: the URL's kind is not known, or what it needs is not installed.
    """
    try:
        file_system, name = _opened(url)
        file_system.put_file(str(path), name)
    except DigitocrError:
        raise
    except Exception as error:
        raise OutputError(f"{url}: cannot be written ({_text(error)}); {_remedy(error)}") from error


def suffix_of(name: str) -> str:
    """The suffix of the file that a path or URL names, in lower case: `.png`."""
    if is_url(name):
        name = _parted(name)[0].partition("?")[0]
    return PurePosixPath(name).suffix.lower()


def _parted(url: str) -> tuple[str, str]:
    """The URL, and what it lies in: `zip://a.png` and `::s3://bucket/b.zip`."""
    first, separator, container = url.partition("::")
    return first, separator + container


def _opened(url: str) -> tuple[Any, str]:
    """The file system that knows `url`, and the path on it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f'{url}: URLs need the extra "cloud"; pip install "digitocr[cloud]"') from error
    try:
        file_system, path = url_to_fs(url)
    except ImportError as error:  # it names the package
        raise UsageError(f"{url}: {error}") from error
    except ValueError as error:
        raise UsageError(f"{url}: no kind of URL that is known ({error})") from error
    return file_system, str(path)


def _text(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _remedy(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file; check the address"
        case PermissionError():
            return "check the rights and the credentials"
        case _:
            return "check the address, the network and the credentials"
