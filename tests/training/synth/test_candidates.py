"""Drawn numbers cut up as in reading, and what their candidates are labelled."""

import numpy as np
import pytest

from digitocr.training.drawn import Collection, Hands, draw_candidates, draw_line, thinned
from digitocr.training.synth.candidates import MARK, PART, draw_number, label_line, random_text
from digitocr.training.synth.letterforms import LETTERFORMS
from digitocr.training.synth.strokes import StrokeHand


def labelled(text, seed):
    """A number drawn black on white, its candidates labelled."""
    rng = np.random.default_rng(seed)
    number = draw_number(rng, StrokeHand(rng, 40), text, 40)
    return label_line(255 - number.ink // 2, number, 1.0)


def test_digits_of_a_clean_number_are_labelled_as_such():
    right = 0
    for seed in range(20):
        labels = labelled("407", seed).labels
        right += {4, 0, 7} <= set(labels.tolist())
        assert set(labels.tolist()) <= {4, 0, 7, MARK, PART}
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
        assert line.crops.shape[1:] == (28, 28)
        assert len(line.crops) == len(line.labels) == len(line.geometry)
        assert np.isin(line.labels, range(PART + 1)).all()


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(pen):
    one, two = (draw_candidates([pen], 300, 5, workers) for workers in (1, 2))
    assert np.array_equal(one.crops, two.crops)
    assert np.array_equal(one.labels, two.labels)
    crops, classes = thinned(one, 5)
    assert 0 < len(crops) < len(one.crops)
    assert set(np.unique(classes)) <= set(range(11))
