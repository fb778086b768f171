"""Light ink on dark is told from all that is only dark."""

import time

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from digitocr.imaging.polarity import is_light_on_dark, upright_polarity
from digitocr.records import Gray


def written(height: int, width: int, ground: int, ink: int, thickness: float = 0.08) -> Gray:
    image = np.full((height, width), ground, np.uint8)
    size = height / 60
    cv2.putText(
        image,
        "4702",
        (round(width * 0.1), round(height * 0.7)),
        cv2.FONT_HERSHEY_SIMPLEX,
        1.4 * size,
        ink,
        max(1, round(thickness * height)),
        cv2.LINE_AA,
    )
    return image


@pytest.mark.parametrize("size", [(28, 90), (60, 180), (900, 2600), (2600, 3200)])
@pytest.mark.parametrize(("ground", "ink"), [(0, 255), (30, 200), (60, 160)])
def test_light_ink_is_turned(size: tuple[int, int], ground: int, ink: int) -> None:
    gray = written(*size, ground, ink)
    assert np.array_equal(upright_polarity(gray), 255 - gray)


@pytest.mark.parametrize("size", [(28, 90), (60, 180), (2600, 3200)])
@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (90, 40), (60, 20), (200, 190)])
def test_dark_ink_is_left_alone(size: tuple[int, int], ground: int, ink: int) -> None:
    gray = written(*size, ground, ink)
    assert upright_polarity(gray) is gray


@pytest.mark.parametrize("share", [0.3, 0.45, 0.6])
def test_white_paper_beside_a_black_margin(share: float) -> None:
    gray = np.full((80, 500), 5, np.uint8)
    paper = round(500 * share)
    gray[:, :paper] = written(80, paper, 220, 60, 0.04)
    assert not is_light_on_dark(gray)


def test_paper_on_a_dark_desk() -> None:
    gray = np.full((900, 1200), 40, np.uint8)
    gray[200:700, 300:900] = written(500, 600, 210, 50)
    assert not is_light_on_dark(gray)


@pytest.mark.parametrize("value", [0, 100, 255])
def test_a_blank_page_is_left_alone(value: int) -> None:
    assert not is_light_on_dark(np.full((40, 70), value, np.uint8))


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)), st.booleans())
def test_never_turned_twice(gray: Gray, negative: bool) -> None:
    once = upright_polarity(255 - gray if negative else gray)
    assert once.shape == gray.shape
    assert upright_polarity(once) is once or once.mean() < 128


def test_costs_little_on_a_large_page() -> None:
    gray = written(2600, 3400, 20, 220)
    is_light_on_dark(gray)
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        is_light_on_dark(gray)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.02  # 1 ms as a rule; the bound is for busy machines
