"""From a file, or its bytes, to gray pages.

What a file is, its first bytes say, not its suffix. Its size in bytes is bounded before it is opened, its
size in pixels, which the header tells, before anything is decoded.
"""

import io
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from digitocr.errors import InputError
from digitocr.imaging.polarity import upright_polarity
from digitocr.io.explain import explain
from digitocr.io.file_types import HEAD_BYTES, PDF, TAR, TIFF, ZIP, recognise
from digitocr.io.page_range import ALL_PAGES, Ranges, parse_page_range, select_pages
from digitocr.io.raster import Picture, RasterFile
from digitocr.io.tiff import TiffFile
from digitocr.options import LoadOptions
from digitocr.records import Page, PageFailure


class _File(Protocol):
    is_multipage: bool

    @property
    def pages(self) -> int: ...

    def decode(self, number: int) -> Picture: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """Pages of a file that has been looked at: their numbers, and where a TIFF has their directories."""

    numbers: tuple[int, ...]
    directories: tuple[int, ...] = ()


def load_pages(
    source: str, options: LoadOptions, data: bytes | Path | None = None, chosen: Chosen | None = None
) -> Iterator[Page | PageFailure]:
    """Decode the pages of one file, one at a time, upright and with dark ink on a light ground.

    A page that cannot be read comes as a `PageFailure` in its place, a whole file that cannot be read as one
    `PageFailure` with page 0. At least one item always comes.

    Args:
        source: names the file in the results.
        options: which pages, and how large they may be.
        data: the file's bytes (standard input, tests), or the file that has them where `source` is none.
        chosen: which of the pages, as `choose_pages` found them.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    ranges = _ranges(options)
    try:
        with _opened(source, options, data) as stream, _recognised(stream, ranges, options, chosen) as file:
            numbers = list(chosen.numbers) if chosen else _chosen_pages(file, ranges, options)
            if chosen and not chosen.directories:  # the file may have changed since
                numbers = [number for number in numbers if number <= file.pages]
            for number in numbers:
                yield _load_page(source, file, number)
    except Exception as error:  # the decoders raise anything at all on hostile bytes
        yield PageFailure(source, 0, f"{source}: {explain(error)}")


def choose_pages(source: str, options: LoadOptions, data: bytes | Path | None = None) -> Chosen:
    """The pages of a file that `options` ask for; none where it has no pages, or loading tells why not.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    ranges = _ranges(options)
    try:
        with _opened(source, options, data) as stream, _recognised(stream, ranges, options, None) as file:
            if not file.is_multipage:
                return Chosen(())
            numbers = tuple(_chosen_pages(file, ranges, options))
            directories = (
                tuple(file.directories[n - 1] for n in numbers) if isinstance(file, TiffFile) else ()
            )
            return Chosen(numbers, directories)
    except Exception:  # as above, and it will be met again
        return Chosen(())


def is_simple_picture(path: Path, data: bytes | Path | None = None) -> bool:
    """Whether a file, or its bytes, says that it is a picture of one page, no PDF, TIFF or archive."""
    try:
        with _opened(str(path), LoadOptions(), data) as stream:
            return not recognise(stream.read(HEAD_BYTES)).multipage
    except Exception:  # loading tells why
        return True


def _load_page(source: str, file: _File, number: int) -> Page | PageFailure:
    try:
        picture = file.decode(number)
    except Exception as error:
        if not file.is_multipage:
            return PageFailure(source, 0, f"{source}: {explain(error)}")
        return PageFailure(source, number, f"{source}, page {number}: {explain(error)}")
    gray = upright_polarity(picture.gray)
    return Page(source, number, gray, picture.dpi, picture.stretch, picture.numbers)


def _ranges(options: LoadOptions) -> Ranges:
    return parse_page_range(options.pages) if options.pages else ALL_PAGES


@contextmanager
def _opened(source: str, options: LoadOptions, data: bytes | Path | None) -> Iterator[IO[bytes]]:
    if isinstance(data, bytes):
        _check_bytes(len(data), options)
        yield io.BytesIO(data)
        return
    path = data or Path(source)
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputError("a folder, where a file was expected; name the files in it or its path alone")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise InputError("not a regular file; pipe it in and name it - instead")
    _check_bytes(status.st_size, options)
    with path.open("rb") as stream:
        yield stream


def _check_bytes(count: int, options: LoadOptions) -> None:
    if count > options.max_megabytes * 1e6:
        raise InputError(
            f"{count / 1e6:.0f} megabytes are more than the {options.max_megabytes:g} that are read; cut it "
            "into smaller files or raise --max-megabytes"
        )


@contextmanager
def _recognised(
    stream: IO[bytes], ranges: Ranges, options: LoadOptions, chosen: Chosen | None
) -> Iterator[_File]:
    file_type = recognise(stream.read(HEAD_BYTES))
    stream.seek(0)
    if file_type is PDF:
        from digitocr.io.pdf import PdfFile  # pdfium takes 30 ms to import

        pdf = PdfFile(stream, options)
        try:
            yield pdf
        finally:
            pdf.close()
    elif file_type in (ZIP, TAR):
        from digitocr.io.archive import ArchiveFile  # few read archives

        with closing(ArchiveFile(stream, file_type, options)) as archive:
            yield archive
    elif file_type is TIFF:
        # One page too many shows that there are too many; a range may ask for late pages of a long file.
        needed = max(high or options.max_pages + 1 for _, high in ranges)
        known = (
            dict(zip(chosen.numbers, chosen.directories, strict=True))
            if chosen and chosen.directories
            else None
        )
        yield TiffFile(stream, options.max_megapixels, needed, known, options.drop_out)
    else:
        yield RasterFile(stream, file_type, options.max_megapixels, options.drop_out)


def _chosen_pages(file: _File, ranges: Ranges, options: LoadOptions) -> list[int]:
    if not file.is_multipage:
        return [1]
    numbers = select_pages(ranges, file.pages)
    if len(numbers) > options.max_pages:
        raise InputError(
            f"more than {options.max_pages} pages; choose some with --pages or raise --max-pages"
        )
    if not numbers and file.pages:
        raise InputError(f"none of its {file.pages} pages is in the range {options.pages}; change --pages")
    if not numbers:
        raise InputError("it has no pages; save or scan it again")
    return numbers
