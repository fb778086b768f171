"""How a batch is cut into tasks.

The cut depends on the inputs alone, never on the number of workers, so that what is classified together is
the same for any of them, to the last bit. Here nothing of a file but its size is looked at: how many pages
it has, the process finds out that reads it, and answers with the parts to read in its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from digitocr.io.file_types import MULTIPAGE_SUFFIXES, PDF
from digitocr.io.load import Chosen
from digitocr.io.remote import suffix_of
from digitocr.records import PageFailure

# Small images are read together, because a batch through the classifier costs little more than one crop.
# A megabyte of files is about one scanned page: more would only make the workers finish unevenly.
GROUP_FILES = 16
GROUP_BYTES = 1 << 20
CHUNK_PAGES = 4  # of a long file: some seconds of work, and to open the file again costs nothing beside it


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of one input in one go.

    `data` are the input's bytes, or the file that has them, where that is not `source`. `pages` are the page
    numbers to read, 1-based; none means all that the options ask for, and then `chunk` is how many of a
    longer file are read in one go; `directories` are where a TIFF has those pages. The input's last part is
    `last`. A `failure` stands for an input that could not be found.
    """

    source: str
    data: bytes | Path | None = None
    pages: tuple[int, ...] = ()
    directories: tuple[int, ...] = ()
    chunk: int = CHUNK_PAGES
    last: bool = True
    failure: PageFailure | None = None

    @property
    def expected_pages(self) -> int:
        """How many pages will come of it, as far as is known before it is opened."""
        return max(1, len(self.pages))


@dataclass(frozen=True, slots=True)
class Cut:
    """The answer to a part that has more pages than are read in one go: the parts to read in its place."""

    parts: tuple[Part, ...]


Task = tuple[Part, ...]
Source = str | PageFailure | Part  # a path, what stands for an input that is not there, or any input


def plan(sources: Iterable[Source]) -> Iterator[Task]:
    """Cut inputs into tasks: several small files, or one.

    The parts of all tasks, one after the other, are the inputs in order.
    """
    group: list[Part] = []
    group_bytes = 0
    for source in sources:
        part = part_of(source)
        size = _file_bytes(part)
        alone = _suffix(part) in PDF.suffixes  # PDFs come long, and with surprises
        if group and (alone or len(group) == GROUP_FILES or group_bytes + size > GROUP_BYTES):
            yield tuple(group)
            group, group_bytes = [], 0
        if alone:
            yield (part,)
        else:
            group.append(part)
            group_bytes += size
    if group:
        yield tuple(group)


def part_of(source: Source) -> Part:
    """An input as the part that is all of it."""
    if isinstance(source, PageFailure):
        return Part(source.source, failure=source)
    return source if isinstance(source, Part) else Part(source)


def cut(part: Part, chosen: Chosen) -> Cut:
    """A part cut so that the pages `chosen` of it are read `part.chunk` at a time."""
    starts = range(0, len(chosen.numbers), part.chunk)
    return Cut(
        tuple(
            replace(
                part,
                pages=chosen.numbers[start : start + part.chunk],
                directories=chosen.directories[start : start + part.chunk],
                last=part.last and start == starts[-1],
            )
            for start in starts
        )
    )


def split(task: Task) -> list[Task]:
    """The same work in the smallest tasks there are: one file, or one page where the file has several.

    One task alone, the same, where it cannot be split.
    """
    if len(task) > 1:
        return [(part,) for part in task]
    (part,) = task
    single = replace(part, chunk=1)
    if part.pages:
        return [(page,) for page in cut(single, Chosen(part.pages, part.directories)).parts]
    return [(single,)] if _suffix(part) in MULTIPAGE_SUFFIXES else [task]


def _suffix(part: Part) -> str:
    return suffix_of(str(part.data) if isinstance(part.data, Path) else part.source)


def _file_bytes(part: Part) -> int:
    if isinstance(part.data, bytes):
        return len(part.data)
    try:
        return 0 if part.failure else Path(part.data or part.source).stat().st_size
    except (OSError, ValueError):
        return 0
