"""Digits found in labelled lines by forced alignment: candidates for the classifier, pieces of numbers."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the extra train has it")

from hypothesis import given
from hypothesis import strategies as st

from digitocr.alphabet import ALPHABET, BLANK, NOT_A_DIGIT
from digitocr.datasets.data import Split
from digitocr.decoding.ctc import log_likelihoods
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.line_recogniser import digit_columns
from digitocr.training.aligned_digits import aligned_crops
from digitocr.training.forced_alignment import aligned_lines, forced_alignment
from digitocr.training.line_sources import RealLine
from digitocr.training.recombined import PiecesOfHand, hands_of, pieces_of, put_together, recombined_lines

NUMBERS = ("4071", "2835", "9601", "1748", "5296", "3064", "8.17", "6,2")


def draw_number(text):
    """Dark on light, the characters well apart, (64, W) uint8."""
    page = np.full((64, 30 * len(text) + 40), 240, np.uint8)
    for n, character in enumerate(text):
        cv2.putText(page, character, (20 + 30 * n, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2, cv2.LINE_AA)
    return page


@pytest.fixture(scope="module")
def recogniser():
    return load_classifier().lines


@pytest.fixture(scope="module")
def lines(recogniser):
    return list(
        aligned_lines([RealLine(draw_number(text), text, "one hand") for text in NUMBERS], recogniser)
    )


def steps_of(path):
    """Log-probabilities of time steps, of which each shows one symbol of `path`, "_" the blank."""
    steps = np.full((len(path), len(ALPHABET)), -9.0, np.float32)
    for n, symbol in enumerate(path):
        steps[n, BLANK if symbol == "_" else ALPHABET.index(symbol)] = -0.1
    return steps


def test_each_symbol_stands_where_its_time_steps_are():
    timed, log_probability = forced_alignment(steps_of("_77_7.1_"), "77.1")
    assert [(each.symbol, each.first, each.last) for each in timed] == [
        ("7", 1, 3),
        ("7", 4, 5),
        (".", 5, 6),
        ("1", 6, 7),
    ]
    assert log_probability == pytest.approx(-0.8)


def test_a_text_that_is_not_there_is_improbable_and_one_that_is_too_long_impossible():
    assert forced_alignment(steps_of("_7_"), "8")[1] < -8
    assert forced_alignment(steps_of("_7_"), "1234")[0] == []


@given(st.text("0123456789", min_size=1, max_size=4), st.integers(0, 1000))
def test_the_best_path_is_no_more_probable_than_all_paths_of_its_text(text, seed):
    logits = np.random.default_rng(seed).normal(size=(12, len(ALPHABET))).astype(np.float32)
    steps = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    timed, log_probability = forced_alignment(steps, text)
    assert "".join(each.symbol for each in timed) == text
    assert all(before.last <= after.first for before, after in pairwise(timed))
    assert log_probability <= log_likelihoods(digit_columns(steps), [text])[0] + 1e-4


def test_a_line_that_is_labelled_wrongly_is_left_out(recogniser):
    assert not list(aligned_lines([RealLine(draw_number("4071"), "2836")], recogniser))


def test_candidates_are_the_digits_of_the_label_and_what_is_none(lines):
    crops, classes = aligned_crops(lines, seed=1)
    assert crops.shape == (len(classes), 28, 28)
    digits = classes[classes != NOT_A_DIGIT]
    labelled = [int(character) for text in NUMBERS for character in text if character.isdigit()]
    assert sorted(digits.tolist()) == sorted(labelled)
    assert (classes == NOT_A_DIGIT).any()
    read = load_classifier().log_probabilities(Split(crops, classes).crops)[:, :10].argmax(axis=1)
    assert (read == classes)[classes != NOT_A_DIGIT].mean() > 0.9


def test_pieces_are_the_symbols_of_a_line_with_their_ink(lines):
    for line in lines:
        pieces = list(pieces_of(line))
        assert "".join(piece.symbol for piece in pieces) == line.line.symbols
        assert all(piece.gray.min() < 120 for piece in pieces)


def test_numbers_are_put_together_of_one_hand(lines, recogniser):
    assert hands_of(lines[:3]) == []  # too few pieces to write with
    recombined = recombined_lines(lines, 40, seed=2)
    assert len({line.symbols for line in recombined}) > 25
    read = recogniser.columns([line.strip for line in recombined])
    timed = [
        forced_alignment(steps, line.symbols)[1]
        for steps, line in zip(recogniser.steps([line.strip for line in recombined]), recombined, strict=True)
    ]
    assert len(read) == 40
    assert np.mean(np.array(timed) > -3) > 0.8
    again = recombined_lines(lines, 40, seed=2)
    assert [line.symbols for line in again] == [line.symbols for line in recombined]


def test_pieces_of_other_sizes_are_not_put_together(lines):
    hand = PiecesOfHand({piece.symbol: [piece] for line in lines for piece in pieces_of(line)})
    rng = np.random.default_rng(1)
    small, large = hand.piece(rng, "4"), hand.piece(rng, "7")
    thrice = type(large)(
        np.kron(large.gray, np.ones((3, 3), np.uint8)), "7", 3 * large.middle, 3 * large.height_px, 1.0
    )
    assert put_together(rng, [small, large])[1] == "47"
    assert put_together(rng, [small, thrice]) is None
