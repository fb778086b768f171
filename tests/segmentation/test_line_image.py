import cv2
import numpy as np
import pytest

from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import LINE_IMAGE_HEIGHT, draw_line_image, padded_width, sheared_views


def picture(text="405", height=60, ink=40, scale=1.0):
    page = np.full((height, 30 * len(text) + 40), 230, np.uint8)
    cv2.putText(page, text, (20, height - 18), cv2.FONT_HERSHEY_SIMPLEX, 1.0 * scale, ink, 2, cv2.LINE_AA)
    return page


def strip_of(page):
    segments, _ = segment_line(page)
    return draw_line_image(segments)


def test_a_strip_is_light_ink_on_dark_in_the_rows_proportions():
    strip = strip_of(picture())
    assert strip.dtype == np.uint8
    assert strip.shape[0] == LINE_IMAGE_HEIGHT
    assert 1.5 < strip.shape[1] / LINE_IMAGE_HEIGHT < 4
    assert strip.max() > 120
    assert np.percentile(strip, 25) < 20


def test_faint_ink_looks_like_dark_ink():
    dark, faint = strip_of(picture(ink=30)), strip_of(picture(ink=150))
    assert dark.shape == faint.shape
    assert np.abs(dark.astype(int) - faint).mean() < 12


def test_paper_around_the_number_changes_little():
    near = picture()
    far = np.pad(near, ((30, 30), (50, 50)), constant_values=230)
    assert abs(strip_of(near).shape[1] - strip_of(far).shape[1]) <= 4


@pytest.mark.parametrize(("width", "padded"), [(1, 32), (32, 32), (33, 64)])
def test_widths_are_padded_to_steps(width, padded):
    assert padded_width(width) == padded


def test_a_strip_is_seen_as_it_is_and_leaning_to_either_side():
    strip = strip_of(picture("111"))
    upright, *leaning = sheared_views(strip)
    assert np.array_equal(upright, strip)
    assert all(one.shape == strip.shape for one in leaning)
    # Where the ink of the upper half stands beside that of the lower, from sight to sight.
    lean = [float(np.diff([centre(half) for half in np.split(one, 2)])[0]) for one in (upright, *leaning)]
    assert min(lean[1:]) + 1 < lean[0] < max(lean[1:]) - 1


def centre(ink):
    return float(np.average(np.arange(ink.shape[1]), weights=ink.sum(axis=0)))
