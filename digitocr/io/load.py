"""From a file, or its bytes, to gray pages.

What a file is, its first bytes say, not its suffix. Its size in pixels is read from the header and bounded
before anything is decoded.
"""

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from digitocr.errors import InputError
from digitocr.imaging.polarity import upright_polarity
from digitocr.io.page_range import ALL_PAGES, Ranges, parse_page_range, select_pages
from digitocr.io.raster import RasterFile
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page, PageFailure

_HEAD_BYTES = 1024  # a PDF may start with up to so much junk
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"BM", "BMP"),
)


class _File(Protocol):
    pages: int
    is_multipage: bool

    def decode(self, number: int) -> tuple[Gray, float | None]: ...


def load_pages(
    source: str, options: LoadOptions, data: bytes | Path | None = None
) -> Iterator[Page | PageFailure]:
    """Decode the pages of one file, one at a time, upright and with dark ink on a light ground.

    `source` names the file in the results; its bytes are `data` where given so (standard input, tests), else
    they are read from the file `data` or `source`. A page that cannot be read comes as a `PageFailure` in its
    place, a whole file that cannot be read as one `PageFailure` with page 0. At least one item always comes.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    ranges = parse_page_range(options.pages) if options.pages else ALL_PAGES
    try:
        with _opened(source, data) as stream, _recognised(stream, ranges, options) as file:
            numbers = _chosen_pages(file, ranges, options)
            for number in numbers:
                yield _load_page(source, file, number)
    except Exception as error:  # the decoders raise anything at all on hostile bytes
        yield PageFailure(source, 0, f"{source}: {_explained(error)}")


def page_numbers(source: str, options: LoadOptions, data: bytes | Path | None = None) -> tuple[int, ...]:
    """The pages of a file that `options` ask for; none where it has no pages, or loading tells why not.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    ranges = parse_page_range(options.pages) if options.pages else ALL_PAGES
    try:
        with _opened(source, data) as stream, _recognised(stream, ranges, options) as file:
            return tuple(_chosen_pages(file, ranges, options)) if file.is_multipage else ()
    except Exception:  # as above, and it will be met again
        return ()


def is_simple_picture(path: Path, data: bytes | Path | None = None) -> bool:
    """Whether a file, or its bytes, says that it is a picture of one page: no PDF and no TIFF."""
    try:
        with _opened(str(path), data) as stream:
            return _kind(stream.read(_HEAD_BYTES)) not in ("PDF", "TIFF")
    except Exception:  # loading tells why
        return True


def _load_page(source: str, file: _File, number: int) -> Page | PageFailure:
    try:
        gray, dpi = file.decode(number)
    except Exception as error:
        if not file.is_multipage:
            return PageFailure(source, 0, f"{source}: {_explained(error)}")
        return PageFailure(source, number, f"{source}, page {number}: {_explained(error)}")
    return Page(source, number, upright_polarity(gray), dpi)


@contextmanager
def _opened(source: str, data: bytes | Path | None) -> Iterator[IO[bytes]]:
    if isinstance(data, bytes):
        yield io.BytesIO(data)
        return
    path = data or Path(source)
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise InputError("a folder, where a file was expected; name the files in it or its path alone")
    if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
        raise InputError("not a regular file; pipe it in and name it - instead")
    with path.open("rb") as stream:
        yield stream


@contextmanager
def _recognised(stream: IO[bytes], ranges: Ranges, options: LoadOptions) -> Iterator[_File]:
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    kind = _kind(head)
    if kind == "PDF":
        from digitocr.io.pdf import PdfFile  # pdfium takes 30 ms to import

        pdf = PdfFile(stream, options.pdf_dpi, options.max_megapixels)
        try:
            yield pdf
        finally:
            pdf.close()
    else:
        # One page too many shows that there are too many; a range may ask for late pages of a long file.
        needed = max(high or options.max_pages + 1 for _, high in ranges)
        yield RasterFile(stream, kind, options.max_megapixels, needed)


def _kind(head: bytes) -> str:
    """The format that the first bytes of a file announce.

    Raises:
        InputError: none that is read.
    """
    if not head:
        raise InputError("the file is empty (0 bytes); copy or scan it again")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if b"%PDF-" in head:
        return "PDF"
    raise InputError(
        "not an image that can be read; PNG, JPEG, TIFF, BMP, WebP or PDF was expected: convert it to one"
    )


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


def _explained(error: Exception) -> str:
    """What happened and what to do about it, in the user's words."""
    match error:
        case InputError():
            return str(error)
        case FileNotFoundError():
            return "no such file; check the path"
        case PermissionError():
            return "the file may not be read; check its rights"
        case MemoryError():
            return "not enough memory for this page; lower --max-megapixels or scan at a lower resolution"
        case OSError(errno=int()):
            return f"the file cannot be read ({error.strerror}); check the disk, or copy it again"
        case _:
            return f"truncated or damaged ({' '.join(str(error).split())[:120]}); copy or scan it again"
