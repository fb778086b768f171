"""Forms drawn for tests: their blank sheets, templates of them, sheets filled by drawn hands, photographs."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.forms.template.template import Field, Template
from digitocr.records import Box
from digitocr.synthesis.scenery import photographed
from digitocr.synthesis.sheet import BLACK, BLUE, GREY, WHITE, Sheet
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing

PALE = (0.78, 0.78, 0.78)
SIZE = (1000, 1400)
LOOSE = Spacing(gap=0.17, gap_spread=0.05, wobble=0.03, size_spread=0.04)


@dataclass(frozen=True)
class Line:
    """A field: `count` boxes from (`left`, `top`) on, `step` apart; one cell where `count` is 0."""

    name: str
    left: int
    top: int
    count: int
    step: int = 56
    wide: int = 46
    colour: tuple = PALE
    tall: int = 60

    @property
    def cells(self):
        first = Box(self.left, self.top, self.left + self.wide, self.top + self.tall)
        return tuple(first.shifted(n * self.step, 0) for n in range(self.count))

    @property
    def box(self):
        right = self.cells[-1].right if self.count else self.left + self.wide
        return Box(self.left, self.top, right, self.top + self.tall)


# Pale boxes apart, dark boxes that touch, a cell of a table.
HALL = (
    Line("seats", 380, 300, 3),
    Line("guests", 380, 400, 3),
    Line("code", 380, 520, 5, step=50, wide=50, colour=BLACK),
    Line("year", 380, 640, 4, step=50, wide=50, colour=BLACK),
    Line("sum", 380, 760, 0, wide=260, colour=BLACK, tall=70),
    Line("left", 380, 1000, 3),
    Line("right", 640, 1000, 3),
)
METER = (
    Line("number", 120, 260, 8, step=60, wide=54),
    Line("old", 120, 420, 5, step=60, wide=54),
    Line("new", 520, 420, 5, step=60, wide=54),
    Line("used", 320, 900, 5, step=60, wide=54),
)
FORMS = {"hall": HALL, "meter": METER}
VALUES = {
    "seats": "482",
    "guests": "307",
    "code": "90273",
    "year": "1986",
    "sum": "5204",
    "left": "835",
    "right": "269",
}


def sheet_of(name, rng):
    """The blank sheet of a form, as it is printed."""
    sheet = Sheet(rng, *SIZE, WHITE, grain=0)
    lines = FORMS[name]
    sheet.label(f"The {name} register of Westhaven", 90, 130, 40, BLACK)
    sheet.label(
        ("Please write one digit in each box." if name == "hall" else "Read the dials."), 90, 190, 24, GREY
    )
    sheet.frame(Box(70, 230, 930, 1120), BLACK, 3)
    for line in lines:
        sheet.label(line.name.title(), line.left, line.top - 14, 24)
        for cell in line.cells or (line.box,):
            sheet.frame(cell, line.colour, 2.5)
    if name == "hall":
        sheet.rule((70, 880), (930, 880), BLACK, 3)
        sheet.rule((350, 230), (350, 1120), BLACK, 2)
    else:
        sheet.rule((70, 560), (930, 560), BLACK, 3)
        sheet.stain(np.ones((200, 240), np.float32), 560, 620, (0.2, 0.2, 0.25))
    sheet.label("Signature of the warden", 90, 1240, 22, GREY)
    sheet.rule((90, 1300), (520, 1300), BLACK)
    return sheet


def gray_of(picture):
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def template_of(name):
    """The template of a form, its blank sheet scanned."""
    reference = gray_of(sheet_of(name, np.random.default_rng(1)).scanned())
    fields = tuple(
        Field(line.name, line.box, "boxes" if line.count else "cell", line.count or None, line.cells)
        for line in FORMS[name]
    )
    return Template(name, *SIZE, fields, reference)


def filled(name, values, seed=3, crossed=()):
    """A sheet with numbers in its fields, to the right in their boxes; an X in those before if `crossed`."""
    rng = np.random.default_rng(seed)
    sheet = sheet_of(name, rng)
    hand = StrokeHand(rng, 40)
    for line in FORMS[name]:
        text = values.get(line.name, "")
        if line.count and text:
            sheet.write_in_boxes(hand, text, line.cells[line.count - len(text)], line.step, BLUE)
        elif text:
            sheet.write(hand, text, (line.left + 40, line.top + 54), 40, colour=BLUE, spacing=LOOSE)
        if line.name in crossed:
            for cell in line.cells[: line.count - len(text)]:
                cross(sheet, cell)
    return sheet


def cross(sheet, cell):
    """Draw an X over a box."""
    left, top, right, bottom = cell.left + 6, cell.top + 8, cell.right - 5, cell.bottom - 9
    sheet.rule((left, top), (right, bottom), BLUE, 3)
    sheet.rule((left + 2, bottom), (right, top + 3), BLUE, 3)


def photo(sheet, degrees=0.0, seed=5, lean=0.05, size=1300, share=0.72):
    """A phone's picture of a sheet on a desk, (H, W) uint8: turned, and seen a little from aside."""
    turn = math.radians(degrees)
    width, height = SIZE[0] * share, SIZE[1] * share
    across, down = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    corners = signs[:, :1] * width * across + signs[:, 1:] * height * down + size / 2
    corners += np.array([[1, 0], [-1, 0.3], [0, 0], [0, 0]]) * lean * width
    return gray_of(photographed(np.random.default_rng(seed), sheet, size, size, corners)[0])
