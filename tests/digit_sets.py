"""Digits drawn on the spot, so that training can be tested without fetching anything."""

import cv2
import numpy as np
import pytest

from digitocr.imaging.normaliser import normalise


def draw_digit(digit, rng, side=48):
    """Dark on light, (side, side) uint8."""
    page = np.full((side, side), 235, np.uint8)
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]))
    at = (side // 4 + int(rng.integers(-3, 4)), side * 3 // 4 + int(rng.integers(-3, 4)))
    cv2.putText(page, str(digit), at, font, side / 40, 30, int(rng.integers(2, 4)), cv2.LINE_AA)
    return page


@pytest.fixture(scope="session")
def digit_pages():
    """40 pages of each digit and their labels."""
    rng = np.random.default_rng(5)
    labels = np.tile(np.arange(10), 40)
    return np.array([draw_digit(label, rng) for label in labels]), labels


@pytest.fixture(scope="session")
def digit_crops(digit_pages):
    pages, labels = digit_pages
    return np.array(
        [normalise(np.where(page < 130, 255 - page, 0).astype(np.uint8)) for page in pages]
    ), labels


@pytest.fixture(scope="session")
def digits_npz(digit_crops, tmp_path_factory):
    """The crops as a set: light on dark, with a test part."""
    crops, labels = digit_crops
    path = tmp_path_factory.mktemp("sets") / "drawings.npz"
    np.savez(path, x_train=crops[:300], y_train=labels[:300], x_test=crops[300:], y_test=labels[300:])
    return path
