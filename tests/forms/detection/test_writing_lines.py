"""Blanks to write on that are printed as dots, dashes and short rules, with words close to them."""

import cv2
import numpy as np
import pytest
from blank_forms import sheet, template_of
from PIL import Image, ImageDraw, ImageFont


def print_words(page, words, left, base, size=24):
    """Words in Pillow's own font, in place; where they end."""
    font = ImageFont.load_default(size=size)
    image = Image.fromarray(page)
    ImageDraw.Draw(image).text((left, base), words, fill=30, font=font, anchor="ls")
    page[:] = np.asarray(image)
    return left + int(font.getlength(words))


def rule(page, left, right, y):
    cv2.line(page, (left, y), (right, y), 60, 2)


def blanks_of(page):
    """(left, right) of what is found, all of it blanks."""
    fields = template_of(page).fields
    assert {field.kind for field in fields} <= {"blank"}
    return [(field.box.left, field.box.right) for field in fields]


@pytest.mark.parametrize(("dash", "gap"), [(6, 6), (12, 8), (20, 10), (25, 20), (30, 6)])
def test_dashes(dash, gap):
    page = sheet()
    print_words(page, "Amount", 100, 400)
    for x in range(230, 600 - dash, dash + gap):
        rule(page, x, x + dash - 1, 402)
    ((left, right),) = blanks_of(page)
    assert abs(left - 230) < 12
    assert right > 540


@pytest.mark.parametrize(("step", "radius"), [(5, 0), (7, 0), (9, 1), (12, 1)])
def test_dots(step, radius):
    page = sheet()
    print_words(page, "Amount", 100, 400)
    for x in range(230, 600, step):
        cv2.circle(page, (x, 402), radius, 40, -1)
    ((left, right),) = blanks_of(page)
    assert (left, right) == pytest.approx((230, 596), abs=12)


def test_points_and_underscores_of_a_font():
    page = sheet()
    for n, line in enumerate((".............................", ". . . . . . . . . . . . .", "____________")):
        print_words(page, f"Amount {line}", 100, 400 + 200 * n)
    assert len(blanks_of(page)) == 3


@pytest.mark.parametrize("length", [40, 55, 80])
def test_a_short_rule_between_words(length):
    page = sheet()
    left = print_words(page, "Age", 100, 400) + 4
    rule(page, left, left + length, 402)
    print_words(page, "years", left + length + 6, 400)
    ((start, end),) = blanks_of(page)
    assert (start, end) == pytest.approx((left, left + length), abs=6)


def test_a_few_dashes_between_words():
    page = sheet()
    left = print_words(page, "Age", 100, 400) + 8
    for x in range(left, left + 75, 13):
        rule(page, x, x + 7, 402)
    print_words(page, "years", left + 90, 400)
    assert len(blanks_of(page)) == 1


def test_a_date_with_strokes_between():
    page = sheet()
    x = print_words(page, "Date", 100, 400)
    for n in range(3):
        rule(page, x + 8, x + 60, 402)
        x = print_words(page, "/", x + 63, 400) if n < 2 else x
    assert len(blanks_of(page)) == 3


def test_dashes_and_points_in_sentences_are_no_blanks():
    page = sheet()
    for n in range(8):
        print_words(
            page, "To be filled in - by the office - as it may be ... or not -- at all", 100, 300 + 44 * n
        )
    print_words(page, "1 \u2014 2 \u2014 3", 100, 800)
    rule(page, 600, 638, 900)
    assert blanks_of(page) == []
