"""Fields with a box for each digit: empty boxes are looked at too, and what is typed settles the value."""

import cv2
import numpy as np
import pytest

from digitocr.records import Box, Digit, Document, PageResult, Reading
from digitocr.store import groups
from digitocr.store.cells import cells_of_digits
from digitocr.store.crops import cut_crops, region_in_store
from digitocr.store.documents import stored_documents
from digitocr.store.saving import RunSettings, register_run, save
from digitocr.store.sources import Stamp, register
from digitocr.store.store import open_store

CELLS = tuple(Box(100 + 50 * n, 40, 140 + 50 * n, 90) for n in range(4))
FIELD = Box(95, 35, 295, 95)


def reading_of(text, cells, status="accept", code=""):
    """A field in which a digit was read in each of the numbered cells."""
    digits = tuple(Digit(digit, 0.9, CELLS[n].inset(4)) for digit, n in zip(text, cells, strict=True))
    box = Box.bounding([digit.box for digit in digits])
    return Reading(
        "total", 1, box, text, status, 0.9, digits=digits, reason_code=code, field_box=FIELD, cells=CELLS
    )


@pytest.fixture
def saved(tmp_path):
    """A store with one reading on one page."""
    stores = []

    def make(reading):
        file = str(tmp_path / "page.png")
        gray = np.full((200, 400), 255, np.uint8)
        cv2.imwrite(file, gray)
        store = open_store(tmp_path / "run.db", create=True)
        stores.append(store)
        run = register_run(store, RunSettings("tests", "0", "toy", ".", None, "litert", "{}", {}))
        register(store, [file])
        page = PageResult(file, 1, 400, 200, "page", (reading,))
        page = PageResult(file, 1, 400, 200, "page", (reading,), crops=cut_crops(gray, page))
        save(store, Document(file, (page,)), run, "tester", Stamp.of(file))
        return store

    yield make
    for store in stores:
        store.close()


def confirm_all(store, said=None):
    """Look at all sheets; `said` is what a person types for pictures, by their position."""
    for name, _ in groups.classes(store):
        shown = [(tile.reading, tile.position) for tile in groups.sheet(store, name, "window", 100)]
        odd = {place: said[place[1]] for place in shown if said and place[1] in said}
        groups.confirm(store, shown, odd, "ada")


def only_reading(store):
    (document,) = stored_documents(store)
    (reading,) = document.readings
    return reading


def test_a_digit_that_was_missed_is_seen_as_a_box_that_is_not_empty(saved):
    store = saved(reading_of("427", (0, 1, 2)))
    assert dict(groups.classes(store)) == {"4": 1, "2": 1, "7": 1, groups.EMPTY_CLASS: 1}
    confirm_all(store, {3: "0"})
    settled = only_reading(store)
    assert (settled.text, settled.status, settled.settled_by) == ("4270", "accept", "person")
    assert settled.machine.text == "427"


def test_a_digit_where_none_stands_is_taken_out_and_one_between_put_in(saved):
    store = saved(reading_of("610", (0, 2, 3)))
    confirm_all(store, {1: "5", 3: ""})
    assert only_reading(store).text == "651"


def test_low_confidence_ends_when_all_boxes_were_seen_and_other_reasons_do_not(saved):
    store = saved(reading_of("12", (0, 1), "review", "low_confidence"))
    confirm_all(store)
    assert only_reading(store).settled_by == "person"


def test_a_broken_rule_still_waits_when_all_boxes_were_seen(saved):
    store = saved(reading_of("12", (0, 1), "review", "rule_violated"))
    confirm_all(store)
    assert only_reading(store).status == "review"


def test_an_odd_picture_of_which_nobody_says_what_it_is_goes_to_review_and_back(saved):
    store = saved(reading_of("12", (0, 1)))
    (tile,) = groups.sheet(store, "2", "window", 10)
    place = (tile.reading, tile.position)
    groups.confirm(store, [place], {place: None}, "ada")
    assert only_reading(store).status == "review"
    groups.undo_confirm(store, [place], {place: None}, "ada")
    assert only_reading(store).status == "accept"


def test_what_was_typed_is_taken_back_with_its_sheet(saved):
    store = saved(reading_of("1234", (0, 1, 2, 3)))
    confirm_all(store, {3: "9"})
    assert only_reading(store).text == "1239"
    place = (1, 3)
    groups.undo_confirm(store, [place], {place: "9"}, "ada")
    assert (only_reading(store).text, only_reading(store).settled_by) == ("1234", "")
    assert dict(groups.classes(store)) == {"4": 1}


def test_the_picture_shows_all_of_the_field(saved):
    store = saved(reading_of("1", (0,)))
    assert region_in_store(store.row("SELECT * FROM reading")) == FIELD


def test_digits_that_were_not_read_box_by_box_settle_nothing_by_themselves():
    crowded = Digit("1", 0.9, CELLS[0].inset(2))
    first = reading_of("1", (0,)).digits[0]
    both = Reading("total", 1, FIELD, "11", "accept", 0.9, digits=(first, crowded), cells=CELLS)
    assert cells_of_digits(both) is None
    assert cells_of_digits(reading_of("31", (0, 2))) == [0, 2]
