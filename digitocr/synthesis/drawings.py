"""The sample pages, each a function from a random generator to pages with their numbers in reading order."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digitocr.records import Box, Gray
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.print import PrintHand, installed_fonts
from digitocr.synthesis.scenery import photographed, postmark, stick_stamp
from digitocr.synthesis.sheet import BLACK, BLUE, GREY, WHITE, Colour, PlacedNumbers, RgbImage, Sheet
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

CREAM: Colour = (0.955, 0.93, 0.85)
KRAFT: Colour = (0.79, 0.66, 0.48)
RED: Colour = (0.75, 0.25, 0.2)
LOOSE = Spacing(gap=0.17, gap_spread=0.05, wobble=0.03, size_spread=0.04)

SAINTS = ("Anne", "Bride", "Clare", "David", "Edith", "Faith", "Giles", "Helen", "Ives")

Random = np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class SamplePage:
    """One page: a picture (H, W, 3) or (H, W) uint8, and its numbers in reading order with their boxes."""

    picture: RgbImage | Gray
    numbers: PlacedNumbers


def digits(rng: Random, count: int) -> str:
    """A random number of `count` digits that does not begin with 0.

    Drawings give it a generator of its own, so that the truth depends neither on fonts nor on hands.
    """
    return str(rng.integers(1, 10)) + "".join(str(d) for d in rng.integers(0, 10, count - 1))


def envelope_white(rng: Random) -> list[SamplePage]:
    """A white envelope: a postal code by pen under a printed address."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 1180, 640, WHITE)
    for n, line in enumerate(("The Harbour Museum", "Friends' Office", "Ferry Lane, Northwick")):
        sheet.label(line, 48, 70 + 34 * n, 25)
    stick_stamp(sheet, 1020, 44, (0.55, 0.76, 0.87), (0.3, 0.55, 0.37))
    postmark(sheet, 985, 120)
    for n, line in enumerate(("Ms Ingrid Vasquez", "Lighthouse Road", "Westhaven")):
        sheet.label(line, 610, 350 + 48 * n, 36)
    sheet.write(StrokeHand(rng, 66), digits(figures, 5), (612, 548), 66, colour=BLUE, spacing=LOOSE)
    return [SamplePage(sheet.scanned(), sheet.numbers)]


def envelope_kraft(rng: Random) -> list[SamplePage]:
    """A brown envelope: one digit in each of six printed boxes, apart from each other."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 1180, 640, KRAFT, grain=0.035)
    stick_stamp(sheet, 1020, 44, (0.95, 0.72, 0.5), (0.45, 0.3, 0.5))
    postmark(sheet, 985, 120)
    sticker = np.ones((190, 520), np.float32)
    sheet.stain(sticker, 93, 224, (0.8, 0.8, 0.8))
    sheet.cover(sticker, 90, 220, (0.97, 0.97, 0.96))
    for n, line in enumerate(("Mr Tomas Lindqvist", "Orchard Nursery", "Mill Street, Eastbrook")):
        sheet.label(line, 116, 276 + 48 * n, 34)
    first = Box(660, 486, 724, 564)
    for n in range(6):
        sheet.frame(first.shifted(78 * n, 0), RED, 2.5)
    sheet.write_in_boxes(StrokeHand(rng, 54), digits(figures, 6), first, 78, BLACK)
    return [SamplePage(sheet.scanned(), sheet.numbers)]


def form(rng: Random) -> list[SamplePage]:
    """A form, scanned: rows of digit boxes, some joined and some apart."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 1000, 1240, (0.985, 0.985, 0.985), grain=0)
    sheet.stain(np.ones((84, 880), np.float32), 60, 60, (0.2, 0.3, 0.42))
    sheet.label("Membership renewal", 84, 116, 40, WHITE)
    sheet.label("Please write one digit in each box.", 84, 220, 26, GREY)
    hand = StrokeHand(rng, 44)
    lines = (
        ("Member number", 8, 58),
        ("Postal code", 5, 72),
        ("Telephone", 9, 58),
        ("Year of joining", 4, 72),
        ("Meter reading", 6, 58),
        ("Books on loan", 2, 72),
        ("Amount paid", 5, 58),
    )
    for n, (name, count, step) in enumerate(lines):
        top = 290 + 122 * n
        sheet.label(name, 84, top + 44, 30)
        first = Box(400, top, 458, top + 66)
        for m in range(count):
            sheet.frame(first.shifted(step * m, 0), GREY, 2)
        text = str(figures.integers(1960, 2025)) if name.startswith("Year") else digits(figures, count)
        sheet.write_in_boxes(hand, text, first, step, BLUE)
    sheet.rule((84, 1180), (470, 1180), BLACK)
    sheet.label("Signature", 84, 1212, 22, GREY)
    return [SamplePage(sheet.scanned(), sheet.numbers)]


def amounts(rng: Random) -> list[SamplePage]:
    """A column of amounts on ruled paper, with separators, and their sum under a line."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 820, 1000, CREAM)
    names = (
        "Flour",
        "Salt and sugar",
        "Lamp oil",
        "Carter",
        "Candles",
        "Rope",
        "Nails",
        "Seed corn",
        "Repairs",
    )
    for n in range(14):
        sheet.rule((0, 122 + 66 * n), (820, 122 + 66 * n), (0.62, 0.72, 0.82), 1.5)
    for x in (90, 500):
        sheet.rule((x, 0), (x, 1000), (0.87, 0.55, 0.52), 2)
    sheet.label("Household account", 110, 104, 38)
    hand = StrokeHand(rng, 40)
    entries = [int(figures.integers(12, 3200)) for _ in names]
    for n, (name, entry) in enumerate(zip(names, entries, strict=True)):
        base = 252 + 66 * n
        sheet.label(name, 110, base - 9, 30, GREY)
        sheet.write(hand, f"{entry:,}".replace(",", "."), (770, base - 8), 40, spacing=LOOSE, to_right=True)
    sheet.rule((520, 794), (790, 792), BLACK, 3)
    total = f"{sum(entries):,}".replace(",", ".")
    sheet.write(hand, total, (770, 846), 42, spacing=LOOSE, to_right=True)
    return [SamplePage(sheet.scanned(), sheet.numbers)]


def photo(rng: Random) -> list[SamplePage]:
    """A sheet on a desk, photographed at an angle in the shadow of the phone."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 800, 980, (0.86, 0.85, 0.81))
    sheet.label("Water meters, east wing", 70, 110, 40)
    hand = StrokeHand(rng, 58)
    for n in range(7):
        base = 230 + 108 * n
        sheet.rule((70, base + 14), (730, base + 14), (0.6, 0.66, 0.7), 2)
        text = digits(figures, int(figures.integers(5, 8)))
        sheet.write(hand, text, (300 + int(rng.integers(-20, 20)), base), 58, colour=BLUE, spacing=LOOSE)
        sheet.label("Flat " + "ABCDEFG"[n], 80, base - 4, 32, GREY)
    corners = np.array([[196, 92], [985, 150], [1050, 1330], [84, 1262]], np.float64)
    return [SamplePage(*photographed(rng, sheet, 1140, 1420, corners))]


def printed(rng: Random) -> list[SamplePage]:
    """Printed numbers in several fonts."""
    figures = rng.spawn(1)[0]
    sheet = Sheet(rng, 900, 760, (0.98, 0.98, 0.98), grain=0)
    sheet.label("Delivery note", 60, 90, 44)
    fonts = installed_fonts()
    names = (
        "Crates received",
        "Crates returned",
        "Net weight",
        "Order",
        "Vehicle",
        "Seal",
        "Container",
        "Docket",
    )
    for n, name in enumerate(names):
        base = 172 + 68 * n
        sheet.label(name, 60, base, 28, GREY)
        sheet.rule((60, base + 20), (840, base + 20), (0.75, 0.75, 0.75), 1.5)
        hand = PrintHand(rng, 30, fonts)
        text = digits(figures, int(figures.integers(3, 9)))
        evenly = Spacing(gap=0.16, gap_spread=0, wobble=0, size_spread=0)
        sheet.write(hand, text, (820, base), 30, spacing=evenly, to_right=True)
    return [SamplePage(sheet.scanned(), sheet.numbers)]


def slips(rng: Random) -> list[SamplePage]:
    """Three slips of one to three counts each."""
    figures = rng.spawn(1)[0]
    pages = []
    for count in (1, 3, 2):
        sheet = Sheet(rng, 900, 150 + 110 * count, (0.98, 0.98, 0.98), grain=0)
        sheet.label("Counted ballots", 50, 84, 40)
        hand = StrokeHand(rng, 60)
        for n in range(count):
            base = 190 + 110 * n
            sheet.rule((420, base + 12), (840, base + 12), BLACK, 2)
            sheet.label(f"List {'ABC'[n]}", 50, base, 32)
            sheet.write(hand, digits(figures, int(figures.integers(2, 6))), (470, base), 60, spacing=LOOSE)
        pages.append(SamplePage(sheet.scanned(), sheet.numbers))
    return pages


def register(rng: Random) -> list[SamplePage]:
    """Two pages of a ruled register."""
    figures = rng.spawn(1)[0]
    pages = []
    for parish, count in (("Northwick", 9), ("Westhaven", 7)):
        sheet = Sheet(rng, 1160, 1640, CREAM)
        sheet.label(f"Register of households, {parish}", 90, 150, 46)
        hand = StrokeHand(rng, 62)
        left, middle, right, top = 90, 640, 1070, 230
        for n in range(count + 1):
            sheet.rule((left, top + 140 * n), (right, top + 140 * n), BLACK, 2)
        for x in (left, middle, right):
            sheet.rule((x, top), (x, top + 140 * count), BLACK, 2)
        for n in range(count):
            base = top + 100 + 140 * n
            sheet.label(f"Ward of Saint {SAINTS[n]}", 120, base, 38)
            sheet.write(hand, digits(figures, int(figures.integers(1, 6))), (740, base), 62, spacing=LOOSE)
        pages.append(SamplePage(sheet.scanned(), sheet.numbers))
    return pages


def line(rng: Random) -> list[SamplePage]:
    """One number on cheque paper, cut out small."""
    figures = rng.spawn(1)[0]
    written = write_number(
        rng, StrokeHand(rng, 40), f"{digits(figures, 2)}.{digits(figures, 3)}", 40, LOOSE, margin_px=9
    )
    picture = put_on_paper(rng, written.ink, 40, "cheque")
    text = "".join(c for c in written.text if c.isdigit())
    return [SamplePage(picture, [(text, Box(9, 9, picture.shape[1] - 9, picture.shape[0] - 9))])]


def digit(rng: Random) -> list[SamplePage]:
    """One digit, cut out small."""
    figures = rng.spawn(1)[0]
    written = write_number(rng, StrokeHand(rng, 36), str(figures.integers(0, 10)), 36, margin_px=8)
    picture = put_on_paper(rng, written.ink, 36, "photo")
    return [SamplePage(picture, [(written.text, Box(8, 8, picture.shape[1] - 8, picture.shape[0] - 8))])]


PAGES: dict[str, Callable[[Random], list[SamplePage]]] = {
    "envelope-white.jpg": envelope_white,
    "envelope-kraft.jpg": envelope_kraft,
    "form.png": form,
    "amounts.jpg": amounts,
    "photo.jpg": photo,
    "printed.png": printed,
    "slips.tif": slips,
    "register.pdf": register,
    "line.png": line,
    "digit.png": digit,
}
