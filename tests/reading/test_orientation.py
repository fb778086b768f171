"""Which way is up, by what reads surely."""

import numpy as np

from digitocr.reading.orientation import best_turn, is_readable, is_upright, samples
from digitocr.records import Box, Page, Reading


def reading(probability, side, text="7"):
    return Reading("", 1, Box(0, 0, side, side), text, "accept", 0.0, probability=probability)


def test_a_page_of_which_enough_is_sure_is_readable_and_of_which_most_is_upright():
    boxes = [Box(0, 0, 10, 10)] * 10
    told = [
        (is_readable(readings, boxes), is_upright(readings, boxes))
        for readings in ([reading(0.95, 10)] * 9, [reading(0.95, 10)] * 5, [reading(0.95, 10)] * 2)
    ]
    assert told == [(True, True), (True, False), (False, False)]
    assert not is_readable([reading(0.5, 10)] * 10, boxes)


def test_large_numbers_tell_more_than_small_ones():
    speckle = [Box(0, 0, 4, 4)] * 20
    assert is_readable([reading(0.95, 40)], [Box(0, 0, 40, 40), *speckle])


def test_a_long_number_is_sure_if_each_of_its_digits_is():
    boxes = [Box(0, 0, 10, 10)] * 10
    assert is_readable([reading(0.8, 10, "131900")] * 9, boxes)
    assert not is_readable([reading(0.8, 10)] * 9, boxes)
    assert not is_readable([reading(0.4, 10, "131900")] * 9, boxes)


def turn(sure, boxes):
    return [reading(0.95, 10)] * sure, [Box(0, 0, 10, 10)] * boxes


def choice(*by_turns, of_format=False):
    return best_turn(dict(enumerate(by_turns)), of_format=of_format)


def test_the_turn_that_reads_far_better_is_chosen_and_else_none():
    assert choice(turn(2, 8), turn(0, 3), turn(7, 8), turn(0, 2)) == 2
    assert choice(turn(6, 9), turn(0, 3), turn(7, 9), turn(0, 2)) == 0
    assert choice(*[turn(0, 0)] * 4) == 0


def test_letters_on_their_head_that_look_like_digits_turn_no_page():
    assert choice(turn(8, 40), turn(0, 9), turn(400, 1800), turn(0, 9)) == 0


def test_one_number_of_the_format_that_was_asked_for_is_proof():
    assert choice(turn(0, 40), turn(1, 40), turn(0, 40), turn(0, 40), of_format=True) == 1


def test_a_sample_is_the_page_and_then_where_most_numbers_stand():
    page = Page("a.png", 1, np.zeros((2000, 3000), np.uint8))
    boxes = [Box(2500 + 20 * n, 1500, 2515 + 20 * n, 1520) for n in range(6)] + [Box(10, 10, 25, 30)]
    whole, part = samples(page, boxes)
    assert whole is page
    assert part.gray.shape[0] <= 500
    assert part.gray.shape[1] <= 500
    assert [sample.gray.shape for sample in samples(page, [])] == [(2000, 3000)]
