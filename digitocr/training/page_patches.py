"""Patches cut out of labelled pages at many sizes."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.layout.maps import HEIGHT_RANGE_PX, MAP_NAMES
from digitocr.records import Gray
from digitocr.synthesis.pages.draw import PATCH_PX
from digitocr.synthesis.pages.view import halved
from digitocr.training.page_shards import Patches
from digitocr.training.real_pages import TranscribedPage


def cut_patches(
    rng: np.random.Generator, pages: Sequence[TranscribedPage], count: int, scales: tuple[float, float]
) -> Patches:
    """Patches of 320x320 pixels from pages made `scales` times as large; half of them show a number."""
    pictures, maps, sures, knowns = [], [], [], []
    for _ in range(count):
        page = pages[int(rng.integers(len(pages)))]
        scale = math.exp(rng.uniform(*np.log(scales)))
        side = PATCH_PX / scale
        rows, columns = page.picture.shape
        x, y = (
            rng.uniform(-0.1 * side, max(1, columns - 0.9 * side)),
            rng.uniform(-0.1 * side, max(1, rows - 0.9 * side)),
        )
        if rng.random() < 0.5:
            at = np.argwhere(page.canvas.maps["core"][::4, ::4] > 0)
            if len(at):
                cy, cx = 4 * at[int(rng.integers(len(at)))]
                x, y = cx - side * rng.uniform(0.1, 0.9), cy - side * rng.uniform(0.1, 0.9)
        patch, layers, sure = _cut(rng, page, (x, y), scale)
        pictures.append(patch)
        maps.append(halved(layers))
        sures.append(cv2.resize(sure, (PATCH_PX // 2,) * 2, interpolation=cv2.INTER_AREA) > 250)
        knowns.append([name in page.known for name in MAP_NAMES])
    return Patches(np.stack(pictures), np.stack(maps), np.array(knowns), np.stack(sures))


def _cut(
    rng: np.random.Generator, page: TranscribedPage, corner: tuple[float, float], scale: float
) -> tuple[Gray, dict[str, Gray], Gray]:
    turn = math.radians(rng.normal(0, 2))
    matrix = np.array(
        [[math.cos(turn), -math.sin(turn), corner[0]], [math.sin(turn), math.cos(turn), corner[1]]]
    )
    matrix[:, :2] /= scale
    size = (PATCH_PX, PATCH_PX)
    picture = page.picture
    if scale < 0.8:  # against aliasing
        picture = opencv.gaussian_blur(picture, 0.4 / scale)

    def moved(layer: Gray, interpolation: int, border: int) -> Gray:
        return opencv.warp_affine(layer, matrix, size, interpolation | cv2.WARP_INVERSE_MAP, border)

    linear = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    patch = moved(picture, linear, cv2.BORDER_REPLICATE)
    layers = {}
    for name, layer in page.canvas.maps.items():
        if name == "height":
            level = moved(layer, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)
            shifted = np.clip(level + _height_offset(scale), 1, 255)
            layers[name] = np.where(level > 0, shifted, 0).astype(np.uint8)
        else:
            soft = layer
            if scale < 0.8:
                soft = opencv.gaussian_blur(layer, 0.4 / scale)
            layers[name] = moved(soft, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
    return patch, layers, moved(page.sure, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)


def _height_offset(scale: float) -> float:
    """By how much the levels of the map of heights change where a picture is made `scale` times as large."""
    low, high = HEIGHT_RANGE_PX
    return 255 * math.log(scale) / math.log(high / low)
