"""Running text, lists, receipts and invoices, loose numbers, and pages without any number."""

from digitocr.synthesis.pages.canvas import Canvas, Point
from digitocr.synthesis.pages.clutter import scatter
from digitocr.synthesis.pages.style import Style, random_number, random_word, separated
from digitocr.synthesis.pages.writers import Writer

BESIDE = ("$", "€", "£", "EUR ", "No. ", "#", "Rs", "kr ", "(", "[", "p. ")  # before a number; after it:
AFTER = ("%", "kg", "EUR", " km", "st", "A", ")", ".-", "€", "cm", "x", "].", ".", ",", "th")


def draw_text(canvas: Canvas, style: Style) -> None:
    """Lines of words, printed or by hand, with numbers here and there."""
    share = 0.0 if style.chance(0.25) else style.rng.uniform(0.02, 0.35)
    _lines(canvas, style, share)


def draw_words(canvas: Canvas, style: Style) -> None:
    """Words and drawings only."""
    if style.chance(0.65):
        _lines(canvas, style, 0.0)
    scatter(canvas, style, int(style.rng.integers(0, 6)))


def _lines(canvas: Canvas, style: Style, share: float) -> None:
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch = size * rng.uniform(1.35, 2.4)
    x0, y = rng.uniform(-size, 0.3 * columns), rng.uniform(0, pitch)
    ruled = not style.printed and style.chance(0.6)
    slope = 0.0 if style.printed else rng.normal(0, 0.01)
    while y < rows + size:
        if ruled:
            canvas.line((0, y), (columns, y), style.rule_px, style.rule)
        x = x0 + (rng.uniform(0, 3) * size if style.chance(0.2) else 0)
        end = columns if style.chance(0.8) else rng.uniform(x, columns)
        while x < end:
            base = y + slope * x - (rng.uniform(0, 0.2) * size if ruled else 0)
            if rng.random() < share:
                x = number_with_company(canvas, style, style.writer, x, base)
            else:
                text = random_word(rng) + (str(rng.choice([",", ".", ";", ":"])) if style.chance(0.1) else "")
                x += canvas.word(style.writer, text, (x, base), size, style.pen)
            x += size * rng.uniform(0.35, 0.8)
        y += pitch


def number_with_company(canvas: Canvas, style: Style, writer: Writer, x: float, base: float) -> float:
    """A number with, at times, a sign, a unit or a letter beside it; returns where it ends."""
    rng, size = style.rng, style.size
    if style.chance(0.15):
        x += canvas.word(writer, str(rng.choice(list(BESIDE))), (x, base), size, style.pen) + 0.12 * size
    elif style.chance(0.12):  # a code, of letters and digits
        x += canvas.word(writer, random_word(rng, 3).upper(), (x, base), size, style.pen) + 0.1 * size
    text = random_number(rng)
    if style.chance(0.4 if style.printed else 0.2):
        text = separated(rng, text)
    letters = canvas.number(writer, text, (x, base), size, style.pen)
    x = max((letter.right for letter in letters), default=x)
    if style.chance(0.15):
        x += (
            canvas.word(writer, str(rng.choice(list(AFTER))), (x + 0.15 * size, base), size, style.pen)
            + 0.15 * size
        )
    return float(x)


def draw_list(canvas: Canvas, style: Style) -> None:
    """Numbers one below the other on some paper, perhaps spaced out, perhaps with words or leading lines."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch, right = size * rng.uniform(1.0, 2.3), rng.uniform(2 * size, columns)
    ruled = _writing_paper(canvas, style, right)
    gap = rng.uniform(0.3, 2.0) if style.chance(0.3) else 0.0
    writer = style.spaced(gap) if gap else style.writer
    longest = max(1, min(10, int(right / size / (0.7 + gap))))
    words, worded, led = style.words(), style.chance(0.4), style.chance(0.3)
    y, slope = rng.uniform(-size, size), rng.normal(0, 0.012)
    filled, last = rng.uniform(0.6, 1), rng.uniform(0.3, 1.3) * rows
    while y < rows + size:
        y += pitch
        if ruled:
            canvas.line((0, y), (columns, y + slope * columns), style.rule_px, style.rule)
        if y > last or not style.chance(filled):
            continue
        base = y - rng.uniform(-0.1, 0.3) * size * (not style.printed)
        text = random_number(rng, longest)
        if not gap and style.chance(0.2):
            text = separated(rng, text)
        end = (right - rng.uniform(0, 0.6) * size, base)
        letters = canvas.number(writer, text, end, size, style.pen, align="r")
        if led and letters:
            _lead(canvas, style, letters[0].left, base - 0.4 * size)
        elif worded and letters:
            start = (letters[0].left - rng.uniform(0.5, 2) * size, base)
            canvas.word(words, random_word(rng), start, size * rng.uniform(0.6, 1), style.pen, align="r")


def _writing_paper(canvas: Canvas, style: Style, right: float) -> bool:
    """Squares and margins of a notebook; whether it is to be ruled line by line."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    paper, squares = rng.random(), size * rng.uniform(0.5, 1.4)
    if paper < 0.25:
        for n in range(int(columns / squares) + 1):
            canvas.line((n * squares, 0), (n * squares, rows), style.rule_px, 0.5 * style.rule)
        for n in range(int(rows / squares) + 1):
            canvas.line((0, n * squares), (columns, n * squares), style.rule_px, 0.5 * style.rule)
    margin = right + rng.uniform(-0.1, 1.0) * size
    for x in (margin, margin - rng.uniform(2, 8) * size)[: int(rng.integers(0, 3))]:
        canvas.line((x, 0), (x + rng.normal(0, 4), rows), style.rule_px * rng.uniform(1, 2), style.rule)
    return bool(paper > 0.4)


def _lead(canvas: Canvas, style: Style, end: float, y: float) -> None:
    """A line or dots that lead from the left to a number."""
    rng, size = style.rng, style.size
    start, end = end - rng.uniform(1, 7) * size, end - rng.uniform(0, 0.6) * size
    if style.chance(0.6):
        canvas.line((start, y + rng.normal(0, 0.05) * size), (end, y), style.rule_px, style.rule)
        return
    step = size * rng.uniform(0.2, 0.5)
    for n in range(int((end - start) / step)):
        x = start + n * step
        canvas.stroke(((x, y), (x + 0.1 * size, y)), max(1.0, 0.08 * size), style.print, "other")


def draw_receipt(canvas: Canvas, style: Style) -> None:
    """Items with prices at the right, in one font: a receipt, an invoice, a statement."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch, left = size * rng.uniform(1.3, 2.2), rng.uniform(-2 * size, 0.3 * columns)
    right = min(columns - 2, left + size * rng.uniform(14, 40))
    sign = str(rng.choice(["$", "", "", "€", " A", "%"]))
    y = rng.uniform(-pitch, pitch)
    while y < rows + pitch:
        y += pitch
        kind = rng.random()
        big = size * (rng.uniform(1.2, 2.2) if kind > 0.93 else 1)
        if kind < 0.08:
            _part(canvas, style, left, right, y)
            continue
        if kind < 0.15:
            canvas.shade(left, y - 1.3 * size, right, y + 0.35 * size, rng.uniform(0.1, 0.95))
        x = left
        for _ in range(int(rng.integers(1, 4))):
            if style.chance(0.25):
                x = number_with_company(canvas, style, style.writer, x, y) + 0.5 * size
            else:
                x += canvas.word(style.writer, random_word(rng), (x, y), big, style.pen) + 0.5 * size
        for edge in (right, right - 7 * big)[: int(rng.integers(0, 3))]:
            if x < edge - 7 * big:
                _price(canvas, style, (edge, y), big, sign)


def _part(canvas: Canvas, style: Style, left: float, right: float, y: float) -> None:
    """A line between two parts of a receipt, ruled or of marks."""
    if style.chance(0.5):
        canvas.line((left, y), (right, y), style.rule_px, style.rule)
        return
    text = str(style.rng.choice(["-", "=", "*", "."])) * int((right - left) / style.size)
    canvas.word(style.writer, text, (left, y), style.size, style.pen)


def _price(canvas: Canvas, style: Style, end: Point, size_px: float, sign: str) -> None:
    """An amount that ends at a point, with the sign of its currency before or after it."""
    x, y = end
    if sign and sign not in "$€":
        x -= canvas.word(style.writer, sign, end, size_px, style.pen, align="r") + 0.2 * size_px
    price = separated(style.rng, random_number(style.rng))
    letters = canvas.number(style.writer, price, (x, y), size_px, style.pen, align="r")
    if sign and sign in "$€" and letters:
        start = (letters[0].left - 0.1 * size_px, y)
        canvas.word(style.writer, sign, start, size_px, style.pen, align="r")


def draw_loose(canvas: Canvas, style: Style) -> None:
    """Some numbers anywhere, large ones too, with words, lines and drawings between them."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    scatter(canvas, style, int(rng.integers(0, 4)))
    for _ in range(int(rng.integers(0, 5))):
        ends = [(float(x), float(y)) for x, y in rng.uniform(0, 1, (2, 2)) * (columns, rows)]
        if style.chance(0.7):
            ends[1] = (ends[1][0], ends[0][1] + rng.normal(0, 2))
        canvas.line(ends[0], ends[1], style.rule_px, style.rule)
    taken: list[tuple[float, float, float]] = []
    for _ in range(int(rng.integers(1, 12))):
        x, y = float(rng.uniform(-size, columns)), float(rng.uniform(size / 2, rows + size / 2))
        if any(abs(y - base) < 1.6 * size and a - 5 * size < x < b for a, b, base in taken):
            continue
        if style.chance(0.35):
            width = canvas.word(
                style.words(), random_word(rng), (x, y), size * rng.uniform(0.5, 1.2), style.pen
            )
            taken.append((x, x + width, y))
            continue
        gap = rng.uniform(0.3, 2.0) if style.chance(0.3) else 0.0
        letters = canvas.number(
            style.spaced(gap) if gap else style.writer, random_number(rng), (x, y), size, style.pen
        )
        taken.append((x, letters[-1].right + size if letters else x, y))
