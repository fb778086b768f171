"""The order of the readers: every digit that is told has passed the classifier as a 28x28 candidate."""

import numpy as np
import pytest

from digitocr.alphabet import ALPHABET, BLANK, CURRENCY, NOT_A_DIGIT
from digitocr.decoding.answer import Answer
from digitocr.decoding.beam_search import Hypothesis
from digitocr.layout.layout import find_rows
from digitocr.options import ReadOptions
from digitocr.reading.line_reading import RowRequest
from digitocr.reading.page import read_pages
from digitocr.reading.rows import read_rows
from digitocr.reading.search import arcs_beside
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.line_recogniser import LineRecogniser
from digitocr.records import Page
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

NUMBERS = ("40962", "7", "18305", "2,750", "661")


class Watched:
    """A classifier that keeps what it was shown."""

    def __init__(self, classifier):
        self._classifier, self.shown = classifier, set()

    def __getattr__(self, name):
        return getattr(self._classifier, name)

    def log_probabilities(self, crops):
        self.shown |= {crop.tobytes() for crop in crops}
        return self._classifier.log_probabilities(crops)


def no_maps(image):
    raise AssertionError("a line needs no maps")


def pictures():
    rng = np.random.default_rng(4)
    for text in NUMBERS:
        number = write_number(rng, StrokeHand(rng, 36), text, 36, Spacing(gap=0.2), margin_px=12)
        yield put_on_paper(rng, number.ink, 36, "page")


@pytest.mark.parametrize("engine", ["litert", "keras"])
def test_every_digit_has_passed_the_classifier_as_a_candidate(engine):
    if engine == "keras":
        pytest.importorskip("keras")
    watched = Watched(load_classifier(engine=engine))
    rows = [
        RowRequest("line", row, None) for gray in pictures() for row in find_rows(gray, "line", no_maps).rows
    ]
    answers = read_rows(rows, watched, 5)
    assert any(answer.strings[0].text for answer in answers)
    for asked, answer in zip(rows, answers, strict=True):
        for string in answer.strings:
            assert len(string.arcs) == len(string.text)
            arcs = [arc for arc, _ in string.arcs]
            assert "".join(str(digit) for _, digit in string.arcs) == string.text
            assert all(crop.tobytes() in watched.shown for crop in asked.row.candidates.crops_of(arcs))


def test_plain_numbers_are_settled_at_once_with_few_candidates():
    watched = Watched(load_classifier())
    rows = [
        RowRequest("line", row, None) for gray in pictures() for row in find_rows(gray, "line", no_maps).rows
    ]
    read_rows(rows, watched, 5)
    assert len(watched.shown) < sum(len(asked.row.candidates.first) for asked in rows)


def test_alternatives_are_no_more_than_certain_and_led_by_the_text():
    pages = [Page("drawn", 1, gray) for gray in pictures()]
    for result in read_pages(pages, load_classifier(), ReadOptions(layout="line")):
        for reading in result.readings:
            assert sum(share for _, share in reading.alternatives) <= 1 + 1e-6
            assert reading.alternatives[0] == (reading.text, reading.confidence)
            assert len(reading.digits) == len(reading.text)


def test_signs_that_were_seen_stand_between_the_digits_of_the_text():
    answer = Answer([Hypothesis("1284", 0.6, 0.0, ())], by_line="-1,234")
    assert answer.written == "-1,284"
    assert answer.readers_disagree
    assert Answer([Hypothesis("12", 0.6, 0.0, ())], by_line="1.5-6").written == "12"
    unseen = Answer([Hypothesis("12", 0.6, 0.0, ())])
    assert (unseen.written, unseen.readers_disagree) == ("12", False)


class SeesSign(Watched):
    """A classifier whose line recogniser gives a sign a logit of `lead` over the first digit of each line."""

    def __init__(self, classifier, sign, lead):
        super().__init__(classifier)
        self._sign, self._lead = ALPHABET.index(sign), lead

    @property
    def lines(self):
        return LineRecogniser(self._logits)

    def _logits(self, strips):
        logits = np.stack(self._classifier.lines.steps(list(strips[..., 0])))
        seen = np.full((*logits.shape[:2], len(ALPHABET)), -20.0, np.float32)
        seen[..., : logits.shape[-1]] = logits
        for line in seen:
            best = line[:, : BLANK + 1].argmax(axis=1)
            start = int(np.flatnonzero(best != BLANK)[0])
            end = start + int(np.argmax(best[start:] != best[start]))
            line[start:end, self._sign] = line[start:end, best[start]] + self._lead
        return seen[:, None]


def test_where_a_sign_is_seen_the_classifier_that_knows_none_is_no_witness():
    (gray, *_) = pictures()
    (row,) = find_rows(gray, "line", no_maps).rows
    for layout in ("line", "page"):
        (answer,) = read_rows([RowRequest(layout, row, None)], SeesSign(load_classifier(), CURRENCY, 2), 5)
        assert answer.strings[0].text == NUMBERS[0][1:]
        assert answer.written == CURRENCY + NUMBERS[0][1:]


@pytest.mark.parametrize("lead", [-0.5, 0.5])
def test_what_may_be_a_digit_or_a_sign_is_for_review(lead):
    page = Page("drawn", 1, next(pictures()))
    classifier = SeesSign(load_classifier(), "/", lead)
    (reading,) = read_pages([page], classifier, ReadOptions(layout="line", min_confidence=0.0)).pop().readings
    assert (reading.status, reading.reason_code) == ("review", "digit_or_sign")
    # A format that only one of the two has leaves no doubt.
    options = ReadOptions(layout="line", min_confidence=0.0, pattern="[0-9]{5}")
    (held,) = read_pages([page], classifier, options).pop().readings
    assert (held.text, held.reason_code) == (NUMBERS[0], "")


def test_a_sign_that_the_classifier_takes_for_a_digit_is_for_review_unless_the_line_is_certain():
    page, options = Page("drawn", 1, next(pictures())), ReadOptions(layout="line", min_confidence=0.0)
    for lead, code in ((2.5, "digit_or_sign"), (8.0, "")):
        classifier = SeesSign(load_classifier(), "/", lead)
        (reading,) = read_pages([page], classifier, options).pop().readings
        assert reading.reason_code == code


class Doubts(Watched):
    """A classifier that reads another digit than it does in the first candidate image of each batch."""

    def log_probabilities(self, crops):
        scores = super().log_probabilities(crops).copy()
        if len(scores):
            first, other = int(scores[0, :10].argmax()), int(scores[0, :10].argmin())
            scores[0, [first, other]] = scores[0, [other, first]]
        return scores


def settled_number():
    """The picture of a number of several digits of which both readers are sure at once, and the number."""
    for gray, text in zip(pictures(), NUMBERS, strict=True):
        (row,) = find_rows(gray, "line", no_maps).rows
        watched = Watched(load_classifier())
        read_rows([RowRequest("line", row, None)], watched, 5)
        if 1 < len(watched.shown) == len(text):
            return gray, text
    raise AssertionError("no number of several digits is settled at once")


def test_where_only_the_classifier_doubts_a_digit_few_candidates_are_made():
    """The line recogniser is sure in three views of the row: all segmentations are not searched."""
    gray, text = settled_number()
    (row,) = find_rows(gray, "line", no_maps).rows
    classifier = Doubts(load_classifier())
    (answer,) = read_rows([RowRequest("line", row, None)], classifier, 5)
    assert answer.strings[0].text == text
    assert len(classifier.shown) == len(text) < len(row.candidates.first)
    assert sum(string.probability for string in answer.strings) <= 1 + 1e-6


class Rejects(Watched):
    """A classifier that takes the first candidate image of each batch for no digit."""

    def log_probabilities(self, crops):
        scores = super().log_probabilities(crops).copy()
        if len(scores):
            scores[0] = np.log(1e-6)
            scores[0, NOT_A_DIGIT] = 0.0
        return scores


def test_what_the_classifier_takes_for_no_digit_is_searched_for_words_on_pages_alone():
    """In a line, three views that show one text settle it; its confidence tells of the doubt."""
    gray, text = settled_number()
    (row,) = find_rows(gray, "line", no_maps).rows
    (sure,) = read_rows([RowRequest("line", row, None)], load_classifier(), 5)
    classifier = Rejects(load_classifier())
    (answer,) = read_rows([RowRequest("line", row, None)], classifier, 5)
    assert answer.strings[0].text == text
    assert answer.confidence < sure.confidence
    assert len(classifier.shown) == len(text)
    read_rows([RowRequest("page", row, None)], classifier, 5)
    assert len(classifier.shown) == len(row.candidates.first)


class Overlooks(SeesSign):
    """A classifier whose line recogniser is sure that nothing stands where the first digit of a line is."""

    def __init__(self, classifier):
        super().__init__(classifier, "", 20.0)


def test_where_the_line_recogniser_overlooks_a_digit_all_segmentations_are_searched():
    gray, text = settled_number()
    (row,) = find_rows(gray, "line", no_maps).rows
    (answer,) = read_rows([RowRequest("line", row, None)], load_classifier(), 5)
    overlooks = Overlooks(load_classifier())
    (searched,) = read_rows([RowRequest("line", row, None)], overlooks, 5)
    assert searched.by_line == text[1:]
    second = row.candidates.first[answer.strings[0].arcs[1][0]]
    before = np.flatnonzero(row.candidates.last <= second).tolist()
    assert {crop.tobytes() for crop in row.candidates.crops_of(before)} <= overlooks.shown
    assert len(overlooks.shown) < len(row.candidates.first)  # the others are sure by both readers


def test_nothing_that_overlaps_a_sure_digit_is_tried():
    for gray in pictures():
        (row,) = find_rows(gray, "line", no_maps).rows
        first, last = row.candidates.first, row.candidates.last
        for sure in range(len(first)):
            kept = arcs_beside(row.candidates, [sure]).tolist()
            beside = [n for n in range(len(first)) if last[n] <= first[sure] or first[n] >= last[sure]]
            assert kept == sorted([*beside, sure])
        assert len(arcs_beside(row.candidates, [])) == len(first)
