"""Printed tables on which readers of numbers have failed, drawn with what stands in them."""

import numpy as np
from case_sheets import SEED, Case, case, paper

from digitocr.synthesis.sheet import BLACK


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


def ranges_of_years():
    return printed_columns(["1975-79", "1988-90", "1996-97", "2011-12"], columns=4)


def table_on_its_side():
    upright = printed_columns(
        ["245", "8413", "428", "5527", "557", "467", "477", "1470", "398", "10423", "423", "581"], columns=4
    )
    three = tuple(number for number in upright.numbers if len(number) == 3)
    return Case(np.ascontiguousarray(np.rot90(upright.gray)), three)


def zeros_in_a_table():
    return printed_columns(["0", "000", "10", "0", "100", "0.00", "0", "20", "0"], columns=3)
