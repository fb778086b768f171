"""The page segmenter as it comes along."""

from pathlib import Path

import numpy as np
import pytest

from digitocr.errors import ModelError
from digitocr.evaluation.page_maps import intersection_over_union
from digitocr.layout.maps import MAP_NAMES, PageMaps, digit_heights_px, height_level
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.page_segmenter import PageSegmenter, load_page_segmenter, stacked
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.draw import draw_patch
from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.view import look_at
from digitocr.synthesis.pages.writers import FontWriter

mpl = pytest.importorskip("matplotlib")
FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"


@pytest.fixture(scope="module")
def segmenter() -> PageSegmenter:
    pages = load_classifier().pages
    assert pages is not None
    return pages


@pytest.mark.parametrize("shape", [(64, 96), (65, 97), (33, 200), (1, 1), (40, 40)])
def test_maps_are_half_as_large_as_any_image(segmenter: PageSegmenter, shape: tuple[int, int]) -> None:
    maps = segmenter.maps(np.full(shape, 255, np.uint8))
    assert isinstance(maps, PageMaps)
    half = ((shape[0] + 1) // 2, (shape[1] + 1) // 2)
    assert all(getattr(maps, name).shape == half for name in MAP_NAMES)
    assert all(getattr(maps, name).dtype == np.uint8 for name in MAP_NAMES)
    assert maps.scale == 0.5


def test_colour_is_looked_at_in_gray(segmenter: PageSegmenter) -> None:
    gray = np.random.default_rng(1).integers(0, 256, (64, 64), np.uint8)
    assert np.array_equal(stacked(segmenter.maps(gray)), stacked(segmenter.maps(np.dstack([gray] * 3))))


@pytest.mark.parametrize(
    "image", [np.zeros((0, 5), np.uint8), np.zeros((5, 5)), np.zeros((5, 5, 2), np.uint8)]
)
def test_what_is_no_image_is_told(segmenter: PageSegmenter, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected an image"):
        segmenter.maps(image)


def test_another_network_is_told() -> None:
    lines = Path(__file__).parents[2] / "models" / "lines.tflite"
    with pytest.raises(ModelError, match=r"lines\.tflite"):
        load_page_segmenter(lines)


def test_heights_and_levels_are_each_other_s_reverse() -> None:
    levels = np.array([height_level(px) for px in (6, 10, 24, 72)]).round().astype(np.uint8)
    assert digit_heights_px(levels) == pytest.approx([6, 10, 24, 72], rel=0.01)


def test_a_white_page_shows_nothing(segmenter: PageSegmenter) -> None:
    maps = segmenter.maps(np.full((320, 320), 250, np.uint8))
    assert max(getattr(maps, name).max() for name in ("core", "digit", "line", "other")) < 128


@pytest.mark.parametrize("inverted", [False, True])
def test_a_printed_number_is_found_where_it_stands(segmenter: PageSegmenter, inverted: bool) -> None:
    canvas = Canvas(160, 320)
    letters = canvas.number(FontWriter(FONT), "20716", (90, 90), 26, 1.0)
    picture, _ = look_at(np.random.default_rng(4), canvas, 26, harsh=False)
    maps = segmenter.maps(255 - picture if inverted else picture)
    rows, columns = np.nonzero(maps.core > 128)
    assert len(rows)
    assert letters[0].left / 2 - 4 < columns.min() < columns.max() < letters[-1].right / 2 + 4
    assert letters[0].top / 2 < rows.mean() < letters[0].bottom / 2
    assert np.median(digit_heights_px(maps.height[maps.core > 128])) == pytest.approx(26, rel=0.25)


def test_maps_of_drawn_pages_fit_them(segmenter: PageSegmenter) -> None:
    """Letterforms drawn by the project and a font of its own: 20 patches with a frozen seed."""
    pens = Pens(fonts=(FONT,))
    rng = np.random.default_rng(2026)
    kinds = ("table", "sudoku", "boxes", "list", "receipt")
    pages = [draw_patch(rng, pens, kinds[n % 5], size_px=(14.0, 40.0), harsh=False) for n in range(20)]
    pairs = [(stacked(segmenter.maps(page.picture)), page.maps) for page in pages]
    scores = intersection_over_union(pairs)
    assert scores["core"] > 0.5
    assert scores["digit"] > 0.5
    assert scores["line"] > 0.6
    assert scores["height"] > 0.8
