"""Which places of a page are taken for numbers of a format, and which without one."""

import numpy as np

from digitocr.decoding.answer import Answer, constrain
from digitocr.decoding.beam_search import Hypothesis
from digitocr.decoding.choice import numbers
from digitocr.formats.formats import make_format
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import PageLayout
from digitocr.segmentation.candidates import GEOMETRY, Candidates

FIVE, PLZ = make_format({"length": 5}), make_format({"format": "de-plz"})


def row(top, pieces, phrase=0, *, left=0, joined=False):
    """A row of pieces with as much ink each, 10 px wide, at a height of the page."""
    first = np.arange(pieces, dtype=np.int32)
    lefts = left + 10 * first
    boxes = np.stack([lefts, first * 0 + top, lefts + 8, first * 0 + top + 20], axis=1)
    geometry = np.zeros((pieces, len(GEOMETRY)), np.float32)
    geometry[:, GEOMETRY.index("area")] = 1
    paper = np.zeros((top + 30, left + 10 * pieces), np.uint8)
    found = Candidates(first, first + 1, boxes, geometry, paper, paper, 0.0)
    return CandidateRow(found, np.eye(2, 3), phrase=phrase, joined=joined)


def answer(shares, allowed=None):
    """The answer of strings that are spelled by a row's first pieces."""
    named = [
        Hypothesis(text, share, 0.0, tuple((n, int(digit)) for n, digit in enumerate(text)))
        for text, share in shares.items()
    ]
    return constrain(named, allowed, "page", 5, other=1 - sum(shares.values()))


def texts(rows, answers, allowed=None):
    found = PageLayout("page", 0.0, tuple(rows))
    return [answer.strings[0].text for _, answer in numbers(found, answers, allowed)]


def test_a_number_is_sure_and_most_of_its_ink_is_in_digits():
    rows = [row(0, 3, 0), row(40, 3, 1), row(80, 9, 2)]
    answers = [answer({"407": 0.8}), answer({"407": 0.2}), answer({"407": 0.8})]
    assert texts(rows, answers) == ["407"]
    assert texts(rows[:1], [Answer([])]) == []


def test_a_number_of_the_format_counts_though_it_is_unsure_which():
    alike = {"40281": 0.22, "40287": 0.2, "40284": 0.2, "40289": 0.2}
    assert texts([row(0, 5)], [answer(alike, FIVE)], FIVE) == ["40281"]
    assert texts([row(0, 5)], [answer(alike)]) == []


def test_an_envelope_tells_its_only_code_and_no_other_format_does():
    unsure = {"40281": 0.1, "40287": 0.1}
    assert texts([row(0, 5)], [answer(unsure, PLZ)], PLZ) == ["40281"]
    assert texts([row(0, 5)], [answer(unsure, FIVE)], FIVE) == []
    sure = answer({"10115": 0.9}, PLZ)
    assert texts([row(0, 5, 0), row(40, 5, 1)], [answer(unsure, PLZ), sure], PLZ) == ["10115"]


def windows_of(rows, answers, windows, allowed):
    """The windows that are numbers, each with the longer number that it was taken from."""
    found = PageLayout("page", 0.0, tuple(rows), tuple(windows))
    chosen = numbers(found, answers, allowed)
    return [(answer.strings[0].text, answer.longer) for row, answer in chosen if row in windows]


def test_a_part_of_a_longer_number_is_none():
    part = row(0, 5, left=20)
    for probability, taken in ((0.9, []), (0.3, [("40281", "2240281")]), (0.05, [("40281", "")])):
        answers = [answer({"2240281": probability}, FIVE), answer({"40281": 0.9}, FIVE)]
        assert windows_of([row(0, 7)], answers, [part], FIVE) == taken


def test_numbers_are_put_together_only_where_no_line_alone_has_the_format():
    pieces, join = [row(0, 2, 0), row(0, 3, 1, left=30)], row(0, 5, -1, joined=True)
    short = [answer({"40": 0.9}, FIVE), answer({"281": 0.9}, FIVE)]
    both = answer({"40281": 0.9}, FIVE)
    assert windows_of(pieces, [*short, both], [join], FIVE) == [("40281", "")]
    other, alone = row(60, 5, 2), answer({"10115": 0.9}, FIVE)
    assert windows_of([*pieces, other], [*short, alone, both], [join], FIVE) == []
    of_envelope = [answer({"40": 0.9}, PLZ), answer({"281": 0.9}, PLZ), answer({"10115": 0.9}, PLZ)]
    codes = [*of_envelope, answer({"40281": 0.9}, PLZ)]
    assert windows_of([*pieces, other], codes, [join], PLZ) == [("40281", "")]
