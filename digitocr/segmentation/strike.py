"""Whether a number is struck out: a straight stroke runs through the middle of all its digits."""

import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.segmentation.segment import Segments

SLOPES = np.linspace(-0.2, 0.2, 9)  # of a strike, in pixels down for each to the right
MIDDLE = (0.3, 0.7)  # of the writing's height: where it crosses the middle of the number
# Of the number's width: what a strike leaves as paper. Of 990 numbers of half A of three line sets and of
# registers kept out of training three have less, and nearly all drawn ones struck by straight strokes.
STRIKE_GAPS_MAX = 0.05
COLUMNS_STEP = 2  # columns looked at: every second one tells as much in half the time
STRIKE_WIDTH_MIN = 1.2  # of the writing's height: a narrower number is one digit, whose bar strikes nothing
INK_QUANTILE = 0.95  # strokes cover more than a twentieth of a number's box
WEAK = 0.45  # of the darkness of strokes: what is lighter is paper


def is_struck_out(segments: Segments) -> bool:
    """Whether a straight stroke, ruled or by hand, runs through all digits of a line."""
    left, top = segments.boxes[:, :2].min(axis=0).tolist()
    right, bottom = segments.boxes[:, 2:].max(axis=0).tolist()
    if right - left < STRIKE_WIDTH_MIN * (bottom - top):
        return False
    # A line that was removed as a ruled one is no ink, but dark. (np.quantile takes 15 ms to import.)
    darkness = segments.dark[top:bottom, left:right]
    rank = int(INK_QUANTILE * (darkness.size - 1))
    strongest = float(np.partition(darkness, rank, axis=None)[rank])
    level = max(1.0, WEAK * strongest)
    met = segments.dark[:, left:right:COLUMNS_STEP].max(axis=0) >= level
    if 1 - met.mean() > STRIKE_GAPS_MAX:  # no line meets strokes in a column without any
        return False
    strokes = opencv.dilate((segments.dark >= level).astype(np.uint8), 3, 1)[:, left:right]
    return bool(_gaps(strokes, top, bottom).min() <= STRIKE_GAPS_MAX)


def _gaps(strokes: NDArray[np.uint8], top: int, bottom: int) -> NDArray[np.float64]:
    """(slopes, heights) the share of columns in which straight lines through the middle meet no stroke."""
    height, width = strokes.shape
    middles = top + np.linspace(*MIDDLE, max(2, round((bottom - top) * 0.4))) * (bottom - top)
    columns = np.arange(0, width, COLUMNS_STEP)
    rises = SLOPES[:, np.newaxis] * (columns - width / 2)
    rows = np.round(middles[np.newaxis, :, np.newaxis] + rises[:, np.newaxis]).astype(np.intp)
    return np.asarray(1.0 - strokes[np.clip(rows, 0, height - 1), columns].mean(axis=2))
