"""The pages of a TIFF, found by its chain of directories without decoding anything.

Pillow walks the chain from the start for every page that it is asked for, and reads all tags on the way: a
file of N pages costs N squared. Here the chain is walked once, and a page is opened by a header that points
at it.
"""

import io
import struct
from collections.abc import Mapping
from typing import IO

from digitocr.io.file_types import TIFF
from digitocr.io.raster import Picture, RasterFile
from digitocr.options import DropOut

_SUBFILE_TYPE_TAG = 254
_MAX_TAGS = 4096  # of a directory: TIFF/IT, the richest kind, has some hundred


class TiffFile:
    """An opened TIFF; `pages` counts its pages. Pages are decoded one at a time, on demand."""

    is_multipage = True

    def __init__(
        self,
        stream: IO[bytes],
        max_megapixels: float,
        limit: int,
        known: Mapping[int, int] | None = None,
        drop_out: DropOut | None = None,
    ) -> None:
        """Find the pages, `limit` at most; where `known` has the directories of some pages, those alone.

        They are seen as `LoadOptions.drop_out` says.

        Raises:
            struct.error: the header is damaged.
        """
        self._stream = stream
        self._max_megapixels, self._drop_out = max_megapixels, drop_out
        self.directories = () if known else tuple(page_directories(stream, limit))
        self._known = known or dict(enumerate(self.directories, 1))

    @property
    def pages(self) -> int:
        return len(self._known)

    def decode(self, number: int) -> Picture:
        """Page `number` (1-based).

        Raises:
            Exception: as `RasterFile` does.
        """
        stream = at_directory(self._stream, self._known[number])
        return RasterFile(stream, TIFF, self._max_megapixels, self._drop_out).decode()


def page_directories(stream: IO[bytes], limit: int) -> list[int]:
    """The offsets of the directories that are pages, `limit` at most; small copies of a page are none.

    A directory that is damaged counts as the last page: what follows it cannot be reached.
    """
    stream.seek(0)
    order, big = _header(stream.read(16))
    shape = _Shape(order, big)
    offset = shape.first(stream)
    pages: list[int] = []
    met: set[int] = set()
    while offset and offset not in met and len(pages) < limit and len(met) < limit * 4:
        met.add(offset)
        try:
            is_copy, following = shape.directory(stream, offset)
        except (struct.error, ValueError, OverflowError):
            return [*pages, offset]
        if not pages or not is_copy:
            pages.append(offset)
        offset = following
    return pages


def at_directory(stream: IO[bytes], offset: int) -> IO[bytes]:
    """The same file with another first directory, so that a decoder finds one page at once."""
    stream.seek(0)
    head = stream.read(16)
    order, big = _header(head)
    start, form = (8, "Q") if big else (4, "I")
    new = bytearray(head)
    struct.pack_into(order + form, new, start, offset)
    return io.BufferedReader(_Patched(stream, bytes(new)))


class _Patched(io.RawIOBase):
    """A file whose first bytes are others."""

    def __init__(self, stream: IO[bytes], head: bytes) -> None:
        self._stream = stream
        self._head = head
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            self._at = self._stream.seek(offset, whence)
        else:
            self._at = max(0, offset + (self._at if whence == io.SEEK_CUR else 0))
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if self._at < len(self._head):
            data = self._head[self._at : self._at + len(buffer)]
        else:
            self._stream.seek(self._at)
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Shape:
    """How directories are laid out: classic TIFF, or BigTIFF with its longer numbers."""

    def __init__(self, order: str, big: bool) -> None:
        self._start, self._next = (8, order + "Q") if big else (4, order + "I")
        self._count = order + ("Q" if big else "H")
        self._entry = order + ("HHQQ" if big else "HHII")
        self._order = order

    def first(self, stream: IO[bytes]) -> int:
        stream.seek(self._start)
        return self._read(stream, self._next)

    def directory(self, stream: IO[bytes], offset: int) -> tuple[bool, int]:
        """Whether a directory is a small copy of a page, and where the next one is; 0 for none.

        Raises:
            struct.error: it ends early.
            ValueError: it has more tags than any file has.
        """
        stream.seek(offset)
        count = self._read(stream, self._count)
        if count > _MAX_TAGS:
            raise ValueError(count)
        size = struct.calcsize(self._entry)
        entries = stream.read(count * size)
        is_copy = False
        for tag, _, _, value in struct.iter_unpack(self._entry, entries[: len(entries) // size * size]):
            if tag == _SUBFILE_TYPE_TAG:
                is_copy = bool(value & 1)
        return is_copy, self._read(stream, self._next)

    @staticmethod
    def _read(stream: IO[bytes], form: str) -> int:
        (number,) = struct.unpack(form, stream.read(struct.calcsize(form)))
        return int(number)


def _header(head: bytes) -> tuple[str, bool]:
    order = "<" if head.startswith(b"II") else ">"
    return order, 43 in head[2:4]
