"""Labelled candidates: synthetic numbers put through the reader's own imaging, each candidate judged by the
ink it holds. This is what makes training crops the same as those met in reading.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.candidates import GEOMETRY, Candidates, candidates
from digitocr.imaging.line import slice_line
from digitocr.imaging.segment import Slices
from digitocr.records import Gray
from digitocr.training.synth.glyphs import Glyph, Hand

MARK, PART = 10, 11  # beside the digits 0-9: a whole mark or dirt; a piece of a digit, or more than one
WHOLE_MIN = 0.88  # of a digit's ink in the candidate: the digit is whole
FOREIGN_MAX = 0.14  # of the candidate's ink from others: the digit is alone
DOUBT = -1


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A drawn number: `ink` (H, W) uint8, and where each glyph's own ink stands: (text, left, top, ink)."""

    text: str
    ink: Gray
    parts: tuple[tuple[str, int, int, Gray], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """`crops` (N, 28, 28) uint8, `labels` (N,) int64 in 0..9, MARK, PART, `geometry` (N, G) float32."""

    crops: Gray
    labels: NDArray[np.int64]
    geometry: NDArray[np.float32]


def random_text(rng: np.random.Generator) -> str:
    """A number as people write them: counts, amounts with separators, codes."""
    length = int(rng.choice(9, p=[0.06, 0.12, 0.17, 0.2, 0.19, 0.11, 0.06, 0.07, 0.02])) + 1
    digits = [str(d) for d in rng.integers(0, 10, length)]
    if rng.random() < 0.25:  # round amounts
        for n in range(1, length):
            if rng.random() < 0.6:
                digits[-n] = "0"
    if rng.random() < 0.1:
        digits = [digits[0]] * length
    text = "".join(digits)
    style = rng.random()
    if style < 0.2 and length > 3:
        text = f"{text[:-3]}{rng.choice(['.', ',', ' '])}{text[-3:]}"
    elif style < 0.33 and length > 1:
        at = int(rng.integers(1, length))
        text = f"{text[:at]}{rng.choice(['.', ',', '-', '/'])}{text[at:]}"
    if rng.random() < 0.12:
        text += str(rng.choice([".", ".-", "-", "=", ",-", ".="]))
    if rng.random() < 0.06:
        text = str(rng.choice(["-", "+", "=", "."])) + text
    return text


def draw_number(rng: np.random.Generator, hand: Hand, text: str, size_px: float) -> Number:
    """Write `text` in one hand: shared spacing, a drifting baseline, neighbours that may touch."""
    gap_mean = rng.normal(0.12, 0.12) if rng.random() < 0.8 else rng.uniform(0.3, 1.0)
    gap_spread = abs(rng.normal(0, 0.07))
    slope = rng.normal(0, 0.04)
    wobble = abs(rng.normal(0, 0.05))
    zero_scale = rng.uniform(0.5, 0.85) if rng.random() < 0.12 else 1.0
    x = 0.0
    placed: list[tuple[str, float, float, Gray]] = []
    for character in text:
        if character == " ":
            x += 0.35 * size_px
            continue
        glyph = hand.draw(character)
        scale = size_px / glyph.size * (zero_scale if character == "0" else 1.0) * rng.uniform(0.92, 1.08)
        ink = glyph.ink
        if abs(scale - 1) > 0.02:
            shape = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
            ink = cv2.resize(ink, shape, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        y = -glyph.base * scale + size_px * (slope * x / size_px + rng.normal(0, wobble))
        placed.append((character, x, y, ink))
        x += ink.shape[1] + size_px * rng.normal(gap_mean, gap_spread)
        x = max(x, placed[-1][1] + 0.3 * ink.shape[1])
    return _assemble(rng, text, placed, size_px)


def _assemble(
    rng: np.random.Generator, text: str, placed: list[tuple[str, float, float, Gray]], size_px: float
) -> Number:
    left, top, right, bottom = (
        int(min(p[1] for p in placed)),
        int(np.floor(min(p[2] for p in placed))),
        int(max(p[1] + p[3].shape[1] for p in placed)) + 1,
        int(max(p[2] + p[3].shape[0] for p in placed)) + 1,
    )
    tight = rng.random() < 0.3
    margins = rng.uniform(0.02, 0.15 if tight else 0.7, 4) * size_px
    if rng.random() < 0.25:
        margins[[0, 2]] += rng.uniform(0, 1.5) * size_px
    ml, mt, mr, mb = (int(m) + 1 for m in margins)
    ink = np.zeros((bottom - top + mt + mb, right - left + ml + mr), np.uint8)
    parts = []
    for character, x, y, glyph in placed:
        px, py = int(x) - left + ml, int(np.floor(y)) - top + mt
        window = ink[py : py + glyph.shape[0], px : px + glyph.shape[1]]
        np.maximum(window, glyph[: window.shape[0], : window.shape[1]], out=window)
        parts.append((character, px, py, glyph))
    return Number(text, ink, tuple(parts))


def judge(slices: Slices, found: Candidates, parts: tuple[tuple[str, int, int, Gray], ...], scale: float) -> NDArray[np.int64]:
    """Say of each candidate what it holds: (N,) 0..9, MARK, PART, or DOUBT (not to be learned from)."""
    count = len(slices)
    held = np.zeros((len(parts), count), np.float64)
    rows, columns = slices.label.shape
    for n, (_, left, top, ink) in enumerate(parts):
        y, x = np.nonzero(ink)
        at_y = np.minimum(((y + top + 0.5) * scale).astype(np.intp), rows - 1)
        at_x = np.minimum(((x + left + 0.5) * scale).astype(np.intp), columns - 1)
        held[n] = np.bincount(slices.label[at_y, at_x], weights=ink[y, x], minlength=count)
    own = held.sum(axis=1, keepdims=True)
    cumulative = np.concatenate([np.zeros((len(parts), 1)), np.cumsum(held, axis=1)], axis=1)
    inside = cumulative[:, found.last] - cumulative[:, found.first]
    share = inside / own
    digit = np.array([p[0].isdigit() for p in parts])
    # Ink that no glyph accounts for is dirt, lines or texture.
    expected = inside.sum(axis=0) * scale * scale / 255
    seen = np.array([slices.area[a:b].sum() for a, b in zip(found.first, found.last, strict=True)])
    labels = np.full(len(found.first), DOUBT, np.int64)
    best = np.argmax(np.where(digit[:, None], share, 0), axis=0)
    column = np.arange(len(labels))
    digit_share = np.where(digit[best], share[best, column], 0.0)
    foreign = (inside.sum(axis=0) - inside[best, column]) / np.maximum(inside.sum(axis=0), 1)
    dirt = np.maximum(seen - expected * 1.3, 0) / np.maximum(seen, 1)
    most = np.max(np.where(digit[:, None], share, 0), axis=0)
    whole = (digit_share > WHOLE_MIN) & (foreign < FOREIGN_MAX) & (dirt < 0.5)
    part = (most > 0.15) & (((digit_share < 0.78) & (most < 0.78)) | (foreign > 0.22))
    mark = most < 0.06
    labels[part] = PART
    labels[mark] = MARK
    labels[whole] = [int(parts[b][0]) for b in best[whole]]
    return labels


def label_line(gray: Gray, number: Number, shrink: float) -> Labelled | None:
    """Put one drawn line image through the reader's imaging and label what comes out.

    `shrink` is the size of `gray` over that of `number.ink`.
    """
    slices, scale = slice_line(gray)
    if slices is None:
        return None
    found = candidates(slices)
    labels = judge(slices, found, number.parts, scale * shrink)
    sure = labels != DOUBT
    return Labelled(found.crops[sure], labels[sure], found.geometry[sure])
