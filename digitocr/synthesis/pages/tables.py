"""Tables, sudokus and sheets of marks."""

from itertools import pairwise

from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.clutter import tick
from digitocr.synthesis.pages.style import Style, random_number, random_word, separated


def draw_table(canvas: Canvas, style: Style) -> None:
    """A table all over the canvas: dense or loose, ruled or not, with headings and columns of words."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch = size * rng.uniform(1.15 if style.printed else 1.0, 2.6)
    top = rng.uniform(-pitch, 3 * pitch) if style.chance(0.7) else rng.uniform(0, rows / 2)
    foot = rows + pitch if style.chance(0.8) else max(top + 2 * pitch, rng.uniform(0, rows))
    lines = int((foot - top) / pitch)
    across, down = style.chance(0.6), style.chance(0.6)
    every = int(rng.choice([1, 1, 1, 2, 5]))
    lean = rng.normal(0, 1.0)
    edges = [rng.uniform(-4 * size, size)]
    while edges[-1] < columns:
        edges.append(edges[-1] + size * float(rng.choice([rng.uniform(1.0, 2.2), rng.uniform(2, 7)])))
    if style.chance(0.12):
        canvas.shade(edges[0], top - pitch, edges[-1], top, rng.uniform(0.1, 0.9))
    striped = style.chance(0.1)
    for n in range(lines + 1):
        y = top + n * pitch
        if striped and n % 2:
            canvas.shade(edges[0], y, edges[-1], y + pitch, rng.uniform(0.08, 0.12))
        if across and n % every == 0:
            canvas.line((edges[0], y), (edges[-1], y + lean), style.rule_px, style.rule)
    for x in edges if down else ():
        if style.chance(0.92):
            canvas.line(
                (x, top - (pitch if across else 0)), (x + rng.normal(0, 1.0), foot), style.rule_px, style.rule
            )
    for left, right in pairwise(edges):
        if style.chance(0.7):
            canvas.word(
                style.font,
                random_word(rng, 6),
                (left + 0.1 * size, top - 0.25 * pitch),
                0.8 * size,
                style.print,
            )
        _column(canvas, style, (left, right, top, pitch), lines)


def _column(canvas: Canvas, style: Style, extent: tuple[float, float, float, float], lines: int) -> None:
    rng, size = style.rng, style.size
    left, right, top, pitch = extent
    fits = int((right - left) / size / 0.72)
    kind = rng.random()
    align = str(rng.choice(["l", "r", "r", "c"]))
    pad = rng.uniform(-0.05 if not style.printed else 0.1, 0.4) * size
    x = left + pad if align == "l" else right - pad if align == "r" else (left + right) / 2
    spare = max(0.0, pitch - size)
    raised = rng.uniform(-0.08 if not style.printed else 0.1, 0.7) * spare
    with_marks, filled = style.chance(0.45 if style.printed else 0.15), rng.uniform(0.5, 1.0)
    words = style.words() if kind < 0.2 else style.writer
    for n in range(lines):
        if not style.chance(filled):
            if style.chance(0.15):
                canvas.word(
                    words,
                    empty_mark(style),
                    (x, top + (n + 1) * pitch - raised),
                    size,
                    style.pen,
                    align=align,
                )
            continue
        base = top + (n + 1) * pitch - raised
        if not style.printed:
            base += rng.normal(0, 0.05) * size
        if kind < 0.2:
            text = " ".join(random_word(rng, 7) for _ in range(int(rng.integers(1, 3))))[
                : max(1, int(fits * 1.2))
            ]
            canvas.word(words, text.strip() or "x", (left + abs(pad), base), 0.95 * size, style.pen)
        elif kind < 0.24 and size > 10:
            tick(canvas, style, (left + right) / 2, base - 0.5 * size)
        elif fits >= 1:
            text = random_number(rng, min(8, fits))
            if with_marks and fits > 3:
                text = separated(rng, text)[: fits + 2].strip("-,./:") or "0"
            canvas.number(style.writer, text, (x, base), size, style.pen, align=align)


def empty_mark(style: Style) -> str:
    """What stands in an empty cell: dashes, dots, ditto marks."""
    return str(style.rng.choice(["-", "--", "...", '"', "*", "x"]))


def draw_sudoku(canvas: Canvas, style: Style) -> None:
    """Squares with a digit each, or none; small candidates in some, a frame and print around it."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    cell = size * rng.uniform(1.2, 2.3)
    left, top = rng.uniform(-2 * cell, 0.4 * columns), rng.uniform(-2 * cell, 0.4 * rows)
    thick_first = int(rng.integers(0, 3))
    thick = style.rule_px * rng.uniform(1.2, 3)
    thin = style.rule * rng.uniform(0.4, 1)
    for n in range(10):
        bold = n % 3 == thick_first or n in (0, 9)
        px, strength = (thick, style.rule) if bold else (style.rule_px, thin)
        canvas.line((left + n * cell, top), (left + n * cell, top + 9 * cell), px, strength)
        canvas.line((left, top + n * cell), (left + 9 * cell, top + n * cell), px, strength)
    filled, second = rng.uniform(0.15, 0.95), style.chance(0.5)
    candidates = rng.uniform(0.1, 0.6) if style.chance(0.15) and size > 20 else 0.0
    for row in range(9):
        for column in range(9):
            x, y = left + (column + 0.5) * cell, top + (row + 0.5) * cell
            if style.chance(filled):
                writer = style.font if second and style.chance(0.4) else style.writer
                strength = style.print if writer is style.font else style.pen
                if writer is not style.font:
                    x, y = x + rng.normal(0, 0.05) * cell, y + rng.normal(0, 0.05) * cell
                digit = str(rng.integers(0, 10)) if style.chance(0.2) else str(rng.integers(1, 10))
                canvas.number(writer, digit, (x, y + size / 2), size, strength, align="c")
            elif style.chance(candidates):
                for n in range(int(rng.integers(1, 5))):
                    at = x + (n % 3 - 1) * 0.3 * cell, y - 0.1 * cell + (n // 3) * 0.3 * cell
                    canvas.word(style.font, str(rng.integers(1, 10)), at, 0.22 * cell, style.pen, align="c")
    if top > size:
        canvas.word(
            style.font, random_word(rng), (left, top - 0.5 * size), size * rng.uniform(0.5, 1.2), style.print
        )


def draw_marks(canvas: Canvas, style: Style) -> None:
    """A sheet of marks: a column of names, some columns of one- to three-digit marks, ruled all over."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch = size * rng.uniform(1.05, 2.2)
    names = size * rng.uniform(0, 7)
    left = rng.uniform(-names, 0.2 * columns)
    edges = [left, left + names]
    width = size * rng.uniform(1.3, 3.2)
    while edges[-1] < columns:
        edges.append(edges[-1] + width * float(rng.choice([1, 1, 1, 1.6])))
    top = rng.uniform(-pitch, 2 * pitch)
    for x in edges:
        canvas.line((x, top), (x + rng.normal(0, 1.5), rows + 5), style.rule_px, style.rule)
    words = style.words()
    for n in range(int((rows - top) / pitch) + 2):
        y = top + n * pitch
        canvas.line((left, y), (edges[-1], y + rng.normal(0, 1.0)), style.rule_px, style.rule)
        base = y + pitch - rng.uniform(-0.05, 0.6) * max(0.0, pitch - size)
        if names > 2 * size:
            text = random_word(rng, max(2, int(names / size * 1.2)))
            canvas.word(words, text, (left + 0.2 * size, base), size * rng.uniform(0.7, 1), style.print)
        for start, end in pairwise(edges[1:]):
            draw = rng.random()
            x = (start + end) / 2 + rng.normal(0, 0.08) * (end - start)
            if draw < 0.75:
                text = random_number(rng, max(1, min(3, int((end - start) / size / 0.6))))
                canvas.number(
                    style.writer, text, (x, base + rng.normal(0, 0.07) * size), size, style.pen, align="c"
                )
            elif draw < 0.8:
                canvas.word(
                    style.writer,
                    str(rng.choice(["ab", "-", "A", "x"])),
                    (x, base),
                    size,
                    style.pen,
                    align="c",
                )
            elif draw < 0.84 and size > 10:
                tick(canvas, style, x, base - 0.5 * size)
