"""Blank forms drawn by code: their fields are found, all of them and no others."""

import time

import cv2
import numpy as np
import pytest
from blank_forms import (
    blank,
    box,
    boxes,
    comb,
    full_form,
    guides,
    sheet,
    table,
    template_of,
    text,
    turned,
    write_in,
)

from digitocr.forms.detection.detect import REFERENCE_SIDE_PX
from digitocr.records import Box


def fields_of(page):
    return template_of(page).fields


def kinds(page):
    return [(field.kind, field.digits) for field in fields_of(page)]


def near(a, b, slack=6):
    return all(
        abs(x - y) <= slack
        for x, y in zip((a.left, a.top, a.right, a.bottom), (b.left, b.top, b.right, b.bottom), strict=True)
    )


def test_all_fields_of_a_form_in_reading_order():
    template = template_of(full_form())
    assert [(f.name, f.kind, f.digits) for f in template.fields] == [
        ("row1_col1", "boxes", 8),
        ("row2_col1", "boxes", 5),
        ("row3_col1", "boxes", 3),
        ("row3_col2", "boxes", 3),
        ("row4_col1", "boxes", 2),
        ("row5_col1", "boxes", 1),
        *[(f"row{row}_col{column}", "cell", None) for row in (6, 7) for column in (1, 2, 3)],
        ("row8_col1", "boxes", 10),
        ("row9_col1", "blank", None),
        ("row9_col2", "blank", None),
    ]
    assert (template.width, template.height) == (1240, 1754)
    assert max(template.reference.shape) == REFERENCE_SIDE_PX


@pytest.mark.parametrize("gap", [0, 4, 10, 20])
def test_boxes_joined_and_apart(gap):
    page = sheet()
    boxes(page, 300, 400, 6, gap=gap)
    (field,) = fields_of(page)
    assert (field.kind, field.digits) == ("boxes", 6)
    for n, cell in enumerate(field.cells):
        assert near(cell, Box(300 + n * (44 + gap), 400, 344 + n * (44 + gap), 453))


def test_numbers_side_by_side_are_parted():
    page = sheet()
    for left in (200, 440, 680):
        boxes(page, left, 400, 3, gap=10)
    assert kinds(page) == [("boxes", 3)] * 3


def test_faint_boxes_with_guides():
    page = sheet()
    guides(page, 300, 400, 4)
    (field,) = fields_of(page)
    assert field.digits == 4
    assert near(field.cells[0], Box(300, 400, 344, 453))


@pytest.mark.parametrize("tick", [10, 20, 46])
def test_a_comb(tick):
    page = sheet()
    comb(page, 300, 500, 7, tick=tick)
    (field,) = fields_of(page)
    assert (field.kind, field.digits) == ("boxes", 7)
    assert near(field.cells[2], Box(380, field.cells[2].top, 420, 500))
    assert field.box.height >= 30


def test_a_comb_whose_ticks_are_between_digits_only():
    page = sheet()
    cv2.line(page, (300, 500), (540, 500), 50, 2)
    for x in (340, 380, 420, 460, 500):
        cv2.line(page, (x, 500), (x, 486), 50, 2)
    assert kinds(page) == [("boxes", 6)]


def test_cells_of_a_table_but_not_its_words():
    page = sheet()
    table(page, 100, 300, [300, 150, 150, 150, 150], 5)
    assert kinds(page) == [("cell", None)] * 20


def test_narrow_columns_with_heads_are_numbers_each():
    page = sheet()
    table(page, 100, 300, [300, 80, 80, 80], 2)
    assert kinds(page) == [("cell", None)] * 6


def test_a_cell_with_a_label_that_ends_in_a_colon():
    page = sheet()
    box(page, 100, 300, 900, 60)
    text(page, "Name:", 120, 342, 0.9)
    (field,) = fields_of(page)
    assert field.box.left > 190
    assert field.box.right == pytest.approx(1000, abs=6)


def test_a_cell_with_a_label_in_its_corner():
    page = sheet()
    for column in range(3):
        box(page, 100 + 300 * column, 300, 300, 90)
        text(page, "Income", 106 + 300 * column, 326, 0.6)
    fields = fields_of(page)
    assert [field.kind for field in fields] == ["cell"] * 3
    assert all(field.box.top > 320 for field in fields)


def test_a_cell_whose_label_is_numbered_by_the_cell_before():
    page = sheet()
    for row in range(3):
        box(page, 100, 300 + 50 * row, 60, 50)
        box(page, 160, 300 + 50 * row, 700, 50)
        text(page, f"{row + 1}.", 110, 335 + 50 * row)
        text(page, "District", 170, 335 + 50 * row)
    fields = fields_of(page)
    assert [field.kind for field in fields] == ["cell"] * 3
    assert all(250 < field.box.left < 320 for field in fields)


def test_heads_and_sections_of_a_table_are_no_fields():
    page = sheet()
    table(page, 100, 300, [300, 250, 250], 2)
    box(page, 100, 480, 800, 50)
    text(page, "Part B", 110, 515)
    assert kinds(page) == [("cell", None)] * 4


def test_shaded_areas_without_lines():
    page = sheet()
    for n in range(3):
        text(page, "Amount", 100, 340 + 100 * n)
        page[305 + 100 * n : 355 + 100 * n, 300:700] = 215
    page[700:760, 100:900] = 200
    text(page, "A heading on a shade", 120, 740)
    assert kinds(page) == [("cell", None)] * 3


def test_boxes_that_are_all_crossed_out():
    page = sheet()
    boxes(page, 300, 400, 3, gap=14)
    for n in range(3):
        left = 300 + 58 * n
        cv2.line(page, (left - 3, 397), (left + 47, 456), 30, 3)
        cv2.line(page, (left + 47, 397), (left - 3, 456), 30, 3)
    assert kinds(page) == [("boxes", 3)]


def test_a_grid_for_tally_marks_is_no_field():
    page = sheet()
    for row in range(5):
        for column in range(12):
            box(page, 100 + 48 * column, 300 + 36 * row, 48, 36)
    boxes(page, 800, 300, 2)
    assert kinds(page) == [("boxes", 2)]


def test_blanks_with_lines_and_dots():
    page = sheet()
    blank(page, "Amount", 100, 400, 400)
    text(page, "Number", 100, 500)
    for x in range(230, 600, 9):
        cv2.circle(page, (x, 502), 1, 40, -1)
    assert kinds(page) == [("blank", None)] * 2


def test_text_and_underlined_headings_are_no_fields():
    page = sheet()
    text(page, "An underlined heading", 300, 200, 1.2)
    cv2.line(page, (300, 210), (760, 210), 40, 2)
    for n in range(20):
        text(
            page, "Lines of print that ask for nothing, 1234567890, and go on and on", 100, 300 + 36 * n, 0.7
        )
    assert kinds(page) == []


@pytest.mark.parametrize("degrees", [-2.5, 1, 3])
def test_a_sheet_that_lies_askew(degrees):
    expected = kinds(full_form())
    assert kinds(turned(full_form(), degrees)) == expected


def test_a_filled_sheet():
    page = full_form()
    blanks = [field for field in fields_of(page) if len(field.cells) > 1]
    filled = [field for field in fields_of(write_in(page, blanks, "0427")) if len(field.cells) > 1]
    assert [f.digits for f in filled] == [f.digits for f in blanks]
    assert all(near(a.box, b.box) for a, b in zip(blanks, filled, strict=True))


@pytest.mark.parametrize("factor", [0.8, 1.6])
def test_other_resolutions(factor):
    page = full_form()
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(page, None, fx=factor, fy=factor, interpolation=how)
    assert kinds(resized) == kinds(page)


def test_noise_of_a_camera_does_no_harm():
    noise = np.random.default_rng(3).normal(0, 5, (1754, 1240))
    shade = np.linspace(1.0, 0.7, 1240)[None, :]
    page = np.clip(full_form() * shade + noise, 0, 255).astype(np.uint8)
    assert kinds(page) == kinds(full_form())


def test_boxes_lie_inside_the_page_and_hold_their_cells():
    for field in fields_of(full_form()):
        assert 0 <= field.box.left < field.box.right <= 1240
        assert 0 <= field.box.top < field.box.bottom <= 1754
        for cell in field.cells:
            assert field.box.left <= cell.left < cell.right <= field.box.right
            assert field.box.top <= cell.top < cell.bottom <= field.box.bottom


def test_an_empty_sheet_has_no_fields():
    assert kinds(sheet()) == []
    assert kinds(np.full((40, 30), 255, np.uint8)) == []


def test_a_page_takes_no_more_than_some_seconds():
    page = cv2.resize(full_form(), (1870, 2646), interpolation=cv2.INTER_CUBIC)
    start = time.process_time()
    template_of(page)
    assert time.process_time() - start < 6
