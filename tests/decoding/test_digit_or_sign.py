"""Which characters of a line may be a digit or a sign, on hand-made posteriors."""

import numpy as np

from digitocr.alphabet import ALPHABET, BLANK, CURRENCY, OTHER
from digitocr.decoding.alignment import best_path
from digitocr.decoding.digit_or_sign import rivals
from digitocr.recognition.line_recogniser import digit_columns


def steps_of(shown, **rivals_at):
    """(T, A) log-probabilities: `shown` in each step, "_" for the blank; `s3=("/", 0.3)` shares step 3."""
    steps = np.full((len(shown), len(ALPHABET)), 1e-6, np.float32)
    for step, symbol in enumerate(shown):
        other, share = rivals_at.get(f"s{step}", ("0", 0.0))
        steps[step, BLANK if symbol == "_" else ALPHABET.index(symbol)] = 1 - share
        steps[step, ALPHABET.index(other)] += share
    return np.log(steps)


def found(steps):
    path = best_path(steps, digit_columns(steps))
    return [(rival.symbol.symbol, rival.text, round(rival.probability, 2)) for rival in rivals(path, steps)]


def test_what_is_sure_has_no_rival():
    assert found(steps_of("_07_/_02_")) == []
    assert found(steps_of("_0_2_", s1=("8", 0.4))) == []


def test_a_sign_that_may_be_a_digit_tells_the_text_with_it():
    assert found(steps_of("_7_/_02_", s3=("1", 0.3))) == [("/", "7102", 0.3)]


def test_a_digit_that_may_be_a_sign_tells_the_text_without_it():
    assert found(steps_of("_7_1_02_", s3=("/", 0.3))) == [("1", "702", 0.3)]
    assert found(steps_of("_5_1_02_", s1=(CURRENCY, 0.45))) == [("5", "102", 0.45)]


def test_a_letter_is_no_sign():
    assert found(steps_of("_7_1_", s3=(OTHER, 0.4))) == []


def test_a_recogniser_of_digits_alone_has_no_rivals():
    steps = steps_of("_71_")[:, : BLANK + 1]
    assert list(rivals(best_path(steps, digit_columns(steps)), steps)) == []
