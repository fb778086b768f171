"""Small pages drawn on the spot."""

import cv2
import numpy as np


def paper(height, width, shade=235):
    return np.full((height, width), shade, np.uint8)


def write(page, text, left, base, size=1.2, thickness=3):
    """Write dark text on the line `base`; a size of 1.2 makes digits 26 px high."""
    cv2.putText(page, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, size, 30, thickness, cv2.LINE_AA)
    return page


def number(text, margin=20):
    """A picture of one number with clear gaps, and the left edge of each digit."""
    page = paper(70, 2 * margin + 34 * len(text))
    lefts = [margin + 34 * n for n in range(len(text))]
    for digit, left in zip(text, lefts, strict=True):
        write(page, digit, left, 50)
    return page, lefts
