"""What is on pages and is no number: ticks, bubbles, bar codes, stamps, signatures, logos and pictures."""

import math

import cv2
import numpy as np

from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.pages.scribble import scribbled_word, signature
from digitocr.synthesis.pages.style import Style, random_word
from digitocr.synthesis.patterns import noise


def tick(canvas: Canvas, style: Style, x: float, y: float) -> None:
    """A tick, a cross or a dash by a pen."""
    rng, reach = style.rng, style.size * style.rng.uniform(0.25, 0.6)
    thick = max(1.0, style.size * rng.uniform(0.05, 0.12))
    kind = rng.random()
    if kind < 0.5:
        corner = (x - 0.2 * reach, y + reach * rng.uniform(0.5, 0.9))
        points = (
            (x - reach * rng.uniform(0.5, 1), y),
            corner,
            (x + reach * rng.uniform(0.7, 1.6), y - reach * rng.uniform(0.6, 1.3)),
        )
        canvas.stroke(points, thick, style.pen, "other")
    elif kind < 0.85:
        for sign in (-1, 1):
            canvas.stroke(
                ((x - reach, y - sign * reach), (x + reach, y + sign * reach)), thick, style.pen, "other"
            )
    else:
        canvas.stroke(
            ((x - reach, y), (x + reach, y + rng.normal(0, 0.1) * reach)), thick, style.pen, "other"
        )


def bubbles(canvas: Canvas, style: Style) -> None:
    """An answer sheet: rows of circles or small boxes with letters or nothing in them, some filled in."""
    rng, size = style.rng, style.size
    radius = size * rng.uniform(0.5, 0.9)
    pitch_x, pitch_y = radius * rng.uniform(2.3, 4), radius * rng.uniform(2.4, 4)
    left, top = rng.uniform(0, canvas.shape[1] / 2), rng.uniform(0, canvas.shape[0] / 2)
    square, lettered, numbered = style.chance(0.3), style.chance(0.6), style.chance(0.5)
    for row in range(int(rng.integers(2, 9))):
        y = top + row * pitch_y
        if numbered:
            canvas.number(
                style.font, str(row + 1), (left - 1.3 * pitch_x, y + 0.4 * size), 0.8 * size, style.print
            )
        for column in range(int(rng.integers(2, 7))):
            x = left + column * pitch_x
            if square:
                canvas.box((x - radius, y - radius, x + radius, y + radius), style.rule_px, style.rule)
            else:
                _ellipse(canvas, (x, y), (radius, radius), style.rule_px, style.rule)
            if lettered:
                canvas.word(
                    style.font, "ABCDEFG"[column], (x, y + 0.4 * radius), 0.8 * radius, style.print, align="c"
                )
            if style.chance(0.25):
                disc = np.zeros((int(2 * radius) + 2,) * 2, np.uint8)
                cv2.circle(disc, (int(radius), int(radius)), int(0.85 * radius), 255, -1, cv2.LINE_AA)
                canvas.put(disc, x - radius, y - radius, style.pen, "other")


def bar_code(canvas: Canvas, style: Style) -> None:
    """Bars of four widths, or a square of small squares, sometimes with its number under it."""
    rng, size = style.rng, style.size
    x, y = rng.uniform(0, canvas.shape[1] * 0.7), rng.uniform(0, canvas.shape[0] * 0.7)
    unit = max(1, round(size * rng.uniform(0.06, 0.2)))
    if style.chance(0.3):
        cells = np.asarray(rng.random((int(rng.integers(15, 30)),) * 2) < 0.5, np.uint8) * 255
        canvas.put(np.kron(cells, np.ones((unit, unit), np.uint8)), x, y, style.print, "other")
        return
    widths = rng.integers(1, 5, int(rng.integers(20, 60))) * unit
    bars = np.concatenate([np.full(w, 255 * (n % 2 == 0), np.uint8) for n, w in enumerate(widths)])
    tall = int(size * rng.uniform(1.5, 4))
    canvas.put(np.repeat(bars[None], tall, 0), x, y, style.print, "other")
    if style.chance(0.6):
        text = "".join(rng.choice(list("0123456789"), int(rng.integers(8, 14))))
        canvas.number(
            style.font, text, (x + len(bars) / 2, y + tall + 1.2 * size), size, style.print, align="c"
        )


def stamp(canvas: Canvas, style: Style) -> None:
    """Rings, a wave or a frame with a word in it, worn."""
    rng, size = style.rng, style.size
    x, y = rng.uniform(0, canvas.shape[1]), rng.uniform(0, canvas.shape[0])
    reach, strength = size * rng.uniform(1.5, 5), style.print * rng.uniform(0.3, 0.9)
    ratio = rng.uniform(0.4, 1)
    for share in (1.0, rng.uniform(0.6, 0.9))[: int(rng.integers(1, 3))]:
        if style.chance(0.7):
            _ellipse(canvas, (x, y), (reach * share, reach * share * ratio), max(1.0, 0.08 * size), strength)
        else:
            corners = [
                (x + reach * share * a, y + 0.5 * reach * share * b)
                for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
            ]
            canvas.stroke(corners, max(1.0, 0.08 * size), strength, "other", closed=True)
    canvas.word(style.font, random_word(rng).upper(), (x, y + 0.4 * size), 0.8 * size, strength, align="c")


def sign(canvas: Canvas, style: Style) -> None:
    """A signature or a note by a pen."""
    rng, size = style.rng, style.size * style.rng.uniform(0.8, 2.2)
    pen = max(1.0, size * rng.uniform(0.03, 0.1))
    ink, base = (
        signature(rng, size, pen)
        if style.chance(0.5)
        else scribbled_word(rng, int(rng.integers(2, 12)), size, pen)
    )
    x, y = rng.uniform(-size, canvas.shape[1] * 0.8), rng.uniform(size, canvas.shape[0])
    canvas.put(ink, x, y - base, rng.uniform(0.25, 1), "other")


def picture(canvas: Canvas, style: Style) -> None:
    """Something drawn: curves, filled shapes, hatching; dark parts are other ink."""
    rng, size = style.rng, style.size
    side = int(size * rng.uniform(2, 7))
    ink = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(2, 9))):
        kind, value = rng.random(), int(rng.integers(90, 256))
        points = rng.uniform(0, side, (int(rng.integers(3, 7)), 2)).astype(np.int32)
        thick = max(1, round(size * rng.uniform(0.04, 0.25)))
        if kind < 0.3:
            cv2.fillPoly(ink, [points], value, cv2.LINE_AA)
        elif kind < 0.6:
            cv2.polylines(ink, [points], bool(rng.random() < 0.5), value, thick, cv2.LINE_AA)
        elif kind < 0.85:
            axes = tuple(int(v) for v in rng.uniform(0.05, 0.4, 2) * side)
            cv2.ellipse(
                ink,
                tuple(points[0].tolist()),
                axes,
                rng.uniform(0, 180),
                0,
                float(rng.uniform(90, 360)),
                value,
                thick,
                cv2.LINE_AA,
            )
        else:
            for k in range(0, side, max(3, thick * 3)):
                cv2.line(ink, (k, 0), (k + int(rng.integers(-side, side)), side), value, 1, cv2.LINE_AA)
    canvas.put(
        ink, rng.uniform(-size, canvas.shape[1]), rng.uniform(-size, canvas.shape[0]), style.print, "other"
    )


def photograph(canvas: Canvas, style: Style) -> None:
    """Something photographed, in many grays: neither ink nor line."""
    rng = style.rng
    rows, columns = (int(style.size * side) for side in rng.uniform(2, 8, 2))
    coarse, fine = (noise(rng, (rows, columns), sigma) for sigma in (rng.uniform(6, 14), rng.uniform(1, 4)))
    gray = 128 + 70 * coarse + 30 * fine
    ink = np.clip(gray, 0, 255).astype(np.uint8)
    canvas.put(
        ink, rng.uniform(-20, canvas.shape[1]), rng.uniform(-20, canvas.shape[0]), rng.uniform(0.4, 1), None
    )


def texture(canvas: Canvas, style: Style) -> None:
    """A place whose paper is a cloth, wood, a photograph: neither ink nor line."""
    rng = style.rng
    rows, columns = canvas.shape
    spots = noise(rng, canvas.shape, rng.uniform(0.8, 6)) * np.float32(rng.uniform(0.05, 0.3))
    if style.chance(0.4):
        angle, pitch = rng.uniform(0, math.pi), rng.uniform(2, 9)
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        spots += np.float32(rng.uniform(0.05, 0.2)) * np.sin(
            (x * math.cos(angle) + y * math.sin(angle)) * np.float32(6.28 / pitch)
        )
    x0, y0 = int(rng.uniform(0, columns)), int(rng.uniform(0, rows))
    where = np.zeros(canvas.shape, np.float32)
    if style.chance(0.5):
        where[:, x0:] = 1
    else:
        where[y0:] = 1
    canvas.ground[:] = np.clip(canvas.ground + where * (np.float32(rng.uniform(0, 0.5)) + spots), 0, 0.95)


def page_edge(canvas: Canvas, style: Style) -> None:
    """The page ends: a desk, a scanner's lid or the next page lies beyond one of its sides or two."""
    rng = style.rng
    rows, columns = canvas.shape
    x, y = rng.uniform(0.02, 0.5) * columns, rng.uniform(0.02, 0.5) * rows
    lean = rng.normal(0, 0.05, 2) * (columns, rows)
    darkness = rng.uniform(0.3, 1.0) if style.chance(0.8) else rng.uniform(0.02, 0.15)
    sides = (
        [(0, 0), (x, 0), (x + lean[0], rows), (0, rows)],
        [(columns, 0), (columns - x, 0), (columns - x + lean[0], rows), (columns, rows)],
        [(0, 0), (columns, 0), (columns, y), (0, y + lean[1])],
        [(0, rows), (columns, rows), (columns, rows - y), (0, rows - y + lean[1])],
    )
    for n in rng.choice(4, int(rng.choice([1, 1, 2])), replace=False):
        canvas.cover(sides[int(n)], darkness)
    if style.chance(0.3):
        canvas.ground[:] += (
            (canvas.ground > 0.3) * noise(rng, canvas.shape, rng.uniform(1, 5)) * np.float32(0.1)
        )
        np.clip(canvas.ground, 0, 1, out=canvas.ground)


def _ellipse(
    canvas: Canvas, middle: tuple[float, float], radii: tuple[float, float], thick: float, strength: float
) -> None:
    turn = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    points = np.stack([middle[0] + radii[0] * np.cos(turn), middle[1] + radii[1] * np.sin(turn)], 1)
    canvas.stroke([(float(x), float(y)) for x, y in points], thick, strength, "other", closed=True)


CLUTTER = (bubbles, bar_code, stamp, sign, sign, picture, picture, photograph)


def scatter(canvas: Canvas, style: Style, count: int) -> None:
    """Lay some of all this on the page."""
    for _ in range(count):
        CLUTTER[int(style.rng.integers(len(CLUTTER)))](canvas, style)
