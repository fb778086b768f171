"""Documents out: CSV, JSON and JSON Lines, streamed, whole or not at all, the same bytes every time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from digitocr.records import Document

Format = Literal["csv", "json", "jsonl"]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What JSON says of the run: digitocr's version, the model's name, the options that matter."""

    version: str
    model: str
    options: Mapping[str, object] = field(default_factory=dict)


class Writer(Protocol):
    """Takes documents one at a time, in the order in which they shall come out."""

    def write(self, document: Document) -> None: ...


def format_for(path: Path | None, chosen: str | None) -> Format:
    """The format `chosen`, else the one that the suffix of `path` names, else CSV.

    Raises:
        UsageError: `chosen` or the suffix names no format.
    """
    raise NotImplementedError


@contextmanager
def open_writer(path: Path | None, form: Format, run: RunInfo, *, wide: bool = False) -> Iterator[Writer]:
    """A writer to `path`, or to standard output where it is None.

    The file appears when the block ends well, and not at all when an exception leaves it (Ctrl-C too).

    Raises:
        OutputError: the file cannot be written; the path, or what to do, is in the message.
        UsageError: `wide` is asked of a format other than CSV.
    """
    raise NotImplementedError
    yield
