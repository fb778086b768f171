"""A canvas as a scanner or a phone sees it, and its maps in the same place."""

import math
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.layout.maps import MAP_NAMES, STRIDE
from digitocr.records import Gray
from digitocr.synthesis.camera import jpeg, tone_curve
from digitocr.synthesis.pages.canvas import Canvas
from digitocr.synthesis.paper import bleed, shade
from digitocr.synthesis.patterns import guilloche, noise

Floats = NDArray[np.float32]
INK_GAIN = 1.6  # a line thinner than a pixel of the map still counts as ink there


def look_at(
    rng: np.random.Generator,
    canvas: Canvas,
    digit_px: float,
    *,
    harsh: bool = True,
    positions: tuple[Floats, Floats] | None = None,
) -> tuple[Gray, Gray]:
    """Take a picture of a canvas.

    Args:
        rng: the source of every choice.
        canvas: what lies there.
        digit_px: the height of its digits, which blur follows.
        harsh: whether it may be a fax, a negative, or of so little contrast or focus that people err too.
        positions: where each pixel of the picture lies on the canvas; others at each call by default.

    Returns:
        The picture (H, W) uint8 and its maps (H / 2, W / 2, 6) uint8, in the order of `MAP_NAMES`; H and W
        are even.
    """
    positions = positions or canvas_positions(rng, canvas.shape)
    dark, ground = (np.asarray(moved(a, positions), np.float32) for a in (canvas.dark, canvas.ground))
    maps = {
        name: np.asarray(moved(layer, positions, nearest=name == "height"), np.uint8)
        for name, layer in canvas.maps.items()
    }
    light = _light(rng, dark, ground, digit_px)
    return _sensor(rng, light, digit_px, harsh), halved(maps)


def canvas_positions(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Where each pixel of a picture lies on the canvas: a little turned, in perspective, curled.

    Returns:
        x and y, each of `shape` (H, W) and float32, in pixels of the canvas.
    """
    rows, columns = shape
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    angle = math.radians(rng.normal(0, 1.5) if rng.random() < 0.85 else rng.uniform(-8, 8))
    u, v = x - columns / 2, y - rows / 2
    tilt = np.float32(1) + np.float32(rng.normal(0, 1e-4)) * u + np.float32(rng.normal(0, 1e-4)) * v
    lean = rng.normal(0, 0.02)
    across = (u * math.cos(angle) + v * (math.sin(angle) + lean)) / tilt
    down = (v * math.cos(angle) - u * math.sin(angle)) / tilt
    if rng.random() < 0.25:
        period = columns * rng.uniform(0.6, 2.5)
        wave = np.sin(u * np.float32(2 * math.pi / period) + np.float32(rng.uniform(0, 6)))
        down = down + np.float32(rng.uniform(0.5, max(0.5, 0.02 * period))) * wave
    return (across + columns / 2).astype(np.float32), (down + rows / 2).astype(np.float32)


def moved(
    layer: Floats | Gray, positions: tuple[Floats, Floats], *, nearest: bool = False
) -> cv2.typing.MatLike:
    """A layer of the canvas (H, W) as a picture shows it."""
    interpolation = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    return cv2.remap(layer, *positions, interpolation, borderMode=cv2.BORDER_CONSTANT)


def _light(rng: np.random.Generator, dark: Floats, ground: Floats, digit_px: float) -> Floats:
    """The light that reaches the camera, (H, W) float32 in 0..1."""
    shape = (dark.shape[0], dark.shape[1])
    paper = rng.uniform(0.5, 1.0) * (1 + np.float32(rng.uniform(0, 0.035)) * noise(rng, shape, 0.8))
    paper *= 1 + np.float32(rng.uniform(0, 0.05)) * noise(rng, shape, 8.0)
    if rng.random() < 0.08:
        paper *= 1 - np.float32(0.7) * guilloche(rng, shape, digit_px)
    if rng.random() < 0.12:
        paper *= 1 - bleed(rng, dark)
    if rng.random() < 0.3:
        dark = dark * np.clip(1 + np.float32(rng.uniform(0.1, 0.4)) * noise(rng, shape, 1.5), 0, 1.2)
    # On a dark ground print and pen are light.
    tone = np.where(ground > 0.5, np.float32(rng.uniform(0.85, 1)), np.float32(rng.uniform(0, 0.12)))
    dark = np.clip(dark, 0, 1)
    light = paper * (1 - ground) * (1 - dark) + paper * tone * dark
    if rng.random() < 0.5:
        light *= shade(rng, shape, bool(rng.random() < 0.35))
    return light.astype(np.float32)


def _sensor(rng: np.random.Generator, light: Floats, digit_px: float, harsh: bool) -> Gray:
    sigma = rng.uniform(0.2, 0.45 + (0.03 if harsh else 0.015) * digit_px)
    if sigma > 0.3:
        light = opencv.gaussian_blur(light, sigma)
    if rng.random() < 0.3:
        light = light + np.float32(rng.uniform(0.2, 1.0)) * (light - cv2.GaussianBlur(light, (0, 0), 1.5))
    levels = 255 * light + np.float32(8 * rng.random() ** 3) * rng.standard_normal(light.shape, np.float32)
    if rng.random() < 0.3:
        levels = tone_curve(levels, rng.uniform(0.7, 1.4))
    kind = rng.random() if harsh else rng.uniform(0.12, 1)
    if kind < 0.06:  # a fax or a scan in black and white
        levels = np.where(levels > np.percentile(levels, 90) * rng.uniform(0.6, 0.85), 255, 0)
    elif kind < 0.12:  # of little contrast
        levels = rng.uniform(0, 150) + levels * rng.uniform(0.25, 0.5)
    elif kind < 0.3:  # as a scanner stretches it
        low, high = np.percentile(levels, (0.5, 80))
        levels = (levels - low) * (255 / max(60.0, high - low))
    gray: Gray = np.clip(levels, 0, 255).astype(np.uint8)
    if harsh and rng.random() < 0.06:
        gray = 255 - gray
    return jpeg(gray, int(rng.integers(30, 96))) if rng.random() < 0.5 else gray


def halved(maps: Mapping[str, Gray]) -> Gray:
    """The maps (H, W) at half the size, as one array (H / 2, W / 2, 6); of heights either is as good."""
    halves = []
    for name in MAP_NAMES:
        layer = maps[name]
        if name == "height":
            halves.append(layer[::STRIDE, ::STRIDE])
            continue
        size = (layer.shape[1] // STRIDE, layer.shape[0] // STRIDE)
        half = opencv.resize(layer, size).astype(np.float32)
        gain = INK_GAIN if name in ("digit", "line", "other") else 1.0
        halves.append(np.minimum(half * np.float32(gain), 255))
    return np.stack(halves, -1).astype(np.uint8)
