"""What surrounds the numbers on a sample page: a stamp and its postmark, a desk, a phone's point of view."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.synthesis.paper import shade
from digitocr.synthesis.patterns import noise
from digitocr.synthesis.sheet import BLACK, Colour, PlacedNumbers, RgbImage, Sheet, as_picture

FINE = 4  # shapes are drawn this many times too large and then averaged, for smooth edges


def _shape(width: int, height: int, *polygons: NDArray[np.float64]) -> NDArray[np.float32]:
    """RegisteredForm polygons of (x, y) points as a layer (height, width) in 0..1."""
    canvas = np.zeros((height * FINE, width * FINE), np.uint8)
    for points in polygons:
        cv2.fillPoly(canvas, [np.round(points * FINE).astype(np.int32)], 255)
    small = opencv.resize(canvas, (width, height))
    return small * np.float32(1 / 255)


def _disc(x: float, y: float, radius: float) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)


def _rectangle(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)


def stick_stamp(sheet: Sheet, left: int, top: int, sky: Colour, hills: Colour) -> None:
    """Stick a perforated stamp of 112 by 136 pixels: a sun over hills, without any figures."""
    width, height, tooth = 112, 136, 8
    holes = [_disc(x, y, 2.6) for x in range(0, width + 1, tooth) for y in (0, height)]
    holes += [_disc(x, y, 2.6) for y in range(0, height + 1, tooth) for x in (0, width)]
    body = np.clip(
        _shape(width, height, _rectangle(0, 0, width, height)) - _shape(width, height, *holes), 0, 1
    )
    shadow = opencv.gaussian_blur(body, 2)
    sheet.stain(shadow, left + 2, top + 2, (0.75, 0.75, 0.75))
    sheet.cover(body, left, top, (0.97, 0.97, 0.95))
    sheet.cover(_shape(width, height, _rectangle(10, 10, width - 10, height - 10)), left, top, sky)
    sheet.cover(_shape(width, height, _disc(74, 46, 17)), left, top, (0.98, 0.87, 0.55))
    x = np.linspace(10, width - 10, 60)
    for n, lift in enumerate((78, 96)):
        crest = lift + 10 * np.sin(x / (13 + 5 * n) + 2 * n)
        outline = np.concatenate([np.stack([x, crest], 1), [[width - 10, height - 10], [10, height - 10]]])
        tint = tuple(c * (1 - 0.3 * n) for c in hills)
        sheet.cover(_shape(width, height, outline), left, top, (tint[0], tint[1], tint[2]))


def postmark(sheet: Sheet, x: int, y: int) -> None:
    """Strike a postmark about (x, y): two rings, and waves to the left of them."""
    side = 460
    canvas = np.zeros((side, side), np.uint8)
    for radius in (52, 36):
        cv2.circle(canvas, (side - 70, side // 2), radius, 255, 2, cv2.LINE_AA)
    along = np.arange(0, side - 130, 4)
    for n in range(5):
        wave = side / 2 - 36 + 18 * n + 5 * np.sin(along / 17)
        points = np.stack([along, wave], axis=1).round().astype(np.int32)
        cv2.polylines(canvas, [points], False, 255, 2, cv2.LINE_AA)
    rng = np.random.default_rng(x * 31 + y)
    worn = np.clip(0.55 + 0.35 * noise(rng, (side, side), 3.0), 0.05, 0.85).astype(np.float32)
    sheet.stain(canvas * np.float32(1 / 255) * worn, x - side + 70, y - side // 2, BLACK)


def _desk(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """A wooden desk, (H, W, 3) light in 0..1: long grain and the joints of its boards."""
    grain = opencv.resize(noise(rng, (height, width // 24), 1.0), (width, height), cv2.INTER_CUBIC)
    broad = opencv.resize(noise(rng, (height, width // 40), 6.0), (width, height), cv2.INTER_CUBIC)
    wood = 1 + 0.07 * np.asarray(grain, np.float32) + 0.1 * np.asarray(broad, np.float32)
    board = height // 4
    for y in range(board // 2, height, board):
        wood[y : y + 3] *= 0.45
        wood[y + 3 : y + board] *= np.float32(rng.uniform(0.85, 1.1))
    return (wood[:, :, None] * np.array([0.43, 0.29, 0.19], np.float32)).astype(np.float32)


def photographed(
    rng: np.random.Generator, sheet: Sheet, width: int, height: int, corners: NDArray[np.float64]
) -> tuple[RgbImage, PlacedNumbers]:
    """A phone's picture of the sheet on a desk.

    Args:
        rng: The source of every choice.
        sheet: What lies on the desk.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        corners: (4, 2) where the sheet's corners come to lie, (x, y): top left, top right, and on clockwise.

    Returns:
        The picture, and the sheet's numbers with the boxes about their tilted places.
    """
    rows, columns = sheet.light.shape[:2]
    flat = _rectangle(0, 0, columns, rows).astype(np.float32)
    matrix = opencv.homography(flat, corners.astype(np.float32))
    sheet_mask = _shape(width, height, corners)
    light = _desk(rng, width, height)
    cast = opencv.gaussian_blur(_shape(width, height, corners + 9), 9)
    light *= 1 - 0.55 * cast[:, :, None]
    tilted = cv2.warpPerspective(
        sheet.light, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    light += sheet_mask[:, :, None] * (tilted - light)
    light *= (shade(rng, (height, width), False) * _shadow_of_the_phone(width, height))[:, :, None]
    light = opencv.gaussian_blur(light, 0.9)
    light += np.float32(0.008) * rng.standard_normal(light.shape, np.float32)
    return as_picture(light), [(text, _moved(box, matrix)) for text, box in sheet.numbers]


def _shadow_of_the_phone(width: int, height: int) -> NDArray[np.float32]:
    """Light left by the arm and phone that lean in from the lower right: (H, W) float32."""
    outline = np.array([[0.45, 1.2], [0.52, 0.56], [0.68, 0.38], [1.2, 0.5], [1.2, 1.2]]) * (width, height)
    soft = opencv.gaussian_blur(_shape(width, height, outline), width / 28)
    return (1 - 0.42 * soft).astype(np.float32)


def _moved(box: Box, matrix: NDArray[np.float64]) -> Box:
    corners = _rectangle(box.left, box.top, box.right, box.bottom)[None]
    points = cv2.perspectiveTransform(corners, matrix)[0]
    (left, top), (right, bottom) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return Box(int(left), int(top), int(right), int(bottom))
