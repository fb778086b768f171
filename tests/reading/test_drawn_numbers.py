"""The committed model on drawn numbers: what changes nothing on paper changes hardly anything that is read.

The set is frozen by its seed: 200 numbers, each in a hand of its own.
"""

from collections.abc import Callable
from itertools import islice

import cv2
import numpy as np
import pytest

from benchmarks.confidence import groups, judge
from digitocr import Reader
from digitocr.synthesis.non_numbers import NON_NUMBER_KINDS, draw_unread
from digitocr.synthesis.paper import put_on_paper
from digitocr.synthesis.strokes import StrokeHand
from digitocr.synthesis.writing import Spacing, write_number

NUMBERS, SEED = 200, 20261127
NO_NUMBERS = 40  # of each kind
# What may be the reason where a picture holds no number; "" for what is accepted.
REASONS = {
    "accept": {""},
    "blank": {"no_ink", "no_digits"},
    "review": {
        "low_confidence",
        "readers_disagree",
        "unlike_training",
        "digit_or_sign",
        "struck_out",
        "several_numbers",  # dots side by side
    },
}
SIZE_PX, DIGITS, GAP, MARGIN_PX = (24, 44), (2, 8), (0.1, 0.3), 12


def draw_numbers():
    rng = np.random.default_rng(SEED)
    for _ in range(NUMBERS):
        size = float(rng.uniform(*SIZE_PX))
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(*DIGITS)))))
        spacing = Spacing(gap=rng.uniform(*GAP))
        number = write_number(rng, StrokeHand(rng, size), text, size, spacing, margin_px=MARGIN_PX)
        yield put_on_paper(rng, number.ink, size, "page"), text


@pytest.fixture(scope="module")
def reader():
    return Reader(layout="line")


@pytest.fixture(scope="module")
def numbers(reader):
    """Each picture with its label and what is read of it."""
    return [(gray, text, reader.read(gray).readings[0]) for gray, text in draw_numbers()]


def with_margin(gray):
    return cv2.copyMakeBorder(gray, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=float(np.median(gray)))


def scaled(factor: float) -> Callable:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda gray: cv2.resize(gray, None, fx=factor, fy=factor, interpolation=how)


CHANGES = {"a margin of clean paper": with_margin, "0.8": scaled(0.8), "1.25": scaled(1.25)}


@pytest.fixture(scope="module", params=list(CHANGES))
def changed(reader, numbers, request):
    """The kind of change, and the readings before it of the numbers that are read otherwise after it."""
    change = CHANGES[request.param]
    return request.param, [
        before
        for gray, _, before in numbers
        if reader.read(np.ascontiguousarray(change(gray))).readings[0].text != before.text
    ]


def test_clean_paper_and_scale_change_hardly_an_accepted_reading(numbers, changed):
    accepted = [before for _, _, before in numbers if before.status == "accept"]
    assert len(accepted) > NUMBERS / 2
    assert sum(before.status == "accept" for before in changed[1]) <= 0.01 * len(accepted)


def test_clean_paper_and_scale_change_hardly_a_reading(changed):
    kind, before = changed
    assert len(before) <= (0.01 if kind == "a margin of clean paper" else 0.03) * NUMBERS


def test_the_confidence_expects_as_many_errors_as_there_are(numbers):
    """In each of four groups by confidence, within three standard errors and two readings."""
    made = groups([judge(reading, text) for _, text, reading in numbers if reading.text], 4)
    for group in made:
        assert abs(group.observed - group.expected) <= 3 * group.standard_error + 2
    assert sum(group.observed for group in made) <= 0.1 * NUMBERS


def no_numbers(kind):
    """Pictures of one kind that hold no whole digit."""
    rng = np.random.default_rng(SEED)
    while True:
        if kind == "noise":
            ink = np.where(rng.random((60, 150)) < rng.uniform(0.005, 0.1), 255, 0).astype(np.uint8)
        else:
            unread = draw_unread(rng, 32.0, (), kind)
            if any(character.isdigit() for character in unread.symbols):  # cut at one end, it has digits
                continue
            ink = unread.ink
        yield put_on_paper(rng, np.pad(ink, MARGIN_PX), 32.0, "page")


@pytest.mark.parametrize("kind", [*NON_NUMBER_KINDS, "noise"])
def test_what_is_no_number_is_seldom_accepted_and_says_why(reader, kind):
    readings = [reader.read(gray).readings[0] for gray in islice(no_numbers(kind), NO_NUMBERS)]
    assert sum(reading.status == "accept" for reading in readings) <= 0.1 * NO_NUMBERS
    for reading in readings:
        assert reading.reason_code in REASONS[reading.status]
        assert bool(reading.text) == (reading.status != "blank")
