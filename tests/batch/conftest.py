"""What tests of several parts of batch reading share."""

import cv2
import numpy as np
import pytest


@pytest.fixture
def images(tmp_path):
    """Makes image files of given widths; the brightness is their number."""

    def make(widths):
        paths = []
        for number, width in enumerate(widths):
            paths.append(str(tmp_path / f"{number}.png"))
            cv2.imwrite(paths[-1], np.full((20, width), 130 + number, np.uint8))
        return paths

    return make
