"""Pictures in an archive, ZIP or TAR: each is a page, in the natural order of their names.

Nothing is unpacked to the disk, so that no name leads anywhere; what is unpacked in memory is bounded.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO

from natsort import natsorted, ns

from digitocr.errors import InputError
from digitocr.io.explain import explain
from digitocr.io.file_types import (
    ARCHIVE_SUFFIXES,
    HEAD_BYTES,
    INPUT_SUFFIXES,
    TIFF,
    ZIP,
    FileType,
    recognise,
)
from digitocr.io.raster import Picture, RasterFile
from digitocr.io.tiff import page_directories
from digitocr.options import LoadOptions

MAX_ENTRIES = 100_000  # of an archive, pictures or not
_OFFICE = ("[Content_Types].xml", "mimetype")  # first entries of documents that are ZIP archives within
_UNPACK = "unpack the archive and read its files"


class ArchiveFile:
    """An opened archive; `pages` counts its pictures. They are decoded one at a time, on demand."""

    is_multipage = True

    def __init__(self, stream: IO[bytes], file_type: FileType, options: LoadOptions) -> None:
        """List the pictures in `stream`; a ZIP or a TAR as `file_type` says.

        Raises:
            InputError: it is an office document, holds no picture, or more than is read of one file.
            Exception: whatever `zipfile` and `tarfile` raise on a damaged archive.
        """
        self._options = options
        self._archive = zipfile.ZipFile(stream) if file_type is ZIP else tarfile.TarFile(fileobj=stream)
        sizes = self._sizes()
        if any(name in sizes for name in _OFFICE):
            raise InputError("an office document; save it as PDF and read that")
        # The same on every machine, whatever order the archive was packed in.
        names = natsorted(sorted(filter(_is_page, sizes)), alg=ns.PATH | ns.IGNORECASE)
        unpacked = sum(sizes[name] for name in names) / 1e6
        if unpacked > options.max_megabytes:
            raise InputError(
                f"{unpacked:.0f} megabytes of pictures, unpacked, are more than the "
                f"{options.max_megabytes:g} that are read; make smaller archives or raise --max-megabytes"
            )
        if not names:
            raise InputError("an archive without a picture; name another file")
        self._names: list[str] = names
        self.pages = len(names)

    def decode(self, number: int) -> Picture:
        """Picture `number` (1-based).

        Raises:
            InputError: it cannot be read; its name in the archive is in the message.
        """
        name = self._names[number - 1]
        try:
            return self._decoded(self._read(name))
        except Exception as error:  # as everywhere, on hostile bytes
            raise InputError(f"{name}: {explain(error)}") from error

    def _decoded(self, data: bytes) -> Picture:
        file_type = recognise(data[:HEAD_BYTES])
        stream = io.BytesIO(data)
        is_one_tiff = file_type is TIFF and len(page_directories(stream, 2)) == 1
        if file_type.multipage and not is_one_tiff:
            raise InputError(f"not a picture of one page; {_UNPACK}")
        return RasterFile(stream, file_type, self._options.max_megapixels, self._options.drop_out).decode()

    def _sizes(self) -> Mapping[str, int]:
        """The size of each file by its name, as the archive tells it; the last of a name counts."""
        sizes: dict[str, int] = {}
        for n, (name, size) in enumerate(self._entries()):
            if n == MAX_ENTRIES:
                raise InputError(f"an archive of more than {MAX_ENTRIES} entries; make smaller ones")
            sizes[name] = size
        return sizes

    def _entries(self) -> Iterator[tuple[str, int]]:
        if isinstance(self._archive, zipfile.ZipFile):
            yield from ((entry.filename, entry.file_size) for entry in self._archive.infolist())
        else:
            yield from ((entry.name, entry.size) for entry in self._archive)

    def _read(self, name: str) -> bytes:
        """The bytes of a file, no more than the archive said that there are."""
        if isinstance(self._archive, tarfile.TarFile):
            entry = self._archive.getmember(name)
            stream = self._archive.extractfile(entry) if entry.isreg() else None
            if stream is None:
                raise InputError(f"a link or a device; {_UNPACK}")
            return stream.read(entry.size)
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise InputError(f"it has a password; {_UNPACK}")
        with self._archive.open(info) as stream:
            return stream.read(info.file_size)

    def close(self) -> None:
        """Free what is held."""
        self._archive.close()


def _is_page(name: str) -> bool:
    base = name.rpartition("/")[2]
    hidden = base.startswith(".") or name.startswith("__MACOSX/")
    return not hidden and base.lower().endswith((*INPUT_SUFFIXES, *ARCHIVE_SUFFIXES))
