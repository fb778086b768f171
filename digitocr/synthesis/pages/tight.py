"""Numbers close to what is none: between words of one face, beside labels, across the lines of a table."""

from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.style import Style, random_number, random_word, separated

LENGTHS = (0.08, 0.14, 0.14, 0.14, 0.14, 0.14, 0.06, 0.04, 0.04, 0.04, 0.04)  # shares of 1 to 11 digits
ONE = 0.5  # the share of lone digits that are a 1, which resembles letters most
CODE = 0.06  # the share of words that are codes of letters and digits: no numbers
LONE = 0.25  # the share of numbers that are one digit after a word, as in `Row 1`


def draw_prose(canvas: Canvas, style: Style) -> None:
    """Addresses, labels and running text, in which numbers stand between words of the same hand or face."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch, space = size * rng.uniform(1.3, 2.2), size * rng.uniform(0.26, 0.6)
    share, labelled = rng.uniform(0.15, 0.5), style.chance(0.3)
    x0, y = rng.uniform(-2 * size, 0.3 * columns), rng.uniform(0, pitch)
    while y < rows + size:
        x, end = x0, columns if style.chance(0.7) else rng.uniform(max(x0, 0), columns)
        while x < end:
            if rng.random() < share:
                x = _number_after_word(canvas, style, x, y, space)
            elif style.chance(CODE):
                x += canvas.word(style.writer, _code(style), (x, y), size, style.pen)
            else:
                stress = 1.0 if labelled and x == x0 else style.pen
                x += canvas.word(style.writer, random_word(rng), (x, y), size, stress)
            x += space
        y += pitch


def _number_after_word(canvas: Canvas, style: Style, x: float, base: float, space: float) -> float:
    """Write a number, at times one digit after a word; returns where it ends."""
    rng, size = style.rng, style.size
    if style.chance(LONE):
        x += canvas.word(style.writer, random_word(rng, 8), (x, base), size, style.pen) + space
        text = "1" if style.chance(ONE) else str(rng.integers(0, 10))
    else:
        text = "".join(map(str, rng.integers(0, 10, 1 + int(rng.choice(len(LENGTHS), p=LENGTHS)))))
        text = separated(rng, text) if style.chance(0.15) else text
    letters = canvas.number(style.writer, text, (x, base), size, style.pen)
    x = float(max((letter.right for letter in letters), default=x))
    if style.chance(0.2):
        mark = str(rng.choice([",", ".", ";", ":", ")"]))
        x += 0.1 * size + canvas.word(style.writer, mark, (x + 0.1 * size, base), size, style.pen)
    return x


def _code(style: Style) -> str:
    """Letters and digits in one, as on passports, invoices and number plates."""
    rng = style.rng
    parts = [random_word(rng, 3).upper() + str(rng.integers(0, 10 ** int(rng.integers(1, 7)))) for _ in "ab"]
    return "".join(parts) + ("" if style.chance(0.5) else random_word(rng, 1).upper())


def draw_tight_marks(canvas: Canvas, style: Style) -> None:
    """A table whose marks touch and cross its lines, for they are as wide as its columns."""
    rng, size = style.rng, style.size
    rows, columns = canvas.shape
    pitch, width = size * rng.uniform(1.0, 1.5), size * rng.uniform(0.9, 1.9)
    left, top = rng.uniform(-width, 0.2 * columns), rng.uniform(-pitch, pitch)
    across, down = int((columns - left) / width) + 1, int((rows - top) / pitch) + 1
    for n in range(across + 1):
        x = left + n * width
        canvas.line((x, top), (x + rng.normal(0, 1.5), rows), style.rule_px, style.rule)
    for n in range(down + 1):
        y = top + n * pitch
        canvas.line((left, y), (columns, y + rng.normal(0, 1.0)), style.rule_px, style.rule)
    filled = rng.uniform(0.3, 0.9)
    for row in range(down):
        base, taken = top + (row + 1) * pitch - rng.uniform(-0.1, 0.3) * size, -1e9
        for column in range(across):
            x = left + (column + rng.uniform(0.3, 0.7)) * width
            if not style.chance(filled) or x - 0.5 * width < taken:
                continue
            letters = canvas.number(
                style.writer, random_number(rng, 3), (x - 0.3 * width, base), size, style.pen
            )
            taken = max((letter.right for letter in letters), default=x) + 0.5 * size
