"""Numbers that people labelled among those that are drawn."""

import cv2
import numpy as np
import pytest
from material import draw_number

from digitocr.datasets.numbers import Numbers
from digitocr.errors import UsageError
from digitocr.training.numbers import labelled_lines, mixed


def numbers(*texts):
    return Numbers(tuple(draw_number(text) for text in texts), texts, texts)


def test_numbers_become_candidates_and_blank_pictures_are_left_out():
    blank = Numbers((np.full((60, 90), 240, np.uint8),), ("7",), ("a",))
    assert labelled_lines(blank) == []
    (line,) = labelled_lines(numbers("1037"))
    assert line.digits == "1037"
    assert len(line.labels) == len(line.candidates.crops) > 4


def test_half_of_each_step_is_real_and_each_comes_as_often():
    steps = [["drawn"] * 4 for _ in range(3)]
    made = list(mixed(iter(steps), ["a", "b", "c"], seed=1))
    assert [step.count("drawn") for step in made] == [2, 2, 2]
    assert sorted(name for step in made for name in step if name != "drawn") == ["a", "a", "b", "b", "c", "c"]
    assert list(mixed(iter(steps), [], seed=1)) == steps


def test_numbers_alone_are_refused_and_beside_digits_train_through_the_lattice(digits_npz, tmp_path):
    pytest.importorskip("tensorflow")
    from digitocr.training.order import order
    from digitocr.training.settings import Request, TrainOptions

    cv2.imwrite(str(tmp_path / "a.png"), draw_number("1037"))
    (tmp_path / "labels.csv").write_text("file,label\na.png,1037\n")
    with pytest.raises(UsageError, match="whole numbers alone teach no single digits"):
        order(Request(data=[str(tmp_path)]), TrainOptions())
    both = order(Request(data=[str(digits_npz), str(tmp_path)]), TrainOptions())
    assert [spec.location for spec in both.numbers] == [str(tmp_path)]
    assert [step.make for step in both.steps] == ["digits", "lattice"]
    assert both.steps[1].options.lattice_lines > 0
