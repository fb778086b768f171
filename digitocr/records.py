"""What flows between the stages: frozen records that import numpy and the standard library only.

Every box is in pixels of the page as given. An array inside a record is never written into after the
record is made.
"""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from digitocr.boxes import Box as Box  # noqa: PLC0414, records are made of boxes
from digitocr.options import LOAD_DEFAULTS, Layout
from digitocr.reasons import Origin, ReasonCode, SettledBy

if TYPE_CHECKING:
    from pandas import DataFrame
    from PIL.Image import Image

Gray = NDArray[np.uint8]
Status = Literal["accept", "review", "blank", "error"]
CONFIDENCE_DECIMALS = 4  # the last bits of a float depend on machine and batch size; four decimals do not


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page as decoded: `gray` is (H, W) uint8 with the page upright and 0 black; `number` is 1-based.

    `dpi` is the resolution the file claims, or None. `stretch` (x, y) is how many times wider and higher
    `gray` is than the page as given: 1 but where the page's pixels are not square. `numbers` are those that
    the file has as text.
    """

    source: str
    number: int
    gray: Gray
    dpi: float | None = None
    stretch: tuple[float, float] = (1.0, 1.0)
    numbers: "tuple[WrittenNumber, ...]" = ()


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number that a file has as text, where it is drawn: `field` names the field of a form that it fills.

    It is not `visible` where an OCR program put it over a scan.
    """

    written: str
    box: Box
    origin: Origin
    field: str = ""
    visible: bool = True

    @property
    def text(self) -> str:
        """Its digits."""
        return "".join(character for character in self.written if character.isdigit())


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit of a reading: its text, its share of the probability (0..1) and where it stands."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """One number read from one place on a page.

    `confidence` is the probability (0..1) that `text` is wholly right; `alternatives` are
    (text, probability) pairs, most probable first, `text` itself included. `reason` says why the
    status is not `accept`, or which rule changed the text, and is empty otherwise; `reason_code` says the
    same to programs. `raw` is what would have been read without the format or the rule that changed it,
    and empty where nothing did. `written` is the number as it stands there, with its separators and signs;
    its digits are those of `text`. `settled_by` says who confirmed or corrected the text, and is empty where
    nobody did; `machine` is then the reading as it was before. `origin` is where it was read: from the ink,
    or the text that a PDF has. `field_box` is all of the form's field in which the number stands, and `cells`
    are the field's boxes for a digit each, in reading order. `probability` is that of `text` by the networks,
    not calibrated: reading chooses by it where a page can be read in several ways. No output has it.
    """

    field: str
    row: int
    box: Box
    text: str
    status: Status
    confidence: float
    reason: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()
    digits: tuple[Digit, ...] = ()
    raw: str = ""
    written: str = ""
    reason_code: ReasonCode = ""
    settled_by: SettledBy = ""
    machine: "Reading | None" = None
    origin: Origin = "ink"
    field_box: Box | None = None
    cells: tuple[Box, ...] = ()
    probability: float = dataclasses.field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class PageResult:
    """All readings of one page, in reading order. `rotation` is in degrees counter-clockwise.

    `crops` are the pictures of the readings (JPEG) where they were asked for, else empty. `overlay_error`
    says why the page's overlay could not be drawn, where one was asked for.
    """

    source: str
    page: int
    width: int
    height: int
    layout: Layout
    readings: tuple[Reading, ...]
    rotation: float = 0.0
    template: str | None = None
    crops: tuple[bytes, ...] = ()
    overlay_error: str = ""


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page (or, with `page` 0, a whole file) that could not be read, and why.

    `error` says it with the remedy, `reason` in a word or two, or not at all, `reason_code` to programs.
    """

    source: str
    page: int
    error: str
    reason: str = ""
    reason_code: ReasonCode = "unreadable_file"


class Row(TypedDict):
    """A row of the table, its columns in order: one reading, or a page or file that could not be read.

    A row of a failure has None for what it lacks of `row`, `confidence` and the box; texts are "" there.
    `alternatives` are `text=probability`, joined by `;`.
    """

    source: str
    page: int
    field: str
    row: int | None
    text: str
    status: Status
    confidence: float | None
    reason: str
    left: int | None
    top: int | None
    right: int | None
    bottom: int | None
    alternatives: str
    error: str
    raw: str
    written: str
    reason_code: ReasonCode
    settled_by: SettledBy


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that came of one input file, pages in order."""

    source: str
    pages: tuple[PageResult | PageFailure, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of all pages that could be read, in order."""
        return tuple(r for page in self.pages if isinstance(page, PageResult) for r in page.readings)

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbers as text, in reading order, blank ones left out."""
        return tuple(reading.text for reading in self.readings if reading.text)

    @property
    def failures(self) -> tuple[PageFailure, ...]:
        return tuple(page for page in self.pages if isinstance(page, PageFailure))

    def rows(self) -> list[Row]:
        """The document's rows of the table that `digitocr read` writes, numbers as numbers.

        A page on which no number was found has none.
        """
        from digitocr.output.reading_rows import failure_row, reading_row

        rows: list[Row] = []
        for page in self.pages:
            if isinstance(page, PageFailure):
                rows.append(failure_row(page))
            else:
                rows += [reading_row(page, reading) for reading in page.readings]
        return rows

    def to_frame(self) -> "DataFrame":
        """The readings as a pandas data frame with the columns of the CSV, all of them text.

        Raises:
            UsageError: pandas is not installed.
        """
        from digitocr.output.notebook import data_frame  # for people: nothing that reads needs it

        return data_frame(self)

    def draw(
        self, page: int = 1, *, gray: Gray | None = None, pdf_dpi: int = LOAD_DEFAULTS.pdf_dpi
    ) -> "Image":
        """A page with its readings drawn on it, as a Pillow image.

        Args:
            page: The number of the page, from 1.
            gray: (H, W) uint8, the page that was read; None loads it from `source`.
            pdf_dpi: The resolution at which a PDF was read.

        Raises:
            InputError: the page was not read, or its image cannot be loaded or has another size.
        """
        from digitocr.output.notebook import drawn

        return drawn(self, page, gray, pdf_dpi)

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        from digitocr.output.notebook import html_table

        return html_table(self)
