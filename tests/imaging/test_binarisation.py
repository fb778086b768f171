"""Gray paper in, ink out."""

import cv2
import numpy as np
import pytest
from drawing import paper, write

from digitocr.imaging.binarisation import CONTRAST_MIN, find_ink, flatten, ink_threshold

REACH = 21


def ink_of(page):
    return find_ink(page, REACH).mask > 0


def test_strokes_are_ink_and_paper_is_not():
    page = write(paper(60, 200), "40721", 10, 45)
    assert np.array_equal(ink_of(page)[5:-5, 5:-5], (page < 130)[5:-5, 5:-5]) or (
        np.mean(ink_of(page) != (page < 130)) < 0.03
    )


def test_uneven_light_is_flattened():
    page = write(paper(60, 200), "40721", 10, 45)
    shaded = (page * np.linspace(1, 0.35, 200)[None, :]).astype(np.uint8)
    both = ink_of(page) & ink_of(shaded)
    assert both.sum() > 0.85 * ink_of(page).sum()
    assert ink_of(shaded).sum() < 1.2 * ink_of(page).sum()


def test_flat_paper_is_not_dark():
    assert not flatten(paper(40, 80), REACH).any()


def test_a_blank_page_has_specks_at_most():
    noise = np.random.default_rng(1).normal(230, 1.2, (60, 120)).astype(np.uint8)
    assert ink_of(noise).mean() < 0.01


def test_faint_ink_over_the_least_contrast_is_found():
    page = paper(60, 60)
    page[20:40, 28:32] -= CONTRAST_MIN + 10
    assert ink_of(page)[22:38, 29:31].all()


def test_soft_ink_is_full_inside_and_fades_at_the_edge():
    page = cv2.GaussianBlur(write(paper(60, 60), "1", 20, 45, thickness=6), (5, 5), 0)
    ink = find_ink(page, REACH)
    assert ink.soft.max() == 255
    assert len(np.unique(ink.soft)) > 10
    assert not ink.soft[:, :5].any()


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_the_threshold_lies_between_paper_and_ink(share):
    dark = np.zeros((100, 100), np.uint8)
    dark[: int(100 * share)] = 120
    dark += np.random.default_rng(0).integers(0, 6, dark.shape, np.uint8)
    assert 5 <= ink_threshold(dark) < 120


def test_texture_of_the_paper_is_not_called_ink():
    """Half of the page is a weave, darker than the rest: the threshold is taken again above it."""
    dark = np.zeros((100, 100), np.uint8)
    dark[::2] = 30
    dark[10:90, 50:54] = 150
    assert 30 <= ink_threshold(dark) < 150
