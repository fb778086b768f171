"""Lines as the page segmenter isolates them on drawn pages, and what they say."""

import cv2
import numpy as np
import pytest

from digitocr.alphabet import ALPHABET, DIGITS
from digitocr.layout.maps import MAP_NAMES, PageMaps
from digitocr.synthesis.pages.pens import Pens
from digitocr.training import page_lines as module
from digitocr.training.page_lines import page_line_shards, page_lines

PENS = Pens()


@pytest.fixture
def true_maps(monkeypatch):
    """The maps that the canvas knows, in place of a network's."""
    drawn = []

    def looked_at(*args, **kwargs):
        picture, maps = look_at(*args, **kwargs)
        drawn.append((picture, maps))
        return picture, maps

    look_at = module.look_at
    monkeypatch.setattr(module, "look_at", looked_at)

    def segment(image):
        picture, maps = drawn[-1]
        scale = image.shape[0] / picture.shape[0]
        size = round(maps.shape[1] * scale), round(maps.shape[0] * scale)
        layers = {
            n: cv2.resize(maps[..., n], size, interpolation=cv2.INTER_AREA) for n in range(len(MAP_NAMES))
        }
        return PageMaps(*layers.values())

    return segment


def test_the_lines_of_pages_say_numbers_in_the_alphabet(true_maps):
    lines = [
        line
        for seed in range(6)
        for line in page_lines(np.random.default_rng(seed), PENS, true_maps, harsh=False)
    ]
    assert len(lines) > 10
    assert sum(any(symbol in DIGITS for symbol in line.symbols) for line in lines) > len(lines) / 2
    for line in lines:
        assert set(line.symbols) <= set(ALPHABET)
        assert line.strip.shape[0] == 32
        assert line.strip.any()


def test_shards_are_drawn_once(true_maps, tmp_path):
    first = page_line_shards(PENS, true_maps, 2, 5, tmp_path, lambda _: None)
    again = page_line_shards(PENS, lambda _: pytest.fail("drawn again"), 2, 5, tmp_path, lambda _: None)
    assert [line.symbols for line in first] == [line.symbols for line in again]
    assert all((a.strip == b.strip).all() for a, b in zip(first, again, strict=True))
