"""What time steps show, and on which candidates digits stand, on hand-made posteriors and rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import ALPHABET, BLANK, DIGITS, digits_of
from digitocr.decoding.alignment import best_path, cut_digits
from digitocr.decoding.ctc import best_string, log_likelihood_of_each, log_likelihoods
from digitocr.recognition.line_recogniser import digit_columns
from digitocr.segmentation.candidates import candidates
from digitocr.segmentation.line import segment_line


def steps_of(shown, sure=0.9):
    """(T, A) log-probabilities that show a symbol in each step, "_" for the blank."""
    steps = np.full((len(shown), len(ALPHABET)), (1 - sure) / (len(ALPHABET) - 1), np.float32)
    for step, symbol in enumerate(shown):
        steps[step, BLANK if symbol == "_" else ALPHABET.index(symbol)] = sure
    return np.log(steps)


def test_symbols_stand_where_they_are_shown():
    steps = steps_of("_11_,_22_2__")
    shown = best_path(steps, digit_columns(steps))
    assert [(one.symbol, one.first, one.last) for one in shown] == [
        ("1", 1, 3),
        (",", 4, 5),
        ("2", 6, 8),
        ("2", 9, 10),
    ]


@given(st.text(st.sampled_from("0123456789.,-_ "), min_size=1, max_size=12))
def test_the_digits_of_the_best_path_are_the_best_string(text):
    steps = steps_of(text)
    columns = digit_columns(steps)
    written = "".join(one.symbol for one in best_path(steps, columns))
    assert digits_of(written) == best_string(columns)


@given(st.integers(0, 10_000))
def test_signs_taken_together_leave_a_distribution(seed):
    logits = np.random.default_rng(seed).normal(size=(7, len(ALPHABET)))
    steps = (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)
    columns = digit_columns(steps)
    assert columns.shape == (7, 11)
    assert np.allclose(np.exp(columns).sum(axis=1), 1, atol=1e-4)
    assert np.array_equal(columns[:, :BLANK], steps[:, :BLANK])


@given(st.lists(st.text(st.sampled_from(DIGITS), max_size=4), min_size=1, max_size=5), st.integers(0, 999))
def test_a_text_of_its_own_for_each_line_is_as_probable_as_alone(texts, seed):
    logits = np.random.default_rng(seed).normal(size=(len(texts), 12, 11))
    columns = (logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)).astype(np.float32)
    together = log_likelihood_of_each(columns, texts)
    alone = [log_likelihoods(line, [text])[0] for line, text in zip(columns, texts, strict=True)]
    assert np.allclose(together, alone, rtol=1e-4, atol=1e-3)


def row_of(lefts, width=12, height=30):
    """A row with an upright bar, dark on light, at each of `lefts`, cut into candidates."""
    gray = np.full((60, max(lefts) + 60), 255, np.uint8)
    for left in lefts:
        gray[15 : 15 + height, left : left + width] = 0
    segments, scale = segment_line(gray)
    return segments, candidates(segments), scale


def test_each_digit_takes_the_candidate_that_stands_there():
    segments, found, scale = row_of([20, 60, 100])
    middles = [scale * (left + 6) for left in (20, 60, 100)]
    arcs = cut_digits(found, segments.boxes, middles, segments.height)
    boxes = found.boxes[list(arcs)] / scale
    assert np.allclose((boxes[:, 0] + boxes[:, 2]) / 2, [26, 66, 106], atol=2)


def test_what_no_digit_stands_on_is_left_out():
    segments, found, scale = row_of([20, 60, 100])
    arcs = cut_digits(found, segments.boxes, [scale * 26, scale * 106], segments.height)
    assert len(arcs) == 2
    assert np.allclose(found.boxes[list(arcs)][:, 0] / scale, [20, 100], atol=2)
    assert cut_digits(found, segments.boxes, [], segments.height) == ()


def test_more_digits_than_pieces_cannot_be_cut():
    segments, found, scale = row_of([20])
    assert cut_digits(found, segments.boxes, [scale * 26] * (len(segments) + 1), segments.height) is None
