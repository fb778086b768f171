"""Which way is up, by what reads surely."""

import numpy as np

from digitocr.reading.orientation import best_turn, is_readable, samples
from digitocr.records import Box, Page, Reading


def reading(confidence, side):
    return Reading("", 1, Box(0, 0, side, side), "7", "accept", confidence)


def test_a_page_of_which_enough_is_sure_is_readable():
    boxes = [Box(0, 0, 10, 10)] * 4
    assert is_readable([reading(0.95, 10)] * 2, boxes)
    assert not is_readable([reading(0.95, 10)], boxes)
    assert not is_readable([reading(0.5, 10)] * 4, boxes)


def test_large_numbers_tell_more_than_small_ones():
    speckle = [Box(0, 0, 4, 4)] * 20
    assert is_readable([reading(0.95, 40)], [Box(0, 0, 40, 40), *speckle])


def test_the_turn_that_reads_far_better_is_chosen_and_else_none():
    none, few, many = [], [reading(0.95, 10)] * 4, [reading(0.95, 10)] * 7
    assert best_turn([few, none, many, none], 1.5) == 2
    assert best_turn([few, few, [*few, few[0]], none], 1.5) == 0
    assert best_turn([none, few, none, none], 0.0) == 1
    assert best_turn([none] * 4, 1.5) == 0


def test_a_sample_is_the_page_and_then_where_most_numbers_stand():
    page = Page("a.png", 1, np.zeros((2000, 3000), np.uint8))
    boxes = [Box(2500 + 20 * n, 1500, 2515 + 20 * n, 1520) for n in range(6)] + [Box(10, 10, 25, 30)]
    whole, part = samples(page, boxes)
    assert whole is page
    assert part.gray.shape[0] <= 500
    assert part.gray.shape[1] <= 500
    assert [sample.gray.shape for sample in samples(page, [])] == [(2000, 3000)]
