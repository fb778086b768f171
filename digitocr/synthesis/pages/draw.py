"""Whole pages, or patches of them, with their maps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digitocr.records import Gray
from digitocr.synthesis.pages.boxes import draw_digit_boxes
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.clutter import page_edge, scatter, texture
from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.spaced import draw_meter, draw_spaced
from digitocr.synthesis.pages.style import DIGIT_PX, Style, random_style
from digitocr.synthesis.pages.tables import draw_marks, draw_sudoku, draw_table
from digitocr.synthesis.pages.texts import draw_list, draw_loose, draw_receipt, draw_text, draw_words
from digitocr.synthesis.pages.view import look_at

PATCH_PX = 320


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page: how it is drawn, how often, and how often in print."""

    draw: Callable[[Canvas, Style], None]
    share: float
    printed: float


PAGE_KINDS = {
    "table": PageKind(draw_table, 0.17, 0.6),
    "marks": PageKind(draw_marks, 0.08, 0.05),
    "sudoku": PageKind(draw_sudoku, 0.1, 0.6),
    "boxes": PageKind(draw_digit_boxes, 0.12, 0.15),
    "list": PageKind(draw_list, 0.14, 0.1),
    "text": PageKind(draw_text, 0.12, 0.7),
    "words": PageKind(draw_words, 0.06, 0.45),
    "receipt": PageKind(draw_receipt, 0.07, 1.0),
    "loose": PageKind(draw_loose, 0.04, 0.35),
    "spaced": PageKind(draw_spaced, 0.07, 0.2),
    "meter": PageKind(draw_meter, 0.03, 1.0),
}
# The shares of pages with drawings, with a ground of cloth or the like, and that end in the picture.
CLUTTERED, TEXTURED, EDGED = 0.12, 0.08, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPage:
    """A picture (H, W) uint8 of some kind and its maps (H / 2, W / 2, 6) uint8, as `MAP_NAMES` has them."""

    kind: str
    picture: Gray
    maps: Gray


def draw_patch(
    rng: np.random.Generator,
    pens: Pens,
    kind: str | None = None,
    *,
    shape: tuple[int, int] = (PATCH_PX, PATCH_PX),
    size_px: tuple[float, float] = DIGIT_PX,
    harsh: bool = True,
) -> DrawnPage:
    """Draw a page, or a patch of one.

    Args:
        rng: the source of every choice.
        pens: whom it is written by.
        kind: a name in `PAGE_KINDS`; drawn by their shares by default.
        shape: rows and columns in pixels, even.
        size_px: the range of its digits' heights.
        harsh: as `look_at` says.
    """
    name = kind or str(rng.choice(list(PAGE_KINDS), p=[k.share for k in PAGE_KINDS.values()]))
    traits = PAGE_KINDS[name]
    style = random_style(rng, pens, traits.printed, size_px)
    canvas = Canvas(*shape)
    if style.chance(TEXTURED):
        texture(canvas, style)
    traits.draw(canvas, style)
    if style.chance(CLUTTERED):
        scatter(canvas, style, int(rng.integers(1, 3)))
    if style.chance(EDGED):
        page_edge(canvas, style)
    return DrawnPage(name, *look_at(rng, canvas, style.size, harsh=harsh))
