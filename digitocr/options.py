"""What a caller may set, declared once, with units in the names. The command line takes its defaults here.

Standard library only: `digitocr --help` reads this, and NumPy takes longer to import than it may take.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Layout = Literal["auto", "page", "line", "digit"]
TextLayer = Literal["auto", "never"]
DropOut = Literal["red", "green", "blue"]
Engine = Literal["litert", "keras"]
SecondReaderName = Literal["rapidocr"]
LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How files become pages.

    `pages` selects pages of multi-page files, 1-based ("1,3-5", "2-"); None takes all.
    `pdf_dpi` is the resolution at which PDF pages are drawn. `max_megapixels` bounds a page before it
    is decoded; `max_pages` bounds the pages of one file, `max_megabytes` its bytes.
    `text_layer` says whether numbers that a PDF has as text are taken from it: `auto` where they lie on ink.
    With `drop_out` a page is seen in light of that colour alone: print of the colour is as light as paper.
    """

    pages: str | None = None
    pdf_dpi: int = 200
    max_megapixels: float = 120.0
    max_pages: int = 2000
    max_megabytes: float = 1000.0
    text_layer: TextLayer = "auto"
    drop_out: DropOut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How pages become readings.

    A reading whose confidence is under `min_confidence` (0..1) gets status `review`.
    `n_best` is how many alternatives a reading keeps. `format` names what numbers look like (`us-zip`,
    `luhn`, `nl.bsn`, `%d%m%Y`); of several a number has one. `pattern` is a regular expression that they
    match; other numbers are not read. With `templates`, files of forms, a page is read by the one that it
    is, by the formats of its fields, and one that is none of them fails; `layout` then says nothing.
    `second_reader` is asked about what may be accepted: where it reads the same the confidence rises, where
    it reads other digits the status is `review`.
    """

    layout: Layout = "auto"
    min_confidence: float = 0.9
    n_best: int = 5
    format: str | tuple[str, ...] = ()
    pattern: str | None = None
    templates: tuple[Path, ...] = ()
    second_reader: SecondReaderName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimits:
    """What a process that reads may take; 0 is no limit.

    A page that is not read in `page_timeout` seconds fails. `max_memory` bounds the process, in megabytes
    (on Linux).
    """

    page_timeout: float = 60.0
    max_memory: int = 4096


LOAD_DEFAULTS, READ_DEFAULTS, WORK_DEFAULTS = LoadOptions(), ReadOptions(), WorkLimits()
