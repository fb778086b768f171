"""Each set of the registry, as its makers give it, drawn here in small."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from digitocr.datasets.converters import (
    CONVERTERS,
    number_lines,
    page_lines,
    pen_numbers,
    pen_strokes,
    printed_cells,
    quiz_digits,
    sudoku_cells,
    without_full_stop,
)
from digitocr.datasets.registry import read_registry
from digitocr.errors import UsageError

ROOT = Path(__file__).parents[2]


def test_every_set_of_the_registry_has_a_converter():
    sets = read_registry(ROOT / "models" / "data.toml").values()
    assert {entry.converter for entry in sets} == set(CONVERTERS)


def test_a_printed_0_is_a_blank_cell(tmp_path):
    np.savez(tmp_path / "cells.npz", x=np.zeros((3, 28, 28), np.uint8), y=np.array([0, 4, 0], np.uint8))
    assert printed_cells(tmp_path / "cells.npz").train.labels == ["4"]


def test_candidates_and_blanks_are_no_digits_and_what_measures_is_left_out(tmp_path):
    np.savez(
        tmp_path / "cells.npz",
        x=np.arange(4, dtype=np.uint8)[:, None, None] * np.ones((4, 48, 48), np.uint8),
        y=np.array(["7", "blank", "candidates", "3"]),
        split=np.array(["train", "val", "train", "test"]),
    )
    found = sudoku_cells(tmp_path / "cells.npz").train
    assert found.labels == ["7", "not-a-digit", "not-a-digit"]
    assert [int(image.max()) for image in found.images] == [0, 1, 2]


def digit_and(mark=None):
    """A 5 in light strokes on dark, with its bar apart, and with what `mark` draws."""
    image = np.zeros((28, 28), np.uint8)
    cv2.putText(image, "5", (4, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    if mark:
        cv2.circle(image, mark, 1, 255, -1)
    return image


def test_a_full_stop_goes_and_the_digit_stays(tmp_path):
    assert np.array_equal(without_full_stop(digit_and((24, 22))), digit_and())
    assert np.array_equal(without_full_stop(digit_and()), digit_and())
    above = digit_and((24, 5))  # an accent or the bar of a 5: no full stop
    assert np.array_equal(without_full_stop(above), above)
    empty = np.zeros((28, 28), np.uint8)
    assert np.array_equal(without_full_stop(empty), empty)
    np.savez(tmp_path / "quiz.npz", x=np.array([digit_and((24, 22))]), y=np.array([5]))
    found = quiz_digits(tmp_path / "quiz.npz").train
    assert found.labels == ["5"]
    assert np.array_equal(found.images[0], digit_and())


def test_lines_keep_the_document_that_they_come_from(tmp_path):
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), np.full((20, 60), 200, np.uint8))
    rows = 'file,label,raw,document,page\na.png,12,"1,2",first,p1\nb.png,0070,0070,second,p2\n'
    (tmp_path / "labels.csv").write_text(rows)
    found = number_lines(tmp_path)
    assert found.texts == ("12", "0070")
    assert found.groups == ("first", "second")
    assert found.pictures[0].shape == (20, 60)


def strokes_file(path, owner, **more):
    """Three strokes of 2, 3 and 1 points; the first two are of piece 0."""
    np.savez(
        path,
        points=np.arange(12, dtype=np.int16).reshape(6, 2),
        stroke_length=np.array([2, 3, 1], np.uint16),
        writer=np.array([4, 9], np.uint16),
        **{owner: np.array([0, 0, 1], np.uint16)},
        **more,
    )
    return path


def test_strokes_are_put_together_by_digit(tmp_path):
    found = pen_strokes(strokes_file(tmp_path / "s.npz", "digit", y=np.array([7, 1], np.uint8)))
    assert [[len(stroke) for stroke in piece] for piece in found.strokes] == [[2, 3], [1]]
    assert found.strokes[1][0].tolist() == [[10, 11]]
    assert found.texts == ("7", "1")
    assert found.writers.tolist() == [4, 9]


def test_numbers_that_were_cut_wrongly_are_left_out(tmp_path):
    texts = {"raw": ["5/27", "46"], "label": ["527", "46"], "read": ["521", "46"]}
    arrays = {name: np.array(values) for name, values in texts.items()}
    found = pen_numbers(strokes_file(tmp_path / "n.npz", "string", **arrays))
    assert found.texts == ("46",)
    assert found.writers.tolist() == [9]


def test_what_is_not_such_a_set_is_named(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    with pytest.raises(UsageError, match=r"other\.npz: expected an \.npz with x, y, split"):
        sudoku_cells(tmp_path / "other.npz")
    with pytest.raises(UsageError, match=r"expected a folder of pages with lines\.jsonl"):
        page_lines(tmp_path)
