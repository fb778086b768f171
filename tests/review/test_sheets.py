"""Whole pages and the dashboard, in a real browser."""

import sqlite3

from playwright.sync_api import expect
from review_material import HEIGHT, LEFT, STEP, WIDTH, settled


def screen(page, x, y):
    """Where a point of the sheet is on the screen."""
    paper = page.locator(".paper image").bounding_box()
    return paper["x"] + x * paper["width"] / WIDTH, paper["y"] + y * paper["height"] / HEIGHT


def test_a_value_is_changed_and_what_is_no_number_removed(person, store_path):
    page = person(view="sheets/1")
    lines = page.locator(".readings li")
    expect(lines).to_have_count(6)
    page.locator(".box").nth(4).click()
    expect(lines.nth(4).locator("input")).to_be_focused()
    page.keyboard.type("7890")
    page.keyboard.press("Enter")
    expect(lines.nth(5).locator("input")).to_be_focused()  # and on to the next
    assert settled(store_path)[4] == ("7896", "value", "7890", "person")
    lines.nth(0).locator("button").click()
    expect(lines).to_have_count(5)
    assert settled(store_path)[0][1] == "removed"


def test_a_missed_number_is_read_where_a_box_is_dragged(person, store_path):
    with sqlite3.connect(store_path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM reading WHERE position = 6")
    page = person(view="sheets/1")
    expect(page.locator(".readings li")).to_have_count(5)
    page.mouse.move(*screen(page, LEFT - 20, 6 * STEP - 32))
    page.mouse.down()
    page.mouse.move(*screen(page, LEFT + 100, 6 * STEP + 10), steps=4)
    page.mouse.up()
    expect(page.locator(".readings li")).to_have_count(6)
    expect(page.locator(".readings li input").last).to_be_focused()
    page.keyboard.type("1357")
    page.keyboard.press("Enter")
    expect(page.locator(".readings li").last).to_have_class("person")
    with sqlite3.connect(store_path) as connection:
        row = connection.execute(
            'SELECT value, added, "left", "right", EXISTS (SELECT 1 FROM crop WHERE reading = id) '
            "FROM reading ORDER BY id DESC"
        ).fetchone()
    assert row[:2] == ("1357", 1)
    assert abs(row[2] - (LEFT - 20)) < 4
    assert abs(row[3] - (LEFT + 100)) < 4
    assert row[4] == 1


def test_a_sheet_is_turned_and_zoomed(person, store_path):
    page = person(view="sheets/1")
    expect(page.locator(".box")).to_have_count(6)
    upright = page.locator(".paper svg").get_attribute("viewBox")
    page.keyboard.press("t")
    expect(page.locator(".paper svg")).not_to_have_attribute("viewBox", upright)
    before = page.locator(".paper svg").bounding_box()["width"]
    page.keyboard.press("+")
    assert page.locator(".paper svg").bounding_box()["width"] > 1.4 * before
    with sqlite3.connect(store_path) as connection:
        assert connection.execute("SELECT turned FROM page").fetchone() == (1,)


def test_a_sheet_without_its_file_says_so_and_can_be_corrected(person, store_path):
    (store_path.parent / "scans" / "sheet-1.png").unlink()
    page = person(view="sheets/1")
    expect(page.locator("#problem")).to_contain_text("is gone or another than was read")
    expect(page.locator(".paper image")).to_have_count(0)
    expect(page.locator(".readings li")).to_have_count(6)


def test_a_field_whose_sheet_is_gone_is_shown_by_its_own_picture(person, store_path):
    (store_path.parent / "scans" / "sheet-1.png").unlink()
    page = person(view="fields")
    for value in ("1234", "5673"):
        expect(page.locator("#value")).to_have_value(value)
        expect(page.locator(".crop img")).to_be_visible()
        expect(page.locator(".place")).to_be_hidden()
        page.keyboard.press("Enter")


def test_the_overview_counts_and_leads_on(person, store_path):
    page = person(view="overview")
    expect(page.locator(".figure.waiting strong")).to_have_text("3")
    page.get_by_role("link", name="3 fields to review").click()
    expect(page.locator("#value")).to_have_value("1234")
    page.keyboard.press("a")
    expect(page.locator("#value")).to_have_value("5673")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".figure.waiting strong")).to_have_text("2")
    expect(page.get_by_role("table", name="Corrections by reason")).to_contain_text("low confidence")
    page.get_by_role("link", name="Sheets").click()
    expect(page.get_by_role("link", name="Sheets")).to_have_attribute("aria-current", "page")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    expect(page.get_by_text("More", exact=True)).to_be_hidden()


def test_an_address_that_names_no_view_shows_the_overview(person):
    page = person(view="constructor/1")
    expect(page.locator(".figure.waiting strong")).to_have_text("3")
    expect(page.locator("nav [aria-current=page]")).to_have_text("Overview")
