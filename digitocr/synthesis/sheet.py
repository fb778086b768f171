"""A sheet of paper to print and write on, in colour, that knows which numbers stand where."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitocr.imaging import opencv
from digitocr.records import Box, Gray
from digitocr.synthesis.glyphs import Hand
from digitocr.synthesis.paper import shade
from digitocr.synthesis.patterns import Layer, noise
from digitocr.synthesis.writing import Spacing, write_number

Colour = tuple[float, float, float]  # red, green, blue: the share of light that comes back, 0..1
RgbImage = NDArray[np.uint8]  # (H, W, 3), red green blue
PlacedNumbers = list[tuple[str, Box]]

BLACK: Colour = (0.1, 0.1, 0.12)
BLUE: Colour = (0.09, 0.16, 0.5)
WHITE: Colour = (0.97, 0.97, 0.96)
GREY: Colour = (0.42, 0.42, 0.44)
FILL = 0.66  # of the height of a printed box: what its digit takes
PALE = 0.9  # ink as light as this is seen on dark ground only, where it has to cover


class Sheet:
    """Paper being covered, layer by layer. `numbers` are those written so far: (text, box)."""

    def __init__(
        self, rng: np.random.Generator, width: int, height: int, paper: Colour, grain: float = 0.006
    ) -> None:
        """Take a sheet of `width` by `height` pixels; `grain` is the deviation of the paper's brightness."""
        self._rng = rng
        self.light = np.empty((height, width, 3), np.float32)
        self.light[:] = paper
        self.light *= 1 + np.float32(grain) * noise(rng, (height, width), 1.0)[:, :, None]
        self.numbers: PlacedNumbers = []

    def stain(self, layer: Layer, left: int, top: int, colour: Colour) -> None:
        """Print `layer`, (h, w) float32 in 0..1, as see-through ink of a colour. What falls off is lost."""
        window, layer = self._window(layer, left, top)
        window *= 1 - layer[:, :, None] * (1 - np.asarray(colour, np.float32))

    def cover(self, layer: Layer, left: int, top: int, colour: Colour) -> None:
        """Paint `layer`, (h, w) float32 in 0..1, over what is there, as a sticker does."""
        window, layer = self._window(layer, left, top)
        window += layer[:, :, None] * (np.asarray(colour, np.float32) - window)

    def _window(self, layer: Layer, left: int, top: int) -> tuple[NDArray[np.float32], Layer]:
        layer = layer[max(0, -top) :, max(0, -left) :]
        window = self.light[max(0, top) :, max(0, left) :][: layer.shape[0], : layer.shape[1]]
        return window, layer[: window.shape[0], : window.shape[1]]

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour, thick_px: float = 1.5
    ) -> None:
        """Print a straight line between two points (x, y)."""
        (x0, y0), (x1, y1) = start, end
        pad = int(thick_px) + 3
        left, top = int(min(x0, x1)) - pad, int(min(y0, y1)) - pad
        width, height = int(abs(x1 - x0)) + 2 * pad + 1, int(abs(y1 - y0)) + 2 * pad + 1
        # Drawn four times too large and averaged: OpenCV knows whole thicknesses only.
        big = np.zeros((4 * height, 4 * width), np.uint8)
        p, q = ((round((x - left) * 4), round((y - top) * 4)) for x, y in (start, end))
        cv2.line(big, p, q, 255, max(1, round(thick_px * 4)))
        layer = opencv.resize(big, (width, height))
        self.stain(layer * np.float32(1 / 255), left, top, colour)

    def frame(self, box: Box, colour: Colour, thick_px: float = 1.5) -> None:
        """Print the four sides of a box."""
        corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            self.rule(start, end, colour, thick_px)

    def label(self, text: str, left: int, base: int, size_px: float, colour: Colour = BLACK) -> None:
        """Print words on the writing line `base`, in Pillow's own font: the same on every machine."""
        font = ImageFont.load_default(size=size_px)
        reach = round(size_px * 1.5)
        image = Image.new("L", (int(font.getlength(text)) + 2 * reach, 2 * reach))
        ImageDraw.Draw(image).text((0, reach), text, fill=255, font=font, anchor="ls")
        layer = np.asarray(image, np.float32) * np.float32(1 / 255)
        (self.stain if max(colour) < PALE else self.cover)(layer, left, base - reach, colour)

    def write(
        self,
        hand: Hand,
        text: str,
        at: tuple[int, int],
        size_px: float,
        *,
        colour: Colour = BLACK,
        spacing: Spacing,
        to_right: bool = False,
    ) -> None:
        """Write a number on a line, from x `at[0]` on or, `to_right`, up to it; the line is at y `at[1]`."""
        left, base = at
        written = write_number(self._rng, hand, text, size_px, spacing)
        left -= written.ink.shape[1] if to_right else 0
        box = self._pen(written.ink, left, base - round(written.base), colour)
        self._remember(text, [box])

    def write_in_boxes(self, hand: Hand, text: str, first: Box, step_px: int, colour: Colour) -> None:
        """Write one digit in each of a row of boxes, about its middle."""
        boxes = []
        for n, digit in enumerate(text):
            box = first.shifted(n * step_px, 0)
            size = box.height * FILL * self._rng.uniform(0.92, 1.08)
            written = write_number(self._rng, hand, digit, size)
            dx, dy = self._rng.normal(0, 0.04, 2) * box.height
            left = round(box.left + (box.width - written.ink.shape[1]) / 2 + dx)
            top = round(box.top + (box.height - written.ink.shape[0]) / 2 + dy)
            boxes.append(self._pen(written.ink, left, top, colour))
        self._remember(text, boxes)

    def _pen(self, ink: Gray, left: int, top: int, colour: Colour) -> Box:
        rows, columns = ink.shape
        flow = np.clip(0.93 + 0.07 * noise(self._rng, (rows, columns), 2.0), 0, 1)
        self.stain(ink * np.float32(1 / 255) * flow.astype(np.float32), left, top, colour)
        return Box(left, top, left + columns, top + rows)

    def _remember(self, text: str, boxes: list[Box]) -> None:
        digits = "".join(c for c in text if c.isdigit())
        self.numbers.append((digits, Box.bounding(boxes)))

    def scanned(self) -> RgbImage:
        """The sheet on a flatbed scanner: (H, W, 3) uint8, sharp, evenly lit, almost without noise."""
        rows, columns = self.light.shape[:2]
        lamp = shade(self._rng, (rows, columns), False) ** np.float32(0.3)
        blurred = opencv.gaussian_blur(self.light, 0.6)
        return as_picture(blurred * lamp[:, :, None])


def as_picture(light: NDArray[np.float32]) -> RgbImage:
    """Light in 0..1 as gray levels, uint8 of the same shape."""
    picture: RgbImage = np.clip(light * 255 + 0.5, 0, 255).astype(np.uint8)
    return picture
