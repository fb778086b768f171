"""The frozen drawn lines are the same each time, and say what they are labelled with."""

import numpy as np

from benchmarks.drawn_lines import amounts, non_numbers, single_ones
from digitocr.alphabet import digits_of


def test_the_seed_freezes_the_pictures():
    for kind in (amounts, non_numbers):
        first, again = (list(kind(5)) for _ in range(2))
        for line, same in zip(first, again, strict=True):
            assert np.array_equal(line.gray, same.gray)
            assert line.symbols == same.symbols


def test_amounts_have_digits_and_what_is_no_number_has_none():
    assert all(digits_of(line.symbols) for line in amounts(20))
    assert not any(digits_of(line.symbols) for line in non_numbers(20))


def test_a_tight_one_has_less_paper_about_it():
    tight, wide = (next(single_ones(1, tight=cut)) for cut in (True, False))
    assert tight.gray.size < wide.gray.size
