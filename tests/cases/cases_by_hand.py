"""Pictures of handwriting on which readers of numbers have failed, drawn with what stands in them."""

import cv2
import numpy as np
from case_sheets import APART, NEAR, Case, case, paper, scanned, write

from digitocr.records import Box
from digitocr.synthesis.sheet import BLACK, BLUE, GREY
from digitocr.synthesis.writing import Spacing


def digits_set_wide():
    sheet, rng = paper(900, 700)
    write(sheet, rng, [("7835264043", 90, 330)], 40, APART)
    return case(sheet, "7835264043")


def two_rows_set_wide():
    sheet, rng = paper(820, 260)
    write(sheet, rng, [("0364825796", 60, 90), ("2537486952", 60, 190)], 34, APART)
    return case(sheet, "0364825796", "2537486952")


def digits_apart_in_one_box():
    sheet, rng = paper(600, 180)
    sheet.label("Year", 60, 50, 30)
    sheet.frame(Box(60, 70, 420, 150), BLACK, 2)
    write(sheet, rng, [("2074", 110, 126)], 34, APART, BLACK)
    return case(sheet, "2074")


def pencil_in_a_ruled_table():
    sheet, rng = paper(640, 420)
    for x in range(40, 620, 80):
        sheet.rule((x, 30), (x, 390), BLACK, 2)
    for y in range(30, 400, 60):
        sheet.rule((40, y), (600, y), BLACK, 2)
    cells = {(0, 0): "3", (2, 0): "6", (4, 1): "22", (6, 1): "32", (1, 2): "5", (3, 3): "8", (6, 3): "47"}
    lines = [(text, 60 + 80 * x, 76 + 60 * y) for (x, y), text in cells.items()]
    write(sheet, rng, lines, 34, NEAR, GREY)
    return case(sheet, *cells.values())


def ones_beside_ruled_lines():
    sheet, rng = paper(420, 420)
    for x in (40, 140, 240, 340):
        sheet.rule((x, 30), (x, 390), BLACK, 1.5)
    for y in range(30, 400, 60):
        sheet.rule((40, y), (340, y), BLACK, 1.5)
    numbers = ["21", "13", "31", "71", "15", "61", "18", "41", "10", "17", "91", "12"]
    lines = [(text, 60 + 100 * (n % 3), 76 + 60 * (n // 3)) for n, text in enumerate(numbers)]
    write(sheet, rng, lines, 34, NEAR)
    return case(sheet, *numbers)


def stem_at_the_border():
    sheet, rng = paper(120, 100)
    write(sheet, rng, [("9", 40, 100)], 70, NEAR)
    return case(sheet, "9")


def notebook():
    sheet, rng = paper(900, 360)
    for y in range(60, 360, 60):
        sheet.rule((0, y), (900, y), (0.55, 0.65, 0.85), 1.5)
    for n, word in enumerate(("July", "station", "south", "north")):
        sheet.label(word, 120, 110 + 60 * n, 30, BLUE)
    lines = [("14", 50, 112), ("523", 600, 112), ("468", 600, 172), ("789", 600, 232), ("36", 600, 292)]
    write(sheet, rng, lines, 34, NEAR)
    return case(sheet, *(text for text, _, _ in lines))


def lone_one():
    sheet, rng = paper(60, 80)
    write(sheet, rng, [("1", 24, 60)], 44, NEAR, BLACK)
    return case(sheet, "1")


def lone_one_cut_tight():
    gray = lone_one().gray
    left, top, width, height = cv2.boundingRect((gray < 128).astype(np.uint8))
    return Case(np.ascontiguousarray(gray[top : top + height, left : left + width]), ("1",))


def ones_set_wide():
    sheet, rng = paper(520, 110)
    write(sheet, rng, [("47221", 50, 75)], 44, APART, BLACK)
    return case(sheet, "47221")


def shadow_over_a_number():
    sheet, rng = paper(640, 480)
    write(sheet, rng, [("8374683020", 60, 120)], 34, APART)
    gray = scanned(sheet)
    gray[330:, 40:] = 45
    gray[:] = np.minimum(gray, np.linspace(235, 150, 640, dtype=np.uint8))
    return Case(gray, ("8374683020",))


def large_writing_in_small_cells():
    sheet, rng = paper(640, 300)
    for x in range(40, 620, 60):
        sheet.rule((x, 60), (x, 240), BLACK, 1.5)
    for y in (60, 120, 180, 240):
        sheet.rule((40, y), (580, y), BLACK, 1.5)
    digits = "25373468"
    write(sheet, rng, [(digit, 60 + 60 * n, 180) for n, digit in enumerate(digits)], 56, NEAR)
    return case(sheet, *digits)


def date_with_slashes():
    sheet, rng = paper(460, 100)
    write(sheet, rng, [("27/02/2006", 50, 70)], 40, Spacing(gap=0.3), BLACK)
    return case(sheet, "27022006")
