"""Characters that fell apart are put together again, rows are not."""

import numpy as np

from digitocr.layout.broken import mended

STEMS = np.array([[40, 20, 46, 34], [60, 14, 72, 34], [80, 14, 92, 34]])


def test_a_bar_over_a_stem_is_its_own():
    bar = np.array([[38, 14, 48, 18]])
    assert mended(STEMS, bar).tolist() == [[38, 14, 48, 34], *STEMS[1:].tolist()]


def test_dirt_beside_far_above_or_over_a_whole_character_is_not():
    for piece in ([47, 20, 56, 24], [38, 6, 48, 10], [58, 8, 74, 12], [44, 16, 50, 18]):
        assert mended(STEMS, np.array([piece])).tolist() == STEMS.tolist()


def test_nothing_stays_nothing():
    none = np.empty((0, 4), np.int64)
    assert mended(none, none).shape == (0, 4)
    assert mended(STEMS, none).tolist() == STEMS.tolist()
