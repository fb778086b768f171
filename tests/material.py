"""What tests of many parts are made of. Not in a conftest.py, of which there are several by that name."""

import cv2
import numpy as np

# An empty PDF encrypted (RC4, 40 bit) under a user password that is not empty.
LOCKED_PDF = b"""%%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj
4 0 obj <</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>> endobj
trailer <</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF""" % (b"11" * 32, b"22" * 32)


def draw_number(text, height=64):
    """Dark on light, (height, W) uint8."""
    page = np.full((height, 24 * len(text) + 40), 240, np.uint8)
    cv2.putText(page, text, (20, height - 20), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2, cv2.LINE_AA)
    return page
