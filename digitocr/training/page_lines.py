"""Lines as pages give them: the numbers of drawn pages, isolated by the maps, and what each says.

What is left of lines, neighbours and letters around a number, no strip that is drawn alone shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import OTHER, symbol_of
from digitocr.layout.candidate_row import CandidateRow
from digitocr.layout.layout import find_rows
from digitocr.layout.looks import Segment
from digitocr.segmentation.line_image import draw_line_image
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.draw import PAGE_KINDS
from digitocr.synthesis.pages.pens import Pens
from digitocr.synthesis.pages.style import random_style
from digitocr.synthesis.pages.view import canvas_positions, look_at, moved
from digitocr.synthesis.pages.writers import Letter
from digitocr.training.line_images import LabelledLineImage, spells
from digitocr.training.line_shards import load_line_images, save_line_images

LINE_PAGES_A_SHARD = 450  # some two minutes, which is what a run that is stopped loses
# Kinds of pages by share, where it is not that of the patches: a sudoku has many digits and little else.
PAGE_LINE_SHARES = {"sudoku": 0.02, "words": 0.08, "meter": 0.02, "text": 0.2, "receipt": 0.16, "table": 0.2}
PAGE_DIGITS, PAGE_PX = 22, (360, 900)  # a page is so many digits high and wide, within these bounds
HARSH = 3  # each third page is photographed so badly that people err too
# The bounds below were chosen by looking at 60 lines of drawn pages that they let pass.
DIGIT_WHOLE, DIGIT_CUT = 0.7, 0.15  # of a digit's area: so much in the row is a digit there, or a piece
SIGN_WHOLE = 0.5  # the same for a sign
INK_MIN_PX = 2  # ink of a character in the row's image: less was erased
OTHER_INK_MAX, OTHER_INK_ALONE = 0.12, 0.5  # of the row's ink: so much is other ink, beside digits or alone
LETTER_WIDTH = 0.75  # of the writing's height


@dataclass(frozen=True, slots=True, eq=False)
class _DrawnPage:
    """A picture (H, W), its characters, for each pixel which it is from 1 on (H, W), and its other ink."""

    picture: NDArray[np.uint8]
    letters: Sequence[Letter]
    owner: NDArray[np.float32]
    other: NDArray[np.float32]


def page_line_shards(
    pens: Pens, segment: Segment, pages: int, seed: int, folder: Path, log: Callable[[str], None]
) -> list[LabelledLineImage]:
    """Draw pages and keep their lines in `folder`; what is there already is not drawn again."""
    folder.mkdir(parents=True, exist_ok=True)
    images: list[LabelledLineImage] = []
    for first in range(0, pages, LINE_PAGES_A_SHARD):
        file = folder / f"{first // LINE_PAGES_A_SHARD:03}.npz"
        if not file.is_file():
            shard: list[LabelledLineImage] = []
            for number in range(first, min(first + LINE_PAGES_A_SHARD, pages)):
                shard += page_lines(
                    np.random.default_rng((seed, number)), pens, segment, harsh=not number % HARSH
                )
            save_line_images(shard, file)
        images += load_line_images(file)
        log(f"{len(images)} lines of {min(first + LINE_PAGES_A_SHARD, pages)} of {pages} pages are drawn")
    return images


def page_lines(
    rng: np.random.Generator, pens: Pens, segment: Segment, *, harsh: bool
) -> list[LabelledLineImage]:
    """Draw one page; the lines that the maps show on it, but for those that hold a piece of a digit."""
    page = _draw_page(rng, pens, harsh)
    areas = np.bincount(page.owner.astype(np.intp).ravel(), minlength=len(page.letters) + 1)
    lines = []
    for row in find_rows(page.picture, "page", segment).rows:
        symbols = _symbols(page, row, areas)
        if symbols and row.segments is not None:
            line = LabelledLineImage(draw_line_image(row.segments), symbols)
            if spells(line.strip, symbols):
                lines.append(line)
    return lines


def _draw_page(rng: np.random.Generator, pens: Pens, harsh: bool) -> _DrawnPage:
    shares = np.array([PAGE_LINE_SHARES.get(name, kind.share) for name, kind in PAGE_KINDS.items()])
    kind = list(PAGE_KINDS.values())[int(rng.choice(len(PAGE_KINDS), p=shares / shares.sum()))]
    style = random_style(rng, pens, kind.printed)
    side = int(np.clip(PAGE_DIGITS * style.size, *PAGE_PX)) & ~1
    canvas = Canvas(side, side)
    kind.draw(canvas, style)
    owner = np.zeros(canvas.shape, np.float32)
    for number, letter in enumerate(canvas.letters, 1):
        owner[max(0, letter.top) : max(0, letter.bottom), max(0, letter.left) : max(0, letter.right)] = number
    positions = canvas_positions(rng, canvas.shape)
    picture, _ = look_at(rng, canvas, style.size, harsh=harsh, positions=positions)
    other = np.asarray(moved(canvas.maps["other"], positions), np.float32)
    return _DrawnPage(
        picture, canvas.letters, np.asarray(moved(owner, positions, nearest=True), np.float32), other
    )


def _symbols(page: _DrawnPage, row: CandidateRow, areas: NDArray[np.intp]) -> str:
    """What a row says; nothing where that is not certain."""
    segments = row.segments
    if segments is None or segments.dark.shape != segments.label.shape:  # digits apart, brought together
        return ""
    boxes = segments.boxes
    ink = np.zeros(segments.dark.shape, np.bool_)
    top, bottom, left, right = boxes[:, 1].min(), boxes[:, 3].max(), boxes[:, 0].min(), boxes[:, 2].max()
    inside = np.s_[top:bottom, left:right]
    ink[inside] = segments.dark[inside] > 0.5 * segments.contrast
    owner = _in_row(page.owner, row, cv2.INTER_NEAREST).astype(np.intp)
    other = _in_row(page.other, row, cv2.INTER_LINEAR) > 100
    page_area = float(abs(np.linalg.det(row.page_from_row[:, :2])))
    held = np.bincount(owner[inside].ravel(), minlength=len(areas)) * page_area / np.maximum(areas, 1)
    inked = np.bincount(owner[ink], minlength=len(areas)) >= INK_MIN_PX
    is_digit = np.array([False, *(letter.text.isdigit() for letter in page.letters)])
    whole = (held >= np.where(is_digit, DIGIT_WHOLE, SIGN_WHOLE)) & inked
    cut = is_digit & (held > DIGIT_CUT) & ~whole & (inked | (held >= DIGIT_WHOLE))
    whole[0] = cut[0] = False
    foreign = float((ink & other & (owner == 0)).sum() / max(1, ink.sum()))
    members = np.flatnonzero(whole)
    if cut.any() or (np.diff(members) != 1).any():  # a piece, or of several numbers
        return ""
    if (whole & is_digit).any():
        text = "".join(symbol_of(page.letters[member - 1].text) for member in members.tolist())
        return text if foreign <= OTHER_INK_MAX else ""
    if len(members) or foreign <= OTHER_INK_ALONE:
        return ""
    return OTHER * max(1, round(float(right - left) / (LETTER_WIDTH * segments.height)))


def _in_row(layer: NDArray[np.float32], row: CandidateRow, interpolation: int) -> NDArray[np.float32]:
    """A layer of the page (H, W) as it lies in the image of a row."""
    assert row.segments is not None
    height, width = row.segments.dark.shape
    moved_layer = cv2.warpAffine(
        layer, row.page_from_row, (width, height), flags=interpolation | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(moved_layer, np.float32)
