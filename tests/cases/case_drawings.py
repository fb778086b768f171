"""Pictures of the kinds on which readers of numbers have failed, drawn with what stands in them."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.synthesis.sheet import BLACK, BLUE, GREY, WHITE, Sheet
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing

SEED = 7  # of a hand that is read well: what is asked here is whether it is found
NEAR = Spacing(gap=0.17, gap_spread=0.03, wobble=0.02, size_spread=0.03)
APART = Spacing(gap=0.9, gap_spread=0.1, wobble=0.05, size_spread=0.04)
DARK_DESK = 60


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture (H, W) uint8 and the digits of the numbers in it."""

    gray: np.ndarray
    numbers: tuple[str, ...]


def paper(width, height, seed=SEED):
    rng = np.random.default_rng(seed)
    return Sheet(rng, width, height, WHITE), rng


def scanned(sheet):
    return cv2.cvtColor(sheet.scanned(), cv2.COLOR_RGB2GRAY)


def case(sheet, *numbers):
    return Case(scanned(sheet), numbers)


def write(sheet, rng, lines, size, spacing, colour=BLUE, seed_hand=None):
    """Write (text, left, base) in one hand."""
    hand = seed_hand or StrokeHand(rng, size)
    for text, left, base in lines:
        sheet.write(hand, text, (left, base), size, colour=colour, spacing=spacing)


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


def printed_columns(texts, *, columns, size=22, step=140, seed=SEED, pitch=46, strip="$.,-"):
    sheet, _ = paper(60 + step * columns, 80 + pitch * -(-len(texts) // columns), seed)
    for n, text in enumerate(texts):
        sheet.label(text, 40 + step * (n % columns), 70 + pitch * (n // columns), size)
    return case(sheet, *("".join(c for c in text if c not in strip) for text in texts))


def amounts_with_a_currency():
    return printed_columns(["$51.24", "$66.12", "$85.00", "$392.45", "$1,035.90", "$19.67"], columns=1)


def amounts_with_minus():
    return printed_columns(["29.03", "-0.12", "4.11", "-2.71", "30.47", "-13.56"], columns=3)


def superscript():
    sheet, _ = paper(560, 200)
    texts = ["29.03", "24.91", "4.11", "27.13", "23.57", "3.56"]
    for n, text in enumerate(texts):
        sheet.label(text, 40 + 180 * (n % 3), 70 + 60 * (n // 3), 26)
    sheet.label("1", 40 + 180 + 66, 60, 15)
    return case(sheet, *(text.replace(".", "") for text in texts))


def ones_at_the_decimal_point():
    return printed_columns(["11.10", "21.11", "105.19", "15.65", "31.10", "81.17"], columns=3)


def long_amounts_with_a_leading_one():
    texts = ["100,775.12", "101,183.92", "99,914.15", "101,598.46", "99,975.08", "70,269.42"]
    return printed_columns(texts, columns=2, step=200)


def small_print():
    texts = ["1,272", "5,246", "2,793", "2,453", "557", "1,074", "527", "2,576", "821", "3,244", "1,710"]
    return printed_columns(texts, columns=4, size=13, step=80, pitch=26)


def dot_matrix():
    sheet, _ = paper(520, 200)
    for n, text in enumerate(("9557368063013", "2270008", "520", "890")):
        sheet.label(text, 40 + 330 * (n // 2), 70 + 70 * (n % 2), 34)
    gray = scanned(sheet)
    dots = np.zeros((4, 4), np.uint8)
    cv2.circle(dots, (2, 2), 1, 1, -1)
    raster = np.tile(dots, (gray.shape[0] // 4 + 1, gray.shape[1] // 4 + 1))[: gray.shape[0], : gray.shape[1]]
    dotted = np.where((gray < 140) & (cv2.dilate(raster, np.ones((2, 2), np.uint8)) > 0), 50, 235)
    return Case(
        opencv.gaussian_blur(dotted.astype(np.uint8), 0.8), ("9557368063013", "2270008", "520", "890")
    )


def larger_total():
    sheet, _ = paper(560, 260)
    for n, text in enumerate(("278.61", "40.39")):
        sheet.label(text, 380, 60 + 50 * n, 20)
    sheet.label("Grand total", 60, 200, 30)
    sheet.label("1319.00", 340, 200, 44)
    return case(sheet, "27861", "4039", "131900")


def ruled_print():
    sheet, _ = paper(640, 260)
    texts = ["4,077,010.89", "3,787,113.71", "147,500.00", "100,000.00", "231,760.16", "228,940.46"]
    for n in range(3):
        sheet.rule((30 + 290 * n, 30), (30 + 290 * n, 210), BLACK, 1.5)
    for n in range(4):
        sheet.rule((30, 30 + 60 * n), (610, 30 + 60 * n), BLACK, 1.5)
    for n, text in enumerate(texts):
        sheet.label(text, 60 + 290 * (n % 2), 74 + 60 * (n // 2), 32)
    return case(sheet, *(text.replace(",", "").replace(".", "") for text in texts))


def small_table_of_words():
    sheet, _ = paper(520, 240)
    for n in range(3):
        sheet.rule((30 + 230 * n, 20), (30 + 230 * n, 220), BLACK, 1.5)
    for n in range(5):
        sheet.rule((30, 20 + 50 * n), (490, 20 + 50 * n), BLACK, 1.5)
    for n in range(4):
        sheet.label(f"Row {n + 2}", 70, 56 + 50 * n, 24)
        sheet.label(f"Value {n + 2}", 300, 56 + 50 * n, 24)
    return case(sheet, *(str(n + 2) for n in range(4) for _ in range(2)))


def light_sheet_on_a_dark_table():
    sheet, _ = paper(420, 200)
    for n, text in enumerate(("35141075", "97832", "2349")):
        sheet.label(text, 60, 60 + 50 * n, 30)
    gray = cv2.copyMakeBorder(scanned(sheet), 160, 160, 200, 200, cv2.BORDER_CONSTANT, value=DARK_DESK)
    return Case(gray, ("35141075", "97832", "2349"))


def white_on_black():
    sheet, _ = paper(620, 90)
    sheet.label("2022-12-25  13:29:58", 40, 60, 44)
    return Case(255 - scanned(sheet), ("20221225132958",))


def meter_wheels():
    sheet, _ = paper(700, 300)
    gray = scanned(sheet)
    gray[:] = 120
    for n, digit in enumerate("2680894"):
        wheel, _ = paper(56, 76)
        wheel.label(digit, 14, 60, 54)
        gray[110:186, 60 + 80 * n : 116 + 80 * n] = 255 - scanned(wheel)
    return Case(gray, ("2680894",))


def invoice():
    sheet, _ = paper(620, 460)
    sheet.label("ACME Inc.", 50, 60, 30)
    sheet.label("1918 Tanglewood Road", 50, 100, 22)
    sheet.label("Jackson, MS, 39201", 50, 132, 22)
    sheet.label("Invoice No: 912345678", 50, 190, 22)
    items = [("2", "Item 1", "9.95", "19.90"), ("5", "Item 2", "20.00", "100.00")]
    for n, item in enumerate([*items, ("10", "Item 5", "99.95", "999.50")]):
        for left, text in zip((70, 180, 340, 480), item, strict=True):
            sheet.label(text, left, 280 + 40 * n, 22)
    numbers = "1918 39201 912345678 2 1 995 1990 5 2 2000 10000 10 5 9995 99950"
    return case(sheet, *numbers.split())


def invoice_upside_down():
    upright = invoice()
    return Case(np.ascontiguousarray(np.rot90(upright.gray, 2)), upright.numbers)


def invoice_faxed():
    """Half as many lines down as dots across, as a fax of standard resolution has; already made square."""
    upright = invoice()
    height, width = upright.gray.shape
    half = opencv.resize(upright.gray, (width, height // 2))
    half = np.where(half < 150, 0, 255).astype(np.uint8)
    return Case(opencv.resize(half, (width, height), cv2.INTER_LINEAR), upright.numbers)


def date_in_words():
    sheet, _ = paper(520, 160)
    sheet.label("Invoice No: 912345678", 40, 60, 24)
    sheet.label("Date: January 1, 2022", 40, 110, 24)
    return case(sheet, "912345678", "1", "2022")


def running_text():
    sheet, _ = paper(700, 260)
    for n, line in enumerate(
        (
            "The interim report of 2010 included results from",
            "detailed analyses on five cycles selected from a",
            "large set of travel data collected in 2006 as part",
            "of a study by the institute of transport and in",
        )
    ):
        sheet.label(line, 40, 60 + 50 * n, 26)
    return case(sheet, "2010", "2006")


def ranges_of_years():
    return printed_columns(["1975-79", "1988-90", "1996-97", "2011-12"], columns=4)


def faint_thermal_print():
    sheet, rng = paper(420, 260)
    for n, (word, text) in enumerate((("Total", "9.00"), ("Rounded", "1.35"), ("Cash", "10.00"))):
        sheet.label(word, 40, 70 + 60 * n, 26, GREY)
        sheet.label(text, 260, 70 + 60 * n, 26, GREY)
    gray = scanned(sheet)
    gray[:, rng.choice(gray.shape[1], 40, replace=False)] = 235
    return Case(opencv.gaussian_blur(gray, 0.8), ("900", "135", "1000"))


def table_on_its_side():
    upright = printed_columns(
        ["245", "8413", "428", "5527", "557", "467", "477", "1470", "398", "10423", "423", "581"], columns=4
    )
    three = tuple(number for number in upright.numbers if len(number) == 3)
    return Case(np.ascontiguousarray(np.rot90(upright.gray)), three)


def id_card():
    sheet, _ = paper(640, 330)
    sheet.label("UTOPIA", 200, 50, 34)
    for n, (word, text) in enumerate((("Number", "898902"), ("Personal", "184226"), ("Office", "7408"))):
        sheet.label(word, 200, 110 + 50 * n, 18)
        sheet.label(text, 380, 112 + 50 * n, 24)
    return case(sheet, "898902", "184226", "7408")


def date_with_slashes():
    sheet, rng = paper(460, 100)
    write(sheet, rng, [("27/02/2006", 50, 70)], 40, Spacing(gap=0.3), BLACK)
    return case(sheet, "27022006")


def form_of_empty_circles():
    sheet, _ = paper(640, 500)
    gray = scanned(sheet)
    for y in range(80, 460, 44):
        for x in range(160, 600, 60):
            cv2.circle(gray, (x, y), 12, 60, 2, cv2.LINE_AA)
    return Case(gray, ())


def zeros_in_a_table():
    return printed_columns(["0", "000", "10", "0", "100", "0.00", "0", "20", "0"], columns=3)
