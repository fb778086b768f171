"""Printed documents and displays on which readers of numbers have failed, with what stands in them."""

import cv2
import numpy as np
from case_sheets import Case, case, paper, scanned

from digitocr.imaging import opencv
from digitocr.synthesis.sheet import GREY

DARK_DESK = 60


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


def faint_thermal_print():
    sheet, rng = paper(420, 260)
    for n, (word, text) in enumerate((("Total", "9.00"), ("Rounded", "1.35"), ("Cash", "10.00"))):
        sheet.label(word, 40, 70 + 60 * n, 26, GREY)
        sheet.label(text, 260, 70 + 60 * n, 26, GREY)
    gray = scanned(sheet)
    gray[:, rng.choice(gray.shape[1], 40, replace=False)] = 235
    return Case(opencv.gaussian_blur(gray, 0.8), ("900", "135", "1000"))


def id_card():
    sheet, _ = paper(640, 330)
    sheet.label("UTOPIA", 200, 50, 34)
    for n, (word, text) in enumerate((("Number", "898902"), ("Personal", "184226"), ("Office", "7408"))):
        sheet.label(word, 200, 110 + 50 * n, 18)
        sheet.label(text, 380, 112 + 50 * n, 24)
    return case(sheet, "898902", "184226", "7408")


def form_of_empty_circles():
    sheet, _ = paper(640, 500)
    gray = scanned(sheet)
    for y in range(80, 460, 44):
        for x in range(160, 600, 60):
            cv2.circle(gray, (x, y), 12, 60, 2, cv2.LINE_AA)
    return Case(gray, ())
