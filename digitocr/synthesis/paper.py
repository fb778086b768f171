"""Ink on paper, seen by a scanner or a phone.

A layer of print or pen is a map of how much light it takes away: (H, W) float32, 0 none, 1 all. What is seen
is the product of what every layer leaves, times the light, through a camera.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.records import Gray
from digitocr.synthesis.camera import camera
from digitocr.synthesis.patterns import Layer, borders, grid, guilloche, noise, rules

WRITING_SHARE = 0.62  # of an image's height: what its writing takes, where the caller does not say


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of picture: ranges of grey levels and the chance (0..1) of everything that may be on the paper.

    `tone` is the grey level of the paper, `contrast` the share of light the pen takes, `grain` and `cloud`
    the paper's fine and broad unevenness, `blur_px` the optics at a writing height of 32 pixels.
    """

    share: float
    tone: tuple[float, float]
    contrast: tuple[float, float]
    blur_px: tuple[float, float]
    grain: tuple[float, float] = (0.0, 0.03)
    cloud: tuple[float, float] = (0.0, 0.025)
    guilloche: float = 0.0
    rules: float = 0.0
    borders: float = 0.0
    bleed: float = 0.0
    sharpen: float = 0.3
    shadow: float = 0.03


PAPER_KINDS = {
    "cheque": PaperKind(
        0.28, (145, 225), (0.34, 0.82), (0.2, 0.7), (0.015, 0.06), guilloche=0.9, rules=0.5, bleed=0.03
    ),
    "photo": PaperKind(
        0.17, (125, 212), (0.46, 0.78), (0.7, 1.3), (0.0, 0.012), (0.004, 0.03), sharpen=0.85, shadow=0.12
    ),
    "cell": PaperKind(
        0.25,
        (120, 248),
        (0.15, 0.52),
        (0.6, 1.9),
        (0.0, 0.01),
        (0.0, 0.012),
        rules=0.25,
        borders=0.85,
        bleed=0.25,
    ),
    "page": PaperKind(
        0.15, (195, 254), (0.5, 1.0), (0.2, 0.9), guilloche=0.03, rules=0.35, borders=0.35, bleed=0.15
    ),
    "blurred": PaperKind(0.1, (110, 220), (0.35, 0.85), (1.4, 3.0), borders=0.5, sharpen=0.2, shadow=0.1),
    "dark": PaperKind(
        0.05,
        (55, 125),
        (0.35, 0.8),
        (0.5, 1.4),
        (0.02, 0.06),
        (0.01, 0.06),
        0.15,
        rules=0.2,
        borders=0.2,
        shadow=0.4,
    ),
}


def bleed(rng: np.random.Generator, ink: Layer) -> Layer:
    """The back of the sheet, or writing rubbed out: the same ink mirrored, moved, blurred and faint."""
    flipped = cv2.flip(ink, 1)
    moved = np.roll(flipped, tuple(int(v) for v in rng.integers(-20, 21, 2)), (0, 1))
    return cv2.blur(moved, (3, 3)) * np.float32(rng.uniform(0.03, 0.16))


def shade(rng: np.random.Generator, shape: tuple[int, int], shadow: bool) -> Layer:
    """How much light reaches the paper: (H, W) float32 about 1, a slope and perhaps a soft-edged shadow."""
    y, x = grid(shape)
    across, down = rng.normal(0, 0.04, 2)
    light = (
        1
        + np.float32(across / shape[1]) * (x - shape[1] / 2)
        + np.float32(down / shape[0]) * (y - shape[0] / 2)
    )
    if shadow:
        angle = rng.uniform(0, 2 * math.pi)
        reach = math.hypot(*shape) / 2
        along = (x - shape[1] / 2) * np.float32(math.cos(angle)) + (y - shape[0] / 2) * np.float32(
            math.sin(angle)
        )
        soft = np.float32(1 / (reach * rng.uniform(0.03, 0.6)))
        light *= 1 - np.float32(rng.uniform(0.05, 0.4)) * np.clip(
            (along - np.float32(rng.normal(0, 0.4) * reach)) * soft, 0, 1
        )
    return light.astype(np.float32)


def pen(rng: np.random.Generator, ink: Layer, contrast: float) -> Layer:
    """What the pen takes from the light: `ink` (H, W) in 0..1 times `contrast`, with an uneven flow."""
    layer = ink * np.float32(contrast)
    uneven = rng.uniform(0, 0.3)
    if uneven > 0.08:
        layer *= np.clip(
            1 + np.float32(uneven) * noise(rng, ink.shape, 2.0 if rng.random() < 0.7 else 0.7), 0, 1.15
        )
    return layer


def put_on_paper(
    rng: np.random.Generator,
    ink: Gray,
    writing_px: float | None = None,
    kind: str | None = None,
    printed: Layer | None = None,
) -> Gray:
    """Make of an ink layer the picture of it on some paper.

    Args:
        rng: The source of every choice.
        ink: (H, W) uint8, 255 where the pen was.
        writing_px: The height of a digit in pixels; print and blur follow it. A share of H by default.
        kind: A name in `PAPER_KINDS`; drawn by their shares by default.
        printed: (H, W) float32 in 0..1, what is printed under the ink beside what the kind has.

    Returns:
        (H, W) uint8, 0 black, dark ink on lighter paper; nothing has moved.
    """
    if kind is None:
        kind = str(rng.choice(list(PAPER_KINDS), p=[k.share for k in PAPER_KINDS.values()]))
    traits = PAPER_KINDS[kind]
    writing = writing_px or WRITING_SHARE * ink.shape[0]
    shape = (ink.shape[0], ink.shape[1])
    chance = rng.random(5)
    alpha = ink * np.float32(1 / 255)
    paper = 1 + np.float32(rng.uniform(*traits.grain)) * noise(rng, shape, 0.7)
    paper += np.float32(rng.uniform(*traits.cloud)) * noise(rng, shape, 10.0)
    paper *= shade(rng, shape, bool(chance[0] < traits.shadow))
    for asked, print_layer in (
        (traits.guilloche, guilloche),
        (traits.rules, rules),
        (traits.borders, borders),
    ):
        if rng.random() < asked:
            paper *= 1 - print_layer(rng, shape, writing)
    if printed is not None:
        paper *= 1 - printed
    if chance[1] < traits.bleed:
        paper *= 1 - bleed(rng, alpha)
    low, high = traits.contrast
    paper *= 1 - pen(rng, alpha, low + (high - low) * rng.beta(1.4, 1.1))
    paper *= np.float32(rng.uniform(*traits.tone))
    return camera(rng, paper, rng.uniform(*traits.blur_px) * writing / 32, bool(chance[2] < traits.sharpen))
