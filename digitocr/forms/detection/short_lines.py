"""Lines so short that only the words beside them tell that they are to be written on."""

import numpy as np

from digitocr.forms.detection.lines import Print
from digitocr.records import Box
from digitocr.segmentation.spans import spans

LINE_MM = 8.0  # a line to write a number on,
SHORT_MM = 6.0  # and the shortest, where words are beside it
TRIMMED_MM = 20.0  # as long as a line for three digits, and the feet of letters on either side
THIN_MM = 0.6  # such a short line is no higher
BESIDE_MM, WORDS_MM = 2.5, 2.5  # so near and so high words are
ABOVE_MIN = 0.8  # of their ink stands above the line, as it does of an underline, not of a dash


def trimmed(line: Box, print_: Print) -> Box:
    """A short line without the feet of letters beside it, which seem to go on with it."""
    if line.width > TRIMMED_MM * print_.mm:
        return line
    hat = print_.across[line.top : line.bottom, line.left : line.right].max(axis=0)
    dark = spans(hat >= 0.5 * float(hat.max()))
    start, end = dark[np.argmax(dark[:, 1] - dark[:, 0])].tolist() if len(dark) else (0, 0)
    if end - start < SHORT_MM * print_.mm:
        return line
    return Box(line.left + start, line.top, line.left + end, line.bottom)


def is_stray(line: Box, print_: Print) -> bool:
    """Whether a line is too short for one to write on, and has no words beside it that stand on it."""
    mm = print_.mm
    if line.width >= LINE_MM * mm:
        return False
    if line.height > THIN_MM * mm + 2:  # an arc
        return True
    reach, high = round(BESIDE_MM * mm), round(WORDS_MM * mm)
    for left, right in ((line.left - reach, line.left), (line.right, line.right + reach)):
        columns = slice(max(0, left), max(0, right))
        above = np.count_nonzero(print_.ink[max(0, line.top - high) : line.bottom, columns])
        below = np.count_nonzero(print_.ink[line.bottom : line.bottom + high, columns])
        if above >= mm * mm / 2 and above >= ABOVE_MIN * (above + below):
            return False
    return True
