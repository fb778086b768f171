"""How a batch is cut into tasks.

The cut depends on the inputs alone, never on the number of workers, so that what is classified together is
the same for any of them, to the last bit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from digitocr.io.page_range import ALL_PAGES, parse_page_range, select_pages
from digitocr.options import LoadOptions
from digitocr.records import PageFailure

# Small images are read together, because a batch through the classifier costs little more than one crop.
# A megabyte of files is about one scanned page: more would only make the workers finish unevenly.
GROUP_FILES = 16
GROUP_BYTES = 1 << 20
# Each chunk opens its file again: nothing for a PDF, a walk over the directories for a TIFF.
MAX_COUNTED_PAGES = 100_000
CHUNK_PAGES = {".pdf": 4, ".tif": 16, ".tiff": 16}


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of one input in one go.

    `data` are the input's bytes, or its path where that is not `source`. `pages` are the page numbers to
    read, 1-based; none means all that the options ask for. The input's last part is `last`. A `failure`
    stands for an input that could not be found.
    """

    source: str
    data: bytes | Path | None = None
    pages: tuple[int, ...] = ()
    last: bool = True
    failure: PageFailure | None = None

    @property
    def expected_pages(self) -> int:
        """How many pages will come of it, as far as is known before it is opened."""
        return max(1, len(self.pages))


Task = tuple[Part, ...]
Source = str | PageFailure | Part  # a path, what stands for an input that is not there, or any input


def plan(sources: Iterable[Source], options: LoadOptions, data: Mapping[str, bytes]) -> Iterator[Task]:
    """Cut inputs into tasks: several small files, one file, or some pages of a long one.

    `data` has the bytes of those sources that are no files. The parts of all tasks, one after the other,
    are the inputs in order.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    group: list[Part] = []
    group_bytes = 0
    for source in sources:
        parts = _parts(source, options, data)
        size = _file_bytes(parts[0])
        if group and (len(parts) > 1 or len(group) == GROUP_FILES or group_bytes + size > GROUP_BYTES):
            yield tuple(group)
            group, group_bytes = [], 0
        if len(parts) > 1:
            yield from ((part,) for part in parts)
        else:
            group += parts
            group_bytes += size
    if group:
        yield tuple(group)


def split(task: Task) -> list[Task]:
    """The same work in the smallest tasks there are: one file, or one page where pages are known."""
    parts: list[Part] = []
    for part in task:
        singles = [replace(part, pages=(page,), last=False) for page in part.pages] or [part]
        parts += [*singles[:-1], replace(singles[-1], last=part.last)]
    return [(part,) for part in parts]


def _parts(source: Source, options: LoadOptions, data: Mapping[str, bytes]) -> list[Part]:
    if isinstance(source, PageFailure):
        return [Part(source.source, failure=source)]
    part = source if isinstance(source, Part) else Part(source, data.get(source))
    if isinstance(part.data, bytes):
        return [part]
    path = _path(part)
    pages = _pages_to_read(path, options)
    if not pages:
        return [part]
    chunk = CHUNK_PAGES[path.suffix.lower()]
    starts = range(0, len(pages), chunk)
    return [replace(part, pages=pages[i : i + chunk], last=i == starts[-1]) for i in starts]


def _path(part: Part) -> Path:
    return part.data if isinstance(part.data, Path) else Path(part.source)


def _pages_to_read(path: Path, options: LoadOptions) -> tuple[int, ...]:
    """The pages of a PDF or TIFF; none where they cannot be known or are too many: loading tells why."""
    ranges = parse_page_range(options.pages) if options.pages else ALL_PAGES
    count = _page_count(path, options) if path.suffix.lower() in CHUNK_PAGES else 0
    pages = select_pages(ranges, count)
    return tuple(pages) if len(pages) <= options.max_pages else ()


def _page_count(path: Path, options: LoadOptions) -> int:
    try:
        if not path.is_file():  # opening a pipe would wait for ever
            return 0
        with path.open("rb") as stream:
            return (
                _pages_in_pdf(stream, options)
                if path.suffix.lower() == ".pdf"
                else _pages_in_tiff(stream, options)
            )
    except Exception:  # the decoders raise anything at all on hostile bytes
        return 0


def _pages_in_pdf(stream: IO[bytes], options: LoadOptions) -> int:
    from digitocr.io.pdf import PdfFile

    pdf = PdfFile(stream, options.pdf_dpi, options.max_megapixels)
    try:
        return pdf.pages
    finally:
        pdf.close()


def _pages_in_tiff(stream: IO[bytes], options: LoadOptions) -> int:
    from digitocr.io.raster import RasterFile

    # A range may ask for late pages of a long file, so `max_pages` is no bound here.
    return RasterFile(stream, "TIFF", options.max_megapixels, MAX_COUNTED_PAGES).pages


def _file_bytes(part: Part) -> int:
    if isinstance(part.data, bytes):
        return len(part.data)
    try:
        return _path(part).stat().st_size
    except (OSError, ValueError):
        return 0
