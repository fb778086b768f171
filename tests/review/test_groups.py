"""Group verification and double entry, in a real browser."""

import re

from playwright.sync_api import expect
from review_material import settled


def tab(page, text):
    """The button of a class."""
    return page.locator(".tab").filter(has_text=re.compile(rf"^{text} "))


def chosen(page, text):
    """The sheet of a class, once it is shown."""
    if tab(page, text).get_attribute("class") != "tab chosen":  # the chosen one would be loaded a second time
        tab(page, text).click()
    expect(tab(page, text)).to_have_class("tab chosen")
    return page.locator(".tile")


def test_the_odd_one_goes_to_review_and_the_others_are_settled(person, store_path):
    page = person(view="groups")
    expect(page.locator(".tab").first).to_be_visible()
    for text in "0123456789":
        if tab(page, text).count() == 0:
            continue
        tiles = chosen(page, text)
        expect(page.locator(".tile img").first).to_be_visible()
        if text == "6":  # the third line's last 6 is a 0: 7896 stands for 7890
            seen = tiles.count()
            tiles.nth(seen - 1).click()
            expect(page.locator("#odd")).to_contain_text("1 marked as not 6")
        classes = page.locator(".tab").count()
        page.locator("#confirm").click()
        if classes > 1:
            expect(page.locator(".tab")).to_have_count(classes - 1)
        else:
            expect(page.locator(".empty")).to_contain_text("Nothing is left")
    rows = settled(store_path)
    states = [row[1] for row in rows]
    assert states.count("value") == 2  # of the three accepted ones the one with the odd digit waits
    assert all(row[1] is None for row in rows[:3])  # those for review are settled one at a time alone


def test_a_sheet_is_confirmed_and_taken_back_by_keyboard(person, store_path):
    page = person(view="groups")
    tiles = chosen(page, "7")
    expect(tiles.first).to_be_focused()
    page.keyboard.press("Space")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tab(page, 7)).to_have_count(0)
    page.keyboard.press("z")
    expect(tab(page, 7)).to_have_class("tab chosen")
    assert all(row[1] is None for row in settled(store_path))


def test_a_second_person_types_blind_and_a_third_decides(person, store_path):
    ada = person("ada")
    expect(ada.locator("#value")).to_have_value("1234")
    for text in ("5673", "9912", None):
        ada.keyboard.press("Enter")
        if text:
            expect(ada.locator("#value")).to_have_value(text)
    expect(ada.locator(".empty")).to_be_visible()
    ada.goto(ada.url.split("#")[0] + "#/second")
    expect(ada.locator(".empty")).to_contain_text("another person enters again")

    bo = person("bo", "second")
    expect(bo.locator("#value")).to_have_value("")
    for typed in ("1234", "5678", "9912"):
        bo.keyboard.type(typed)
        place = bo.locator(".about").text_content()
        bo.keyboard.press("Enter")
        expect(bo.locator(".about").filter(has_text=place)).to_have_count(0)
    assert [row[3] for row in settled(store_path)[:3]] == ["double_entry", "", "double_entry"]
    assert "5678" not in str(settled(store_path)[1])  # not settled while the two differ

    cy = person("cy", "third")
    expect(cy.locator(".reason")).to_contain_text("5673 / 5678")
    cy.keyboard.press("a")
    expect(cy.locator(".empty")).to_be_visible()
    assert settled(store_path)[1] == ("5673", "value", "5678", "double_entry")
