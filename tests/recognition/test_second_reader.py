"""RapidOCR's recogniser as second reader: its input, its output, and where it is not installed."""

from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec

import numpy as np
import pytest
from material import draw_number

from digitocr import Reader
from digitocr.decoding.ctc import best_string
from digitocr.errors import UsageError
from digitocr.recognition import second_reader
from digitocr.recognition.second_reader import held_to_digits, load_second_reader, network_input

installed = pytest.mark.skipif(
    not (find_spec("onnxruntime") and find_spec("rapidocr")),
    reason="the extra second-reader is not installed",
)
DIGITS = np.arange(1, 11)


def steps(shown):
    """Time steps that show symbols surely: 0 the blank, 1 to 10 the digits, 11 a letter."""
    return np.eye(12, dtype=np.float32)[shown]


def digits_of(probabilities):
    return best_string(held_to_digits(probabilities, DIGITS))


def test_steps_that_show_one_digit_are_one_until_a_blank_parts_them():
    assert digits_of(steps([0, 5, 5, 0, 5, 1])) == "440"


def test_what_is_held_to_digits_are_log_probabilities():
    columns = held_to_digits(steps([0, 5, 11]), DIGITS)
    assert columns.shape == (3, 11)
    np.testing.assert_allclose(np.exp(columns).sum(axis=1), 1, rtol=1e-5)


def test_letters_count_for_nothing_where_a_digit_is_likelier_than_the_blank():
    likely_one = np.full((1, 12), 0.001, np.float32)
    likely_one[0, [2, 11]] = 0.4, 0.6
    assert digits_of(likely_one) == "1"
    assert digits_of(steps([0, 11, 0])) == ""


@pytest.mark.parametrize(("shape", "width"), [((48, 100), 320), ((24, 400), 800), ((1, 9000), 32 * 48)])
def test_pictures_become_as_high_as_the_network_takes_them_and_no_wider_than_a_line(shape, width):
    batch = network_input(np.full(shape, 255, np.uint8))
    assert batch.shape == (1, 3, 48, width)
    assert batch.max() == 1
    assert (batch[..., 400:] == 0).all() or width > 400


def test_without_the_package_the_remedy_is_told(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(second_reader, "files", absent)
    with pytest.raises(UsageError, match=r"RapidOCR is not installed; .*digitocr\[second-reader\]"):
        load_second_reader("rapidocr")


def test_a_package_without_the_network_is_told(monkeypatch):
    monkeypatch.setattr(second_reader, "files", lambda name: [])
    with pytest.raises(UsageError, match="no recogniser in its package"):
        load_second_reader("rapidocr")


@installed
def test_numbers_are_read_alike_alone_and_together():
    second = load_second_reader("rapidocr")
    pictures = [draw_number("40962"), draw_number("7183"), draw_number("905")]
    together = second.columns(pictures)
    for picture, columns in zip(pictures, together, strict=True):
        np.testing.assert_array_equal(columns, second.columns([picture])[0])
    assert [best_string(columns) for columns in together] == ["40962", "7183", "905"]


@installed
def test_blank_paper_has_no_digits():
    (columns,) = load_second_reader("rapidocr").columns([np.full((40, 90), 240, np.uint8)])
    assert best_string(columns) == ""


@installed
def test_an_accepted_number_is_one_that_both_read():
    picture = draw_number("40962")
    alone = Reader(layout="line", min_confidence=0).read(picture).readings[0]
    both = Reader(layout="line", min_confidence=0, second_reader="rapidocr").read(picture).readings[0]
    assert alone.text == both.text
    assert both.status == ("accept" if both.text == "40962" else "review")
