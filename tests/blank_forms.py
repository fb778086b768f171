"""Blank forms drawn as tests need them: A4 at 150 dpi, 1240 x 1754, dark on light."""

import cv2
import numpy as np

from digitocr.forms.detection.detect import detect_template
from digitocr.layout.maps import PageMaps

WIDTH, HEIGHT = 1240, 1754


def sees_nothing(image):
    """The maps of a page segmenter that sees paper everywhere."""
    rows, columns = ((side + 1) // 2 for side in image.shape)
    return PageMaps(*np.zeros((6, rows, columns), np.uint8))


def template_of(page, segment=sees_nothing):
    return detect_template(page, "form", segment).template


def sheet():
    return np.full((HEIGHT, WIDTH), 250, np.uint8)


def text(page, words, left, base, scale=0.8):
    cv2.putText(page, words, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, 30, 2, cv2.LINE_AA)


def box(page, left, top, width, height, tone=60, thick=2):
    cv2.rectangle(page, (left, top), (left + width, top + height), tone, thick)


def boxes(page, left, top, count, side=44, gap=0, tone=60):
    """A row of digit boxes, joined where there is no gap."""
    for n in range(count):
        box(page, left + n * (side + gap), top, side, round(1.2 * side), tone)


def guides(page, left, top, count, side=44, gap=12):
    """Digit boxes with a gray eight of seven segments in each, to write over."""
    boxes(page, left, top, count, side, gap, tone=170)
    for n in range(count):
        x, high = left + n * (side + gap) + side // 3, round(1.2 * side) // 3
        for half in (0, 1):
            box(page, x, top + high // 2 + half * high, side // 3, high, tone=205)


def comb(page, left, base, count, pitch=40, tick=14):
    cv2.line(page, (left, base), (left + count * pitch, base), 50, 2)
    for n in range(count + 1):
        cv2.line(page, (left + n * pitch, base), (left + n * pitch, base - tick), 50, 2)


def table(page, left, top, columns, rows, height=60):
    """A table with a head and a first column of words; `columns` are widths."""
    for row in range(rows + 1):
        x = left
        for column, width in enumerate(columns):
            box(page, x, top + row * height, width, height)
            if row == 0 or column == 0:
                text(page, f"Item {row}" if column == 0 else "Count", x + 12, top + row * height + 40)
            x += width


def blank(page, words, left, base, width):
    text(page, words, left, base)
    start = left + 18 * len(words)
    cv2.line(page, (start, base + 4), (start + width, base + 4), 60, 2)


def full_form():
    """A form with every kind of field: 5 rows of boxes, 1 box, 6 cells of a table, 1 comb, 2 blanks."""
    page = sheet()
    text(page, "Application for a number", 380, 120, 1.3)
    text(page, "Account", 100, 240)
    boxes(page, 400, 205, 8)
    text(page, "Postal code", 100, 340)
    boxes(page, 400, 305, 5, gap=14)
    text(page, "Votes", 100, 440)
    guides(page, 400, 405, 3)
    guides(page, 700, 405, 3)
    text(page, "Day and month", 100, 540)
    boxes(page, 400, 505, 2)
    text(page, "Class", 100, 640)
    box(page, 400, 605, 44, 50)
    table(page, 100, 740, [300, 180, 180, 180], 2)
    text(page, "Telephone", 100, 1060)
    comb(page, 400, 1070, 10)
    blank(page, "Amount", 100, 1180, 300)
    blank(page, "Year", 700, 1180, 200)
    text(page, "Please write clearly in black ink and within the boxes of this form.", 100, 1400)
    return page


def write_in(page, fields, words="7"):
    """Ink in every box of `fields`, as a pen leaves it: some of it crosses lines."""
    for field in fields:
        for n, cell in enumerate(field.cells or (field.box,)):
            scale, middle = cell.height / 30, (cell.left + cell.right) // 2 - cell.height // 3
            if n == 0 and len(field.cells) > 1:
                cv2.line(page, (cell.left - 4, cell.top - 3), (cell.right + 3, cell.bottom + 4), 30, 3)
                cv2.line(page, (cell.right + 4, cell.top - 3), (cell.left - 4, cell.bottom + 3), 30, 3)
            else:
                digit = words[n % len(words)]
                spot = middle, cell.bottom - cell.height // 6
                cv2.putText(page, digit, spot, cv2.FONT_HERSHEY_SIMPLEX, scale, 30, 3, cv2.LINE_AA)
    return page


def turned(page, degrees):
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1)
    return cv2.warpAffine(page, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
