"""What is printed on paper, drawn as maps of how much light it takes away: (H, W) float32, 0 none, 1 all."""

import math
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Gray

Layer = NDArray[np.float32]

FIELD_PX = 512
SUBPIXEL = 4  # bits: OpenCV draws lines at sixteenths of a pixel


@cache
def _field(sigma_px: float) -> Layer:
    """A fixed field of smooth noise, (512, 512), mean 0 and deviation 1; it wraps, so it may be tiled."""
    rng = np.random.default_rng(round(sigma_px * 1000))
    field = rng.normal(size=(FIELD_PX, FIELD_PX)).astype(np.float32)
    if sigma_px > 0:
        margin = math.ceil(4 * sigma_px)
        wide = np.pad(field, margin, mode="wrap")
        field = opencv.gaussian_blur(wide, sigma_px)[margin:-margin, margin:-margin]
    return np.ascontiguousarray((field - field.mean()) / field.std())


def noise(rng: np.random.Generator, shape: tuple[int, int], sigma_px: float = 0.0) -> Layer:
    """Smooth noise, mean 0 and deviation 1, (H, W) float32: a random piece of one fixed field."""
    field = _field(sigma_px)
    rows, columns = shape
    top, left = (int(v) for v in rng.integers(0, FIELD_PX, 2))
    turn = int(rng.integers(0, 4))
    field = field[:: 1 - 2 * (turn & 1), :: 1 - (turn & 2)]
    if top + rows > FIELD_PX or left + columns > FIELD_PX:
        repeats = ((top + rows - 1) // FIELD_PX + 1, (left + columns - 1) // FIELD_PX + 1)
        field = np.tile(field, repeats)
    return field[top : top + rows, left : left + columns]


def grid(shape: tuple[int, int]) -> tuple[Layer, Layer]:
    """Rows (H, 1) and columns (1, W) of a picture, float32, to be broadcast."""
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    return y, np.arange(shape[1], dtype=np.float32)[None, :]


def guilloche(rng: np.random.Generator, shape: tuple[int, int], writing_px: float) -> Layer:
    """Security print as on cheques: one to three families of thin parallel lines, waved, slanted or round."""
    y, x = grid(shape)
    layer = np.zeros(shape, np.float32)
    families = int(rng.choice(3, p=[0.5, 0.35, 0.15])) + 1
    strength = rng.uniform(0.1, 0.42)
    round_ones = rng.random() < 0.35
    flat = rng.random() < 0.55
    for n in range(families):
        pitch = max(2.2, writing_px * rng.uniform(0.07, 0.17))
        if (round_ones and n > 0) or rng.random() < 0.12:
            centre = rng.uniform(-0.3, 1.3, 2) * (shape[0], shape[1])
            depth = np.sqrt((y - np.float32(centre[0])) ** 2 + (x - np.float32(centre[1])) ** 2)
        else:
            angle = rng.normal(0, 0.06) if flat and n == 0 else rng.uniform(-1.3, 1.3)
            wave = rng.uniform(0, 1.2) * pitch
            length = writing_px * rng.uniform(1.0, 6.0)
            swing = np.float32(wave) * np.sin(
                x * np.float32(2 * math.pi / length) + np.float32(rng.uniform(0, 6))
            )
            squeeze = np.float32(1 + rng.normal(0, 0.12)) if rng.random() < 0.3 else np.float32(1)
            depth = y * np.float32(math.cos(angle)) * squeeze + x * np.float32(math.sin(angle)) + swing
        # A table of one period is quicker than a cosine a pixel, and gives lines of any thinness.
        period = np.cos(np.linspace(0, 2 * math.pi, 256, endpoint=False)).astype(np.float32)
        thin = rng.uniform(0.0, 0.75)
        profile = np.clip((period - thin) / (1 - thin), 0, 1) * np.float32(strength * rng.uniform(0.6, 1.0))
        phase = (depth * np.float32(256 / pitch)).astype(np.int32) & 255
        np.maximum(layer, profile[phase], out=layer)
    if rng.random() < 0.3:  # worn or half-toned print
        layer *= np.clip(1 + 0.5 * noise(rng, shape, 1.0), 0, 1)
    return layer


def _stroke(
    rng: np.random.Generator, canvas: Gray, start: tuple[float, float], end: tuple[float, float], broken: bool
) -> None:
    """Draw one thin line into `canvas` from `start` to `end`, (x, y) in pixels, in pieces where `broken`."""
    subpixels = 1 << SUBPIXEL
    pieces = [(0.0, 1.0)]
    if broken:
        ends = np.sort(rng.random(2 * int(rng.integers(1, 4))))
        pieces = list(zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True))
    value = int(rng.integers(110, 256))
    thick = 1 + int(rng.random() < (canvas.shape[0] - 30) / 200)
    (x0, y0), (x1, y1) = start, end
    for a, b in pieces:
        p = (round((x0 + (x1 - x0) * a) * subpixels), round((y0 + (y1 - y0) * a) * subpixels))
        q = (round((x0 + (x1 - x0) * b) * subpixels), round((y0 + (y1 - y0) * b) * subpixels))
        cv2.line(canvas, p, q, value, thick, cv2.LINE_AA, SUBPIXEL)


def rules(rng: np.random.Generator, shape: tuple[int, int], writing_px: float) -> Layer:
    """Ruled lines: one under the number, double, broken or slightly slanted; or a faint ruling all over."""
    rows, columns = shape
    canvas = np.zeros(shape, np.uint8)
    slope = rng.normal(0, 0.008) * columns
    if rng.random() < 0.72:
        y = rows - rng.uniform(0.01, 0.16) * writing_px
        again = (0.0,) if rng.random() < 0.7 else (0.0, max(2.0, 0.08 * writing_px))
        for drop in again:
            _stroke(rng, canvas, (0, y - drop), (columns, y - drop + slope), rng.random() < 0.25)
        if rng.random() < 0.15:
            _stroke(rng, canvas, (0, rows - y), (columns, rows - y + slope), rng.random() < 0.4)
        strength = rng.uniform(0.2, 0.75)
    else:
        pitch = max(4.0, writing_px * rng.uniform(0.25, 1.4))
        for y in np.arange(rng.uniform(0, pitch), rows, pitch):
            _stroke(rng, canvas, (0, y), (columns, y + slope), rng.random() < 0.1)
        strength = rng.uniform(0.05, 0.25)
    layer = canvas * np.float32(strength / 255)
    if rng.random() < 0.2:  # a line of tiny lettering looks like a dotted one
        layer *= np.clip(0.6 + noise(rng, shape, 0.7), 0, 1)
    return layer


def borders(rng: np.random.Generator, shape: tuple[int, int], writing_px: float) -> Layer:
    """Lines of a table cell close to the image's edges, as of a loose crop: some sides, partly broken."""
    rows, columns = shape
    canvas = np.zeros(shape, np.uint8)
    lean = rng.normal(0, 0.012)
    sides = rng.random(4) < (0.35, 0.3, 0.75, 0.7)
    inset = np.abs(rng.normal(0.02, 0.07, 4)) * min(writing_px * 1.4, rows)
    left, top, right, bottom = inset[0], inset[1], columns - 1 - inset[2], rows - 1 - inset[3]
    over = rng.random() < 0.5  # the neighbours' lines go on past the corner
    x0, x1 = (0, columns) if over else (left, right)
    y0, y1 = (0, rows) if over else (top, bottom)
    for side, start, end in zip(
        sides,
        ((left, y0), (x0, top), (right, y0), (x0, bottom)),
        (
            (left - lean * rows, y1),
            (x1, top + lean * columns),
            (right - lean * rows, y1),
            (x1, bottom + lean * columns),
        ),
        strict=True,
    ):
        if side:
            _stroke(rng, canvas, start, end, rng.random() < 0.12)
    return canvas * np.float32(rng.uniform(0.12, 0.7) / 255)
