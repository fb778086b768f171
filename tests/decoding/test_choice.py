"""Which rows of a page are numbers: what stands beside them in the same line counts."""

import numpy as np

from digitocr.decoding.answer import Answer
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.choice import numbers
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout
from digitocr.segmentation.candidates import GEOMETRY, Candidates


def row(left, width, phrase=1):
    geometry = np.zeros((1, len(GEOMETRY)), np.float32)
    geometry[0, GEOMETRY.index("area")] = 1
    boxes = np.array([[left, 10, left + width, 30]], np.int32)
    paper, ends = np.zeros((40, left + width), np.uint8), np.array([0, 1], np.int32)
    found = Candidates(ends[:1], ends[1:], boxes, geometry, paper, paper, 0.0)
    return CandidateRow(found, np.eye(2, 3), phrase=phrase)


def said(text, probability):
    return Answer(
        [Hypothesis(text, probability, 0.0, ((0, int(text)),))] if text else [], probability=probability
    )


def read(rows, answers):
    found = PageLayout("page", 0.0, tuple(rows))
    return [answer.strings[0].text for _, answer in numbers(found, answers, None)]


def test_beside_a_word_only_what_is_certain_is_a_number():
    rows = [row(0, 60), row(70, 20)]
    assert read(rows, [said("", 0), said("7", 0.8)]) == []
    assert read(rows, [said("", 0), said("7", 0.95)]) == ["7"]


def test_a_piece_of_a_rule_beside_numbers_is_no_word():
    rows = [row(0, 20), row(25, 2), row(40, 20)]
    assert read(rows, [said("7", 0.8), said("", 0), said("4", 0.6)]) == ["7", "4"]


def test_a_word_in_another_line_does_not_matter():
    rows = [row(0, 60, phrase=1), row(0, 20, phrase=2)]
    assert read(rows, [said("", 0), said("7", 0.5)]) == ["7"]
