"""Inputs that are not files of this machine as files: fetched ahead of their turn, removed after it."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from digitocr.batch.plan import Part, Source
from digitocr.errors import InputError
from digitocr.io.remote import download, is_url, suffix_of
from digitocr.records import PageFailure

# An object store answers in some 0.1 s: eight threads fetch more small scans a second than sixteen cores
# read. Large ones are bound by the network, whatever the number of threads.
THREADS = 8
FILES_AHEAD = 32  # files fetched, or being fetched, before the one whose turn it is


class Spool:
    """A folder for copies of inputs, to be used in a `with` block, whose end removes it."""

    def __init__(self, *, keep_bytes: bool = False) -> None:
        """Make nothing yet; with `keep_bytes` inputs that are bytes stay bytes, for use in this process."""
        self._keep_bytes = keep_bytes
        self._folder: TemporaryDirectory[str] | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._numbers = count()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        if self._folder:
            self._folder.cleanup()

    def local(self, sources: Iterable[Source]) -> Iterator[Source]:
        """The inputs in order: those at URLs and those that are bytes as files.

        One that cannot be fetched comes as a failure. No more than AHEAD are fetched before their turn.

        Raises:
            UsageError: what a URL needs is not installed.
        """
        waiting: deque[Source | Future[Part]] = deque()
        for source in sources:
            waiting.append(self._begun(source))
            if len(waiting) > FILES_AHEAD:
                yield _ended(waiting.popleft())
        while waiting:
            yield _ended(waiting.popleft())

    def remove(self, part: Part) -> None:
        """Remove the copy of an input, if it has one."""
        if self._folder and isinstance(part.data, Path) and part.data.parent == Path(self._folder.name):
            part.data.unlink(missing_ok=True)

    def _begun(self, source: Source) -> "Source | Future[Part]":
        if isinstance(source, Part) and isinstance(source.data, bytes) and not self._keep_bytes:
            path = self._new_file(source.source)
            path.write_bytes(source.data)
            return replace(source, data=path)
        if isinstance(source, str) and is_url(source):
            self._threads = self._threads or ThreadPoolExecutor(THREADS, "digitocr-fetch")
            return self._threads.submit(_fetched, source, self._new_file(source))
        return source

    def _new_file(self, name: str) -> Path:
        self._folder = self._folder or TemporaryDirectory(prefix="digitocr-", ignore_cleanup_errors=True)
        return Path(self._folder.name) / f"{next(self._numbers)}{suffix_of(name)[:8]}"


def _fetched(url: str, path: Path) -> Part:
    try:
        download(url, path)
    except InputError as error:
        path.unlink(missing_ok=True)
        return Part(url, failure=PageFailure(url, 0, str(error)))
    return Part(url, path)


def _ended(source: "Source | Future[Part]") -> Source:
    return source.result() if isinstance(source, Future) else source
