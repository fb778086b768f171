"""One field at a time, in a real browser."""

import re
import sqlite3

import pytest
from playwright.sync_api import expect
from review_material import READINGS, make_store, settled


def value(page):
    return page.locator("#value")


@pytest.fixture
def empty_message():
    return "Nothing waits for review."


def test_by_keyboard_alone(person, store_path, empty_message):
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.press("Enter")  # right as it is
    expect(value(page)).to_have_value("5673")
    assert settled(store_path)[0] == ("1234", "value", "1234", "person")  # before the next one shows
    page.keyboard.press("a")  # an alternative
    expect(value(page)).to_have_value("9912")
    page.keyboard.type("9012")  # digits replace what was proposed
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text(empty_message)
    assert [row[1:] for row in settled(store_path)[:3]] == [
        ("value", "1234", "person"),
        ("value", "5678", "person"),
        ("value", "9012", "person"),
    ]


def test_what_is_no_number_and_undo(person, store_path):
    page = person()
    expect(value(page)).to_have_value("1234")
    for key, text in (("n", "5673"), ("u", "9912"), ("x", None)):
        page.keyboard.press(key)
        if text:
            expect(value(page)).to_have_value(text)
    expect(page.locator(".empty")).to_contain_text("Nothing waits")
    assert [row[1] for row in settled(store_path)[:3]] == ["blank", "unreadable", "struck_out"]
    page.keyboard.press("z")
    expect(value(page)).to_have_value("9912")
    page.keyboard.press("z")
    expect(value(page)).to_have_value("5673")
    assert [row[1] for row in settled(store_path)[:3]] == ["blank", None, None]
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("9912")  # what was shown before comes again


def test_skipped_ones_come_last(person):
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.press("s")
    expect(value(page)).to_have_value("5673")
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("9912")
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("1234")


def test_what_is_no_digit_is_not_typed_and_a_key_held_down_answers_once(person, store_path):
    page = person()
    expect(value(page)).to_have_value("1234")
    for key in "q?,":
        page.keyboard.press(key)
        expect(value(page)).to_have_value("1234")
    page.keyboard.down("Enter")
    for _ in range(5):
        page.keyboard.down("Enter")  # the keyboard repeats it
    page.keyboard.up("Enter")
    expect(value(page)).to_have_value("5673")
    assert settled(store_path)[1][1] is None


def test_doubtful_digits_and_the_place_on_the_sheet_are_shown(person):
    page = person()
    expect(page.locator(".crop .doubtful")).to_have_count(4)
    expect(page.locator(".place image")).to_have_attribute("href", re.compile("^/picture/page/1.jpg"))
    assert page.evaluate("document.querySelector('.crop img').naturalWidth") > 50


@pytest.mark.parametrize("store_path", [{"pattern": "[0-9]{4}"}], indirect=True)
def test_a_value_without_the_format_is_asked_about_once(person, store_path):
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.type("123")
    expect(page.locator("#check")).to_contain_text("does not have the format")
    page.keyboard.press("Enter")
    expect(page.locator("#check")).to_contain_text("Enter again keeps it")
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("5673")
    assert settled(store_path)[0][2] == "123"


def test_reloading_shows_the_same_again_and_loses_nothing(person, store_path):
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("5673")
    page.reload()
    expect(value(page)).to_have_value("5673")
    assert settled(store_path)[0][1] == "value"


def test_a_sheet_whose_file_is_gone_can_be_reviewed(person, store_path):
    (store_path.parent / "scans" / "sheet-1.png").unlink()
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.press("Enter")
    expect(value(page)).to_have_value("5673")
    assert page.evaluate("document.querySelector('.crop img').naturalWidth") > 50


@pytest.mark.parametrize("copies", [8, pytest.param(168, marks=pytest.mark.slow)])
def test_two_people_get_each_item_once(person, tmp_path, toy_model, store_path, copies):
    make_store(tmp_path, toy_model, READINGS, copies=copies)
    each = 3 * copies // 2
    pages = [person("ada"), person("bo")]
    for page in pages:
        expect(value(page)).to_be_visible()
    for _ in range(each):
        for page in pages:
            before = page.locator("#said").text_content()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "was => document.getElementById('said').textContent !== was || "
                "!document.getElementById('value')",
                arg=before,
            )
    for page in pages:
        expect(page.locator(".empty")).to_contain_text("Nothing waits")
    with sqlite3.connect(store_path) as connection:
        rows = connection.execute("SELECT who, count(*) FROM entry GROUP BY who").fetchall()
        events = connection.execute("SELECT count(*) FROM event WHERE what = 'verified'").fetchone()
    assert rows == [("ada", each), ("bo", each)]
    assert events == (2 * each,)


def test_those_that_wait_for_one_reason_alone(person, store_path):
    with sqlite3.connect(store_path) as connection:
        connection.execute("UPDATE reading SET reason_code = 'low_confidence' WHERE status = 'review'")
        connection.execute("UPDATE reading SET reason_code = 'digit_or_sign' WHERE text = '9912'")
    page = person()
    expect(value(page)).to_have_value("1234")
    page.keyboard.press("Shift+Tab")  # from the value back to the choice of a reason
    choice = page.locator("select")
    expect(choice).to_be_focused()
    expect(choice.locator("option")).to_have_text(["all reasons", "low confidence (2)", "digit or sign (1)"])
    choice.select_option("digit_or_sign")
    expect(value(page)).to_have_value("9912")
    expect(value(page)).to_be_focused()
    expect(page.locator(".left")).to_have_text("1 field left")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("Nothing waits with this reason any more.")
    page.get_by_role("button", name="Show all reasons").click()
    expect(value(page)).to_have_value("1234")
    expect(page.locator(".left")).to_have_text("2 fields left")
    assert [row[1] for row in settled(store_path)[:3]] == [None, None, "value"]
