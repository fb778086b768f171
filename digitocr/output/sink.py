"""Where output goes: a file or a URL, whole or not at all, or standard output."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from digitocr.atomic_write import atomic_write
from digitocr.errors import OutputError
from digitocr.io.remote import check_url, is_url, suffix_of, upload


class Sink:
    """Text into a byte stream: UTF-8, newlines as they are, an OSError as an OutputError."""

    def __init__(self, stream: IO[bytes], name: str, *, eager: bool) -> None:
        self._stream = stream
        self._name = name
        self._eager = eager
        self.row_end = "\n" if eager else "\r\n"

    def write(self, text: str) -> None:
        self.write_bytes(text.encode("utf-8", "backslashreplace"))

    def write_bytes(self, data: bytes) -> None:
        with _reported(self._name):
            self._stream.write(data)

    def end_document(self) -> None:
        """Let a reader at the other end of a pipe have what there is."""
        if self._eager:
            with _reported(self._name):
                self._stream.flush()


@contextmanager
def open_sink(path: str | PathLike[str] | None) -> Iterator[Sink]:
    """A sink to `path`, a path or URL, or to standard output where it is None.

    The file appears when the block ends well, and not at all when an exception leaves it.

    Raises:
        OutputError: the file cannot be written; the path, or what to do, is in the message.
        UsageError: what the URL needs is not installed.
    """
    if path is None:
        yield from _to_standard_output()
    elif is_url(fspath(path)):
        yield from _to_url(fspath(path))
    else:
        yield from _to_file(Path(path))


def _to_url(url: str) -> Iterator[Sink]:
    check_url(url)  # before hours of reading
    with TemporaryDirectory(prefix="digitocr-") as folder:
        local = Path(folder) / f"output{suffix_of(url)}"
        yield from _to_file(local)
        upload(local, url)


def _to_file(path: Path) -> Iterator[Sink]:
    name = str(path)
    target = Path(os.path.realpath(path))  # a link stays a link
    with _reported(name):
        folder, special = target.is_dir(), target.exists() and not target.is_file()
    if folder:
        raise OutputError(f"{name}: a folder, where an output file was expected; add a file name")
    if special:  # /dev/null or a pipe must not be replaced by a file
        with _reported(name):
            stream = target.open("wb")
        yield from _through(stream, name)
        return
    with atomic_write(target, _reported(name)) as temporary:
        with _reported(name):
            stream = temporary.open("wb")
        yield from _through(stream, name)


def _through(stream: IO[bytes], name: str) -> Iterator[Sink]:
    try:
        yield Sink(stream, name, eager=False)
        with _reported(name):
            stream.close()
    finally:
        with suppress(OSError):  # a full disk fails again here, and is told already
            stream.close()


def _to_standard_output() -> Iterator[Sink]:
    name = "standard output"
    try:
        yield Sink(sys.stdout.buffer, name, eager=True)
        with _reported(name):
            sys.stdout.buffer.flush()
    except OutputError:
        # What is still buffered would fail again, loudly, when the interpreter ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _reported(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{name}: cannot be written ({error.strerror}); {_remedy(error)}") from error


def _remedy(error: OSError) -> str:
    match error:
        case BrokenPipeError():
            return "the program that read it has ended"
        case FileNotFoundError() | NotADirectoryError():
            return "create the folder first, or name another"
        case PermissionError():
            return "check the rights of the folder, or name another"
        case _:
            return "check the disk and the name"


def write_file(path: Path, data: bytes) -> None:
    """Write a whole file; errors as in `open_sink`."""
    with open_sink(path) as sink:
        sink.write_bytes(data)
