"""Rows of digits set apart: a number spelled out, a code in one frame, a meter's wheels, a display."""

from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.seven_segments import SevenSegments
from digitocr.synthesis.pages.style import Style, random_word
from digitocr.synthesis.pages.writers import FontWriter, Letter

GAPS = (0.25, 2.4)  # of a digit's height, between neighbours
NUMBERS_APART = 2.6  # times the gap between digits: at least so far apart are two numbers of a row


def draw_spaced(canvas: Canvas, style: Style) -> None:
    """Rows of numbers whose digits stand apart, on plain or ruled paper or in a frame."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    gap = float(rng.uniform(*GAPS)) if style.chance(0.8) else 0.15
    writer = style.spaced(gap) if not style.printed else FontWriter(style.font.file, gap)
    pitch, ruled, framed = size * rng.uniform(1.5, 4.0), style.chance(0.3), style.chance(0.25)
    step = size * (0.62 + gap)
    y = size + rng.uniform(0, 0.4) * rows
    for _ in range(int(rng.integers(1, max(3, min(12, int(rows / pitch)))))):
        x = float(rng.uniform(0, 3)) * size
        if style.chance(0.25):
            label = canvas.word(style.words(), random_word(rng), (x, y), 0.8 * size, style.print)
            x += label + size * max(0.8, 1.6 * gap)
        if ruled:
            canvas.line((0, y), (columns, y + rng.normal(0, 1)), style.rule_px, style.rule)
        while x < columns:
            count = int(rng.integers(2, 11))
            text = "".join(rng.choice(list("0123456789"), count))
            letters = canvas.number(writer, text, (x, y), size, style.pen)
            if letters and framed:
                _frame(canvas, style, letters)
            x = (letters[-1].right if letters else x + count * step) + size * max(0.9, NUMBERS_APART * gap)
            if style.chance(0.6):
                break
        y += pitch
        if y > rows + size:
            break


def _frame(canvas: Canvas, style: Style, letters: list[Letter]) -> None:
    """One box around all digits of a number."""
    pads = style.rng.uniform(0.15, 0.7, 4) * style.size
    left, right = letters[0].left - pads[0], letters[-1].right + pads[1]
    top, bottom = min(a.top for a in letters) - pads[2], max(a.bottom for a in letters) + pads[3]
    canvas.box((left, top, right, bottom), style.rule_px, style.rule)
    if style.chance(0.5):
        canvas.word(
            style.font, random_word(style.rng), (left, top - 0.3 * style.size), style.size, style.print
        )


def draw_meter(canvas: Canvas, style: Style) -> None:
    """Number wheels behind windows, light on dark or dark on light, or a display, with units beside them."""
    rng, size = style.rng, style.size
    rows, _ = canvas.shape
    display = style.chance(0.5)
    writer = SevenSegments(rng) if display else style.font
    y = size * rng.uniform(1.2, 3)
    while y < rows:
        x, count = size * rng.uniform(0.3, 5), int(rng.integers(3, 9))
        gap = rng.uniform(0.1, 0.35) if display else rng.uniform(0.3, 1.3)
        dark = style.chance(0.5)
        step, pad = size * (0.66 + gap), size * rng.uniform(0.12, 0.5)
        ground = rng.uniform(0.55, 1.0) if dark else rng.uniform(0, 0.35)
        canvas.shade(x - pad, y - size - pad, x + count * step + pad, y + pad, ground)
        windows, run = style.chance(0.5) and not display, []
        for n in range(count):
            middle = x + (n + 0.5) * step
            if windows:
                half = 0.5 * step * rng.uniform(0.8, 0.95)
                canvas.box((middle - half, y - size - pad, middle + half, y + pad), style.rule_px, style.rule)
            at = (middle, y + (0 if display else rng.normal(0, 0.03) * size))
            run += canvas.number(writer, str(rng.integers(0, 10)), at, size, style.pen, align="c")
        if len(run) > 1:
            canvas.link(run, size)
        if style.chance(0.6):
            unit = str(rng.choice(["kWh", "m", "kW", "L", "km", "GJ", "C", "V"]))
            canvas.word(style.font, unit, (x + count * step + 1.5 * pad + 0.3 * size, y), size, style.print)
        if style.chance(0.5):
            label = (x, y - 1.6 * size - pad)
            canvas.word(style.font, random_word(rng), label, size * rng.uniform(0.4, 0.9), style.print)
        y += size * rng.uniform(2.5, 6)
