"""Rows of boxes for one character each: apart, with shared walls, as combs, with guides, filled or not."""

import cv2
import numpy as np

from digitocr.records import Gray
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.style import UNLIKE_DIGITS, Style, random_word
from digitocr.synthesis.pages.writers import Letter


def draw_digit_boxes(canvas: Canvas, style: Style) -> None:
    """Fields one below the other, with labels above or beside; some for letters, some empty."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    width, height = size * rng.uniform(0.85, 1.7), size * rng.uniform(1.05, 1.9)
    gap = 0.0 if style.chance(0.5) else size * rng.uniform(0.05, 0.7)
    comb, guides = style.chance(0.15), style.chance(0.06)
    above = style.chance(0.6)
    y = rng.uniform(-height, height)
    pitch = height + size * rng.uniform(0.5, 2.2)
    while y < rows:
        x = rng.uniform(-2, 3) * size
        while x < columns:
            count = int(rng.integers(1, 12))
            label = random_word(rng, 10)
            if above:
                canvas.word(
                    style.font, label, (x, y - 0.15 * size), size * rng.uniform(0.35, 0.6), style.print
                )
            else:
                x += (
                    canvas.word(style.font, label, (x, y + 0.7 * height), 0.6 * size, style.print)
                    + 0.4 * size
                )
            _field(canvas, style, (x, y, width, height), count, gap=gap, comb=comb, guides=guides)
            x += count * (width + gap) + size * rng.uniform(0.8, 5)
            if style.chance(0.5):
                break
        y += pitch


def _field(
    canvas: Canvas,
    style: Style,
    box: tuple[float, float, float, float],
    count: int,
    *,
    gap: float,
    comb: bool,
    guides: bool,
) -> None:
    rng, size = style.rng, style.size
    left, top, width, height = box
    kind = rng.random()
    filled = 0 if kind < 0.12 else count if style.chance(0.5) else int(rng.integers(0, count + 1))
    first = count - filled if style.chance(0.4) else 0
    letters, crossed_out = 0.12 < kind < 0.24, style.chance(0.08)
    run: list[Letter] = []
    for n in range(count):
        x = left + n * (width + gap)
        if comb:
            canvas.line((x, top + 0.6 * height), (x, top + height), style.rule_px, style.rule)
            canvas.line((x, top + height), (x + width + gap, top + height), style.rule_px, style.rule)
        else:
            canvas.box((x, top, x + width, top + height), style.rule_px, style.rule)
        middle = (x + width / 2, top + height / 2)
        if guides:
            canvas.put(_eight(width, height), x + 0.2 * width, top + 0.15 * height, 0.4 * style.rule, None)
        if first <= n < first + filled:
            base = middle[1] + size / 2 + rng.normal(0, 0.07) * size
            at = middle[0] + rng.normal(0, 0.08) * width
            if letters:
                letter = str(rng.choice(sorted(UNLIKE_DIGITS))).upper()
                canvas.word(style.words(), letter, (at, base), size, style.pen, align="c")
            else:
                scale = rng.uniform(0.85, 1.1)
                run += canvas.number(
                    style.writer, str(rng.integers(0, 10)), (at, base), size * scale, style.pen, align="c"
                )
        elif crossed_out and n < first:
            reach = 0.4 * size
            for sign in (-1, 1):
                ends = (
                    (middle[0] - reach, middle[1] - sign * reach),
                    (middle[0] + reach, middle[1] + sign * reach),
                )
                canvas.stroke(ends, max(1.0, 0.07 * size), style.pen, "other")
    if comb:
        end = left + count * (width + gap)
        canvas.line((end, top + 0.6 * height), (end, top + height), style.rule_px, style.rule)
    if len(run) > 1:
        canvas.link(run, size)


def _eight(width: float, height: float) -> Gray:
    """The guide that some forms print: an eight of dots."""
    h, w = max(4, round(0.7 * height)), max(4, round(0.6 * width))
    ink = np.zeros((h, w), np.uint8)
    for y in (0, h // 2, h - 1):
        ink[y, ::2] = 255
    ink[::2, 0] = ink[::2, w - 1] = 255
    return np.asarray(cv2.GaussianBlur(ink, (3, 3), 0), np.uint8)
