"""Pictures that hold no number, or only part of one: what a reader has to leave alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.alphabet import OTHER
from digitocr.imaging import opencv
from digitocr.imaging.normaliser import tight_box
from digitocr.records import Gray
from digitocr.synthesis.amounts import digits_text, symbols_of
from digitocr.synthesis.strokes import StrokeHand, smooth
from digitocr.synthesis.writing import Spacing, Written, random_spacing, write_number

WRITTEN_LETTERS = "wmnertavhkeeaanrtNREMAF"
TICKS = "\N{CHECK MARK}\N{CHECK MARK}~?&x"
CUT_WIDTH = (0.35, 0.6)  # of a digit's width that a cut leaves: less than a reader needs,
CUT_HEIGHT = (0.3, 0.58)  # and of all digits' height
STRIKES = ("line", "lines", "zigzag", "cross")
Random = np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Unread:
    """Ink (H, W) uint8, 255 where the pen was, and the `symbols` that a line recogniser is to say of it."""

    ink: Gray
    symbols: str


def draw_unread(rng: Random, size_px: float, characters: Sequence[Gray], kind: str | None = None) -> Unread:
    """Draw something that is no whole number, `size_px` high.

    Args:
        rng: where chance comes from.
        size_px: how high digits would be.
        characters: (h, w) uint8 of characters that are no digits, light on dark; without any, scribbles
            stand for other scripts.
        kind: one of `NON_NUMBER_KINDS`; None draws one.
    """
    if kind is None:
        kind = NON_NUMBER_KINDS[int(rng.choice(len(_KINDS), p=[share for _, share in _KINDS.values()]))]
    return _KINDS[kind][0](rng, size_px, characters)


def struck(rng: Random, number: Written, size_px: float) -> Unread:
    """A number that its writer struck out."""
    pad = int(0.4 * size_px)
    ink = np.pad(number.ink, pad)
    rows, columns = ink.shape
    left, right, thick = 0.5 * pad, columns - 0.5 * pad, max(1, round(size_px * rng.uniform(0.04, 0.12)))
    kind = STRIKES[rng.integers(len(STRIKES))]
    strokes = {
        "line": [[(left, rows * rng.uniform(0.4, 0.6)), (right, rows * rng.uniform(0.4, 0.6))]] * 2,
        "lines": [[(left, rows * y), (right, rows * (y + rng.normal(0, 0.04)))] for y in (0.42, 0.56)],
        "zigzag": [
            [(x, rows * y) for x, y in zip(np.linspace(left, right, 11), [0.25, 0.75] * 6, strict=False)]
        ],
        "cross": [[(left, 0.15 * rows), (right, 0.85 * rows)], [(left, 0.85 * rows), (right, 0.15 * rows)]],
    }[kind]
    for stroke in strokes:
        points = np.array(stroke) + rng.normal(0, 0.03 * size_px, (len(stroke), 2))
        cv2.polylines(ink, [np.round(smooth(points)).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    return Unread(ink, OTHER)


def cut(rng: Random, number: Written) -> Unread:
    """A number of which the picture's edge leaves a part: digits that lack too much are none."""
    chance = rng.random()
    if chance < 0.4:  # a row cut lengthwise
        left = max(2, int(number.ink.shape[0] * rng.uniform(*CUT_HEIGHT)))
        return Unread(number.ink[:left] if rng.random() < 0.5 else number.ink[-left:], OTHER)
    last = chance < 0.7
    box = number.placed[-1 if last else 0].box
    at = box.left + int(box.width * (rng.uniform(*CUT_WIDTH)))
    symbols = symbols_of(number.text[:-1] if last else number.text[1:], spaces=False)
    if last:
        return Unread(np.ascontiguousarray(number.ink[:, :at]), symbols + OTHER)
    return Unread(np.ascontiguousarray(number.ink[:, at:]), OTHER + symbols)


def _number(rng: Random, size_px: float, without: str = "") -> Written:
    """A number, without a digit of which a part looks like the whole."""
    hand, spacing = StrokeHand(rng, size_px), replace(random_spacing(rng), slope=0.0)
    return write_number(rng, hand, digits_text(rng, 2, 6).replace(without or " ", "8"), size_px, spacing)


def _struck(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    return struck(rng, _number(rng, size_px), size_px)


def _cut(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    return cut(rng, _number(rng, size_px, without="1"))


def _word(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    letters = "".join(rng.choice(list(WRITTEN_LETTERS), int(rng.integers(2, 8))))
    spacing = Spacing(gap=rng.uniform(-0.05, 0.12), wobble=0.03, slope=rng.normal(0, 0.03))
    return Unread(write_number(rng, StrokeHand(rng, size_px), letters, size_px, spacing).ink, OTHER)


def _ticks(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    marks = TICKS[rng.integers(len(TICKS))] * int(rng.choice([1, 1, 1, 2]))
    return Unread(write_number(rng, StrokeHand(rng, size_px), marks, size_px).ink, OTHER)


def _dashes(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    text = str(rng.choice(["-", "-", "--", "---", "=", ".", "..", "-.", ".-", "+", "=-"]))
    spacing = Spacing(gap=rng.uniform(0.15, 0.6))
    written = write_number(rng, StrokeHand(rng, size_px), text, size_px, spacing)
    return Unread(written.ink, symbols_of(text))


def _scribble(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    count = int(rng.integers(5, 14))
    steps = rng.normal((rng.uniform(0.0, 0.35), 0), 0.35, (count, 2))
    hand = StrokeHand(rng, size_px)
    return Unread(
        hand.trace("?", [smooth(np.clip(np.cumsum(steps, axis=0), (-0.6, -0.1), (2, 1.1)))]).ink, OTHER
    )


def _characters(rng: Random, size_px: float, characters: Sequence[Gray]) -> Unread:
    """Characters of other scripts, one to four of them."""
    if not characters:
        return _scribble(rng, size_px, characters)
    row: list[NDArray[np.uint8]] = []
    for n in rng.integers(len(characters), size=int(rng.integers(1, 5))):
        left, top, right, bottom = tight_box(characters[int(n)])
        ink = characters[int(n)][top:bottom, left:right]
        scale = size_px * rng.uniform(0.8, 1.05) / max(ink.shape)
        size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
        small = opencv.resize(ink, size)
        canvas = np.zeros((int(1.1 * size_px) + 1, size[0] + int(size_px * rng.uniform(0.05, 0.3))), np.uint8)
        canvas[-size[1] :, : size[0]] = small
        row.append(canvas)
    return Unread(np.concatenate(row, axis=1), OTHER)


def _stamp(rng: Random, size_px: float, _: Sequence[Gray]) -> Unread:
    """A piece of a stamp: rings, with letters between them."""
    radius = int(size_px * rng.uniform(0.7, 1.6))
    canvas = np.zeros((2 * radius + 8, 2 * radius + 8), np.uint8)
    centre, thick = (radius + 4, radius + 4), max(1, round(0.06 * size_px))
    cv2.circle(canvas, centre, radius, 255, thick, cv2.LINE_AA)
    cv2.circle(canvas, centre, int(0.6 * radius), 255, thick, cv2.LINE_AA)
    letters = "".join(rng.choice(list(WRITTEN_LETTERS), 4))
    word = write_number(rng, StrokeHand(rng, 0.5 * size_px), letters, 0.5 * size_px).ink
    word = word[: canvas.shape[0] // 2, : canvas.shape[1] - 8]
    top = radius + 4 - word.shape[0] // 2
    window = canvas[top : top + word.shape[0], 4 : 4 + word.shape[1]]
    np.maximum(window, word, out=window)
    turn = np.asarray(cv2.getRotationMatrix2D(centre, rng.uniform(-40, 40), 1.0), np.float64)
    side = canvas.shape[0]
    return Unread(opencv.warp_affine(canvas, turn, (side, side)), OTHER)


# How each kind is drawn, and its share.
_KINDS: dict[str, tuple[Callable[[Random, float, Sequence[Gray]], Unread], float]] = {
    "struck out": (_struck, 0.16),
    "cut": (_cut, 0.18),
    "letters": (_word, 0.18),
    "ticks": (_ticks, 0.08),
    "dashes": (_dashes, 0.12),
    "scribble": (_scribble, 0.1),
    "other scripts": (_characters, 0.12),
    "stamp": (_stamp, 0.06),
}
NON_NUMBER_KINDS = tuple(_KINDS)
