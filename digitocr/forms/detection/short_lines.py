"""Writing lines so short that only the words beside them tell them from dashes and serifs."""

import numpy as np

from digitocr.forms.detection.lines import PrintLayers
from digitocr.records import Box
from digitocr.segmentation.true_runs import true_runs

WRITING_LINE_MIN_MM = 8.0  # a line to write a number on
WRITING_LINE_BESIDE_WORDS_MIN_MM = 6.0  # the same where words are beside it
TRIMMED_MAX_MM = 20.0  # a line for three digits, with serifs of letters on either side
SHORT_LINE_THICKNESS_MAX_MM = 0.6  # of such a short line
WORD_DISTANCE_MM, WORD_HEIGHT_MM = 2.5, 2.5  # where words beside a line are looked for
ABOVE_MIN = 0.8  # this share of the words' ink is above an underline, but not above a dash


def trimmed(line: Box, layers: PrintLayers) -> Box:
    """A short line without the serifs of the letters beside it, which seem to continue it."""
    if line.width > TRIMMED_MAX_MM * layers.mm:
        return line
    response = layers.horizontal_response[line.top : line.bottom, line.left : line.right].max(axis=0)
    dark = true_runs(response >= 0.5 * float(response.max()))
    start, end = dark[np.argmax(dark[:, 1] - dark[:, 0])].tolist() if len(dark) else (0, 0)
    if end - start < WRITING_LINE_BESIDE_WORDS_MIN_MM * layers.mm:
        return line
    return Box(line.left + start, line.top, line.left + end, line.bottom)


def is_fragment(line: Box, layers: PrintLayers) -> bool:
    """Whether a line is too short to write on, and has no words beside it on its baseline."""
    mm = layers.mm
    if line.width >= WRITING_LINE_MIN_MM * mm:
        return False
    if line.height > SHORT_LINE_THICKNESS_MAX_MM * mm + 2:  # an arc
        return True
    reach, high = round(WORD_DISTANCE_MM * mm), round(WORD_HEIGHT_MM * mm)
    for left, right in ((line.left - reach, line.left), (line.right, line.right + reach)):
        columns = slice(max(0, left), max(0, right))
        above = np.count_nonzero(layers.ink[max(0, line.top - high) : line.bottom, columns])
        below = np.count_nonzero(layers.ink[line.bottom : line.bottom + high, columns])
        if above >= mm * mm / 2 and above >= ABOVE_MIN * (above + below):
            return False
    return True
