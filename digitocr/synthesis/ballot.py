"""A count sheet, blank and filled: what a form is from its blank sheet to its photographs."""

from dataclasses import dataclass

import numpy as np

from digitocr.records import Box
from digitocr.synthesis.scenery import photographed
from digitocr.synthesis.sheet import BLACK, BLUE, GREY, Colour, RgbImage, Sheet
from digitocr.synthesis.strokes import CROSS, StrokeHand

BALLOT_WIDTH, BALLOT_HEIGHT = 1240, 1754  # A4 at 150 dots an inch
BALLOT_PAPER: Colour = (0.985, 0.985, 0.98)
BOX, STEP = Box(0, 0, 56, 72), 60
CORNER_MARK_PX = 30  # the side of the squares in the sheet's corners
BALLOT_DIGITS = 3
ROWS = ("On the roll", "By letter", "With a certificate", "All together")
ROW_NAMES, COLUMN_NAMES = ("roll", "letter", "certificate", "all"), ("women", "men", "together")
BALLOT_COLUMNS = (("Women", 500), ("Men", 740), ("Together", 980))
TOP, ROW_STEP = 640, 124
STATION, DAY = Box(500, 330, 556, 402), Box(500, 450, 556, 522)
PHOTOGRAPHS = (
    np.array([[158, 84], [1308, 150], [1404, 1806], [66, 1742]], np.float64),
    np.array([[96, 176], [1352, 70], [1330, 1716], [176, 1838]], np.float64),
)
PHOTOGRAPH = 1460, 1900


@dataclass(frozen=True, slots=True)
class Counts:
    """What one sheet says: the station, the day as DDMMYYYY, and counts (4, 3) that add up both ways."""

    station: str
    day: str
    counts: tuple[tuple[int, ...], ...]

    @property
    def by_name(self) -> dict[str, str]:
        """The numbers by the names of their fields."""
        counts = {
            f"{row}_{column}": str(count)
            for row, line in zip(ROW_NAMES, self.counts, strict=True)
            for column, count in zip(COLUMN_NAMES, line, strict=True)
        }
        return {"station": self.station, "day": self.day, **counts}


def random_counts(rng: np.random.Generator) -> Counts:
    """A station's counts: rows add up to the last, and the first two columns to the third."""
    parts = rng.integers((120, 110), (480, 440)), rng.integers(3, 40, 2), rng.integers(0, 10, 2)
    both = np.stack([*parts, sum(parts)])
    table = np.column_stack([both, both.sum(axis=1)])
    day = f"{rng.integers(1, 29):02}{rng.integers(1, 13):02}{rng.integers(2019, 2027)}"
    return Counts(f"{rng.integers(0, 10000):04}", day, tuple(tuple(map(int, row)) for row in table))


def blank_sheet(rng: np.random.Generator) -> Sheet:
    """The sheet as it is printed: square marks in its corners, rows of digit boxes with their captions."""
    sheet = Sheet(rng, BALLOT_WIDTH, BALLOT_HEIGHT, BALLOT_PAPER, grain=0)
    for x in (50, BALLOT_WIDTH - 50 - CORNER_MARK_PX):
        for y in (50, BALLOT_HEIGHT - 50 - CORNER_MARK_PX):
            sheet.stain(np.ones((CORNER_MARK_PX, CORNER_MARK_PX), np.float32), x, y, BLACK)
    sheet.label("Count of voters", 130, 170, 52)
    sheet.label("One digit in each box. Cross out the boxes that stay empty.", 130, 236, 26, GREY)
    for caption, first, count in (("Polling station", STATION, 4), ("Day", DAY, 8)):
        sheet.label(caption, 130, first.bottom - 20, 32)
        _boxes(sheet, first, count)
    for caption, left in BALLOT_COLUMNS:
        sheet.label(caption, left, TOP - 24, 28)
    for n, caption in enumerate(ROWS):
        sheet.label(caption, 130, TOP + ROW_STEP * n + 52, 32)
        for _, left in BALLOT_COLUMNS:
            _boxes(sheet, BOX.shifted(left, TOP + ROW_STEP * n), BALLOT_DIGITS)
    sheet.rule((130, 1360), (560, 1360), BLACK)
    sheet.label("Signature", 130, 1396, 24, GREY)
    return sheet


def filled_sheet(rng: np.random.Generator, counts: Counts) -> Sheet:
    """The sheet as one hand fills it in: unneeded boxes are crossed out."""
    sheet, hand = blank_sheet(rng), StrokeHand(rng, 46)
    sheet.write_in_boxes(hand, counts.station, STATION, STEP, BLUE)
    sheet.write_in_boxes(hand, counts.day, DAY, STEP, BLUE)
    for n, row in enumerate(counts.counts):
        for (_, left), count in zip(BALLOT_COLUMNS, row, strict=True):
            first = BOX.shifted(left, TOP + ROW_STEP * n)
            sheet.write_in_boxes(hand, str(count).rjust(BALLOT_DIGITS, CROSS), first, STEP, BLUE)
    return sheet


def photograph(rng: np.random.Generator, sheet: Sheet, view: int) -> RgbImage:
    """The sheet on a desk, seen by a phone from one of `PHOTOGRAPHS`."""
    return photographed(rng, sheet, *PHOTOGRAPH, PHOTOGRAPHS[view])[0]


def _boxes(sheet: Sheet, first: Box, count: int) -> None:
    for n in range(count):
        sheet.frame(first.shifted(STEP * n, 0), GREY, 2)
