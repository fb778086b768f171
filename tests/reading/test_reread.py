"""Numbers of a page that are read unsurely: when they are read again, and which reading holds."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitocr.decoding.answer import Answer
from digitocr.decoding.beam_search import Hypothesis
from digitocr.layout.layout import PageLayout, line_layout
from digitocr.reading import reread as module
from digitocr.reading.line_reading import RowRequest
from digitocr.reading.reread import reread


def answer(text, probability, confidence):
    return Answer([Hypothesis(text, probability, 0.0, ())], (confidence,), probability=probability)


@pytest.fixture
def page():
    gray = np.full((60, 160), 230, np.uint8)
    cv2.putText(gray, "471", (20, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 20, 3)
    return gray


def read_again(monkeypatch, page, first, second, layout="page"):
    """The layout before and after, the answer, and how many rows were read again as `second`."""
    (row,) = line_layout(page, margin=False).rows
    before, counts = PageLayout(layout, 0.0, (row,)), []

    def read_rows(requests, classifier, n_best):
        counts.append(len(requests))
        return [second for _ in requests]

    monkeypatch.setattr(module, "read_rows", read_rows)
    after, (best,) = reread(page, before, [(RowRequest(layout, row, None), first)], None, 5)
    return before, after, best, sum(counts)


def test_the_surer_reading_holds_with_the_mean_of_both_confidences(monkeypatch, page):
    first, second = answer("41", 0.4, 0.3), answer("471", 0.8, 0.9)
    before, after, best, _ = read_again(monkeypatch, page, first, second)
    assert best.strings[0].text == "471"
    assert best.confidence == pytest.approx(0.45)
    assert after.rows[0] is not before.rows[0]
    same = answer("41", 0.8, 0.9)
    assert read_again(monkeypatch, page, first, same)[2].confidence == pytest.approx(0.6)


@pytest.mark.parametrize("second", [answer("471", 0.45, 0.9), answer("471", 0.8, 0.2)])
def test_a_reading_that_is_not_surer_by_both_measures_does_not_hold(monkeypatch, page, second):
    first = answer("41", 0.4, 0.3)
    before, after, best, count = read_again(monkeypatch, page, first, second)
    assert best is first
    assert after.rows == before.rows
    assert count == 1


def test_what_is_read_surely_or_not_at_all_and_a_line_are_not_read_again(monkeypatch, page):
    second = answer("471", 0.99, 0.99)
    for first in (answer("41", 0.9, 0.9), answer("", 0.3, 0.3), Answer([])):
        assert read_again(monkeypatch, page, first, second)[2:] == (first, 0)
    first = answer("41", 0.4, 0.3)
    assert read_again(monkeypatch, page, first, second, layout="line")[2:] == (first, 0)


def test_answers_of_other_rows_stay_as_they_are(monkeypatch, page):
    (row,) = line_layout(page, margin=False).rows
    other = answer("7", 0.1, 0.1)
    monkeypatch.setattr(module, "read_rows", lambda requests, *_: [answer("471", 0.9, 0.9)] * len(requests))
    request = RowRequest("page", row, None)
    answered = [(request, answer("41", 0.4, 0.3)), (replace(request), other)]
    _, answers = reread(page, PageLayout("page", 0.0, (row,)), answered, None, 5)
    assert answers[1] is other
    assert answers[0].strings[0].text == "471"
