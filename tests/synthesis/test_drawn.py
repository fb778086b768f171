"""Drawn numbers cut up as in reading, and what their candidates are labelled."""

import numpy as np
import pytest

from digitocr.synthesis.candidates import DOUBT, MARK, PART, draw_number, label_line, random_text
from digitocr.synthesis.drawn import Collection, Hands, draw_crops, draw_line, draw_lines
from digitocr.synthesis.letterforms import LETTERFORMS
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import random_spacing


def labelled(text, seed):
    """A number drawn black on white, its candidates labelled."""
    rng = np.random.default_rng(seed)
    number = draw_number(rng, StrokeHand(rng, 40), text, 40, random_spacing(rng))
    return label_line(255 - number.ink // 2, number, 1.0)


def test_digits_of_a_clean_number_are_labelled_as_such():
    right = 0
    for seed in range(20):
        labels = labelled("407", seed).labels
        right += {4, 0, 7} <= set(labels.tolist())
        assert set(labels.tolist()) <= {4, 0, 7, MARK, PART, DOUBT}
    assert right >= 14  # some touch beyond cutting, some are cut by the edge


def test_marks_are_labelled_as_marks():
    assert sum(MARK in labelled("12.50", seed).labels for seed in range(20)) >= 12


def test_texts_hold_digits_and_separators():
    rng = np.random.default_rng(0)
    texts = [random_text(rng) for _ in range(500)]
    assert {*"".join(texts)} <= {*LETTERFORMS, " "}
    assert np.mean([any(c.isdigit() for c in text) for text in texts]) > 0.9
    assert len({len(text) for text in texts}) > 6


@pytest.fixture(scope="module")
def pen(digit_crops):
    crops, labels = digit_crops
    return Collection(crops, labels)


def test_hands_write_with_collected_digits(pen):
    rng = np.random.default_rng(2)
    hands = Hands([pen], (), True)
    lines = [line for line in (draw_line(rng, hands) for _ in range(30)) if line is not None]
    assert len(lines) >= 25
    for line in lines:
        assert line.digits.isdigit() or not line.digits
        assert line.candidates.crops.shape[1:] == (28, 28)
        assert len(line.labels) == len(line.candidates.crops) == len(line.candidates.geometry)
        assert np.isin(line.labels, range(DOUBT, PART + 1)).all()


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(pen):
    one, two = (list(draw_lines([pen], 300, 5, workers, words=False)) for workers in (1, 2))
    assert [line.digits for line in one] == [line.digits for line in two]
    assert all(np.array_equal(a.candidates.crops, b.candidates.crops) for a, b in zip(one, two, strict=True))


@pytest.mark.slow
def test_the_classifier_learns_a_share_of_the_pieces(pen):
    lines = list(draw_lines([pen], 60, 5, 1, words=True))
    crops, classes = draw_crops([pen], 60, 5, 1)
    labels = np.concatenate([line.labels for line in lines])
    assert len(crops) == len(classes)
    assert (labels == MARK).sum() < (classes == 10).sum() < (labels >= MARK).sum()
    assert set(np.unique(classes)) <= set(range(11))
