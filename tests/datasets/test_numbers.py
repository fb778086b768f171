"""Whole numbers that people labelled."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from material import draw_number

from digitocr.datasets.numbers import Numbers, holds_whole_numbers, read_numbers, split_numbers
from digitocr.errors import UsageError


@pytest.fixture
def folder(tmp_path):
    for name, text in (("a.png", "1037"), ("b.png", "0070"), ("c.png", "5")):
        cv2.imwrite(str(tmp_path / name), draw_number(text))
    (tmp_path / "labels.csv").write_text("file,label\na.png,1037\nb.png,0070\nc.png,5\n")
    return tmp_path


def test_a_list_with_one_label_of_several_digits_holds_numbers(folder):
    assert holds_whole_numbers(str(folder))
    assert holds_whole_numbers(str(folder / "labels.csv"))
    found = read_numbers(folder)
    assert found.texts == ("1037", "0070", "5")
    assert found.groups == (folder.name,) * 3
    (folder / "labels.csv").write_text("file,label\nc.png,5\n")
    assert not holds_whole_numbers(str(folder))
    assert not holds_whole_numbers("mnist")
    assert not holds_whole_numbers(str(folder / "a.png"))


def test_a_label_that_is_no_number_is_named(folder):
    (folder / "labels.csv").write_text("file,label\na.png,1037\nb.png,70.5\n")
    with pytest.raises(UsageError, match=r"b\.png is labelled '70\.5'"):
        read_numbers(folder)


@given(st.integers(0, 40), st.floats(0, 0.5), st.integers(0, 3))
def test_every_number_is_in_one_part(count, share, seed):
    texts = tuple(map(str, range(count)))
    numbers = Numbers(tuple(np.zeros((1, 1), np.uint8) for _ in texts), texts, texts)
    source = split_numbers("mine", numbers, share, seed)
    assert sorted([*source.train.texts, *source.validation.texts]) == sorted(texts)
    assert len(source.validation) == round(share * count)
    assert split_numbers("mine", numbers, share, seed).train.texts == source.train.texts
