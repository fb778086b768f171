import numpy as np
import pytest

from digitocr.imaging import opencv


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (4, 1), (1, 4), (4, 4), (30, 40)])
@pytest.mark.parametrize("level", [5, 80.0])
def test_a_level_is_subtracted_from_images_of_every_shape(shape, level):
    gray = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    difference = opencv.subtract(gray, level)
    assert difference.shape == shape
    assert np.array_equal(difference, np.maximum(gray.astype(int) - int(level), 0))
