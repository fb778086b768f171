"""Labelled candidates: synthetic numbers put through the reader's own imaging, each candidate judged by the
ink it holds. This is what makes training crops the same as those met in reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import DIGITS, digits_of
from digitocr.records import Gray
from digitocr.segmentation.candidates import Candidates, candidates
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.segment import Segments
from digitocr.synthesis.glyphs import Hand
from digitocr.synthesis.writing import Placed, Spacing, Written, write_number

MARK, PART = 10, 11  # beside the digits 0-9: a whole mark or dirt; a piece of a digit, or more than one
WHOLE_MIN = 0.88  # of a digit's ink in the candidate: the digit is whole
FOREIGN_MAX = 0.14  # of the candidate's ink from others: the digit is alone
DOUBT = -1
LIKE_DIGITS = frozenset("bgijloqszBGIJLOQSZ")  # letters that only their neighbours tell from digits


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """One drawn number as reading meets it: the `digits` it says, and its candidates.

    `labels` (N,) int64 say what each candidate holds: 0..9, MARK, PART or DOUBT.
    """

    digits: str
    candidates: Candidates
    labels: NDArray[np.int64]


def random_text(rng: np.random.Generator) -> str:
    """A number as people write them: counts, amounts with separators, codes."""
    length = int(rng.choice(9, p=[0.06, 0.12, 0.17, 0.2, 0.19, 0.11, 0.06, 0.07, 0.02])) + 1
    digits = [str(d) for d in rng.integers(0, 10, length)]
    if rng.random() < 0.3:  # round amounts
        for n in range(1, length):
            if rng.random() < 0.6:
                digits[-n] = "0"
    if rng.random() < 0.1:
        digits = [digits[0]] * length
    text = "".join(digits)
    style = rng.random()
    if style < 0.2 and length > 3:
        text = f"{text[:-3]}{rng.choice(['.', ',', ' '])}{text[-3:]}"
    elif style < 0.3 and length > 1:
        at = int(rng.integers(1, length))
        text = f"{text[:at]}{rng.choice(['.', ',', '-', '/'], p=[0.4, 0.35, 0.15, 0.1])}{text[at:]}"
    if rng.random() < 0.3:
        text += str(rng.choice([".", ".-", "-", "=", ",-", ".=", " -", ".--", " =", ".-.", ". -", ","]))
    if rng.random() < 0.06:
        text = str(rng.choice(["-", "+", "=", "."])) + text
    return text


def draw_number(rng: np.random.Generator, hand: Hand, text: str, size_px: float, spacing: Spacing) -> Written:
    """Write `text` as a form or a camera would crop it: loosely, tightly, or through the ink's edge."""
    written = write_number(rng, hand, text, size_px, spacing)
    widest = 0.15 if rng.random() < 0.3 else 0.7
    left, top, right, bottom = rng.uniform(0.02, widest, 4) * size_px
    if rng.random() < 0.25:
        left, right = left + rng.uniform(0, 1.5) * size_px, right + rng.uniform(0, 1.5) * size_px
    dx, dy = int(left) + 1, int(top) + 1
    sides = ((dy, int(bottom) + 1), (dx, int(right) + 1))
    ink = np.pad(written.ink, sides)
    placed = tuple(replace(p, box=p.box.shifted(dx, dy)) for p in written.placed)
    return replace(written, ink=ink, base=written.base + dy, placed=placed)


def assign_truth(
    segments: Segments, of_line: Candidates, placed: Sequence[Placed], scale: float
) -> NDArray[np.int64]:
    """Say of each candidate what it holds: (N,) 0..9, MARK, PART, or DOUBT (not to be learned from).

    `scale` is the size of the slices' row over that of the drawn ink.
    """
    count = len(segments)
    held = np.zeros((len(placed), count), np.float64)
    rows, columns = segments.label.shape
    for n, glyph in enumerate(placed):
        y, x = np.nonzero(glyph.ink)
        at_y = np.minimum(((y + glyph.box.top + 0.5) * scale).astype(np.intp), rows - 1)
        at_x = np.minimum(((x + glyph.box.left + 0.5) * scale).astype(np.intp), columns - 1)
        held[n] = np.bincount(segments.label[at_y, at_x], weights=glyph.ink[y, x], minlength=count)
    own = held.sum(axis=1, keepdims=True)
    cumulative = np.concatenate([np.zeros((len(placed), 1)), np.cumsum(held, axis=1)], axis=1)
    inside = cumulative[:, of_line.last] - cumulative[:, of_line.first]
    share = inside / own
    digit = np.array([p.text in DIGITS for p in placed])
    # Ink that no glyph accounts for is dirt, lines or texture.
    expected = inside.sum(axis=0) * scale * scale / 255
    areas = np.array([segments.area[a:b].sum() for a, b in zip(of_line.first, of_line.last, strict=True)])
    labels = np.full(len(of_line.first), DOUBT, np.int64)
    best = np.argmax(np.where(digit[:, None], share, 0), axis=0)
    column = np.arange(len(labels))
    digit_share = np.where(digit[best], share[best, column], 0.0)
    foreign = (inside.sum(axis=0) - inside[best, column]) / np.maximum(inside.sum(axis=0), 1)
    dirt = np.maximum(areas - expected * 1.3, 0) / np.maximum(areas, 1)
    most = np.max(np.where(digit[:, None], share, 0), axis=0)
    whole = (digit_share > WHOLE_MIN) & (foreign < FOREIGN_MAX) & (dirt < 0.5)
    part = (most > 0.15) & (((digit_share < 0.78) & (most < 0.78)) | (foreign > 0.22))
    resembles_digit = np.array([p.text in LIKE_DIGITS for p in placed])
    mark = (most < 0.06) & (np.max(np.where(resembles_digit[:, None], share, 0), axis=0) < 0.06)
    labels[part] = PART
    labels[mark] = MARK
    labels[whole] = [int(placed[b].text) for b in best[whole]]
    return labels


def label_line(gray: Gray, number: Written, shrink: float) -> DrawnLine | None:
    """Put a drawn line image (H, W) through the reader's imaging, and label its candidates; None for no ink.

    `shrink` is the size of `gray` over that of `number.ink`.
    """
    segments, scale = segment_line(gray)
    if segments is None:
        return None
    of_line = candidates(segments)
    return DrawnLine(
        digits_of(number.text), of_line, assign_truth(segments, of_line, number.placed, scale * shrink)
    )
