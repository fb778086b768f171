"""Which postal code of an envelope is taken."""

from digitocr.reading.addressee import addressee
from digitocr.records import Box, Reading

PAGE = Box(0, 0, 1000, 600)


def code(text, left, top, sure=0.99):
    box = Box(left, top, left + 120, top + 40)
    return Reading("", 1, box, text, "accept", sure, probability=sure)


def test_the_addressee_stands_below_and_to_the_right_of_the_sender():
    sender, postmark, to = code("1015", 40, 60), code("2024", 850, 50, 0.7), code("4028", 600, 480, 0.95)
    assert addressee([sender, postmark, to], PAGE) == (to,)


def test_what_is_hardly_a_code_is_not_taken_for_its_place():
    stain, to = code("1111", 860, 560, 0.35), code("4028", 600, 480)
    assert addressee([to, stain], PAGE) == (to,)


def test_no_code_is_one_reading_for_review():
    (none,) = addressee([], PAGE)
    assert (none.text, none.status, none.box) == ("", "review", PAGE)


def test_a_code_only_where_senders_write_is_for_review():
    (found,) = addressee([code("1015", 40, 60)], PAGE)
    assert (found.text, found.status, found.reason_code) == ("1015", "review", "sender_address")
    upright = Box(0, 0, 1000, 1400)  # a letter, whose address may stand there
    assert addressee([code("1015", 40, 60)], upright)[0].status == "accept"
    assert addressee([code("1015", 40, 60), code("4028", 600, 480)], PAGE)[0].status == "accept"
