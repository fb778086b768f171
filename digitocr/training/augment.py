"""Crops as other pens, writers and scanners would have made them. numpy and cv2: about 40 us a crop."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.opencv import CROSS_KERNEL

SIDE = 28
CENTRE = (SIDE - 1) / 2
BANK_SIZE = 512
RANDOMS = 24  # uniform numbers that one crop takes

Crops = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How far one kind of source is varied: greatest amounts, and for the rest chances (0..1) per crop."""

    rotation_deg: float = 0.0
    shear: float = 0.0
    smallest_scale: float = 1.0
    largest_scale: float = 1.0
    shift_px: float = 0.0
    elastic_px: float = 0.0
    untouched: float = 0.0
    thickness: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    fading: float = 0.0
    neighbours: float = 0.0


# What a source is, as `--data PATH=WEIGHT,KIND` says it. `drawn` sets come varied already, and `as-is` means
# that nothing is varied, as in most first lessons.
AUGMENTATIONS = {
    "as-is": Augmentation(untouched=1.0),
    "pen": Augmentation(
        rotation_deg=12,
        shear=0.25,
        smallest_scale=0.82,
        largest_scale=1.1,
        shift_px=1.5,
        elastic_px=0.9,
        untouched=0.1,
        thickness=0.35,
        blur=0.2,
        noise=0.12,
        fading=0.15,
        neighbours=0.12,
    ),
    "printed": Augmentation(
        rotation_deg=4,
        shear=0.15,
        smallest_scale=0.85,
        largest_scale=1.1,
        shift_px=1.5,
        elastic_px=0.35,
        untouched=0.1,
        thickness=0.35,
        blur=0.3,
        noise=0.2,
        fading=0.15,
        neighbours=0.12,
    ),
    "drawn": Augmentation(
        rotation_deg=3,
        shear=0.08,
        smallest_scale=0.94,
        largest_scale=1.05,
        shift_px=0.8,
        elastic_px=0.35,
        untouched=0.3,
        thickness=0.1,
        blur=0.1,
        noise=0.08,
        fading=0.1,
    ),
}

_GRID_ROWS, _GRID_COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) - np.float32(CENTRE)


def elastic_bank(seed: int, count: int = BANK_SIZE) -> Floats:
    """Smooth displacement fields, (count, 2, 28, 28) float32 as (dx, dy), of 1 px root mean square each."""
    rng = np.random.default_rng(seed)
    bank = np.empty((count, 2, SIDE, SIDE), np.float32)
    for field in bank:
        sigma = rng.uniform(3.5, 7.0)
        for axis in field:
            rough = rng.standard_normal((3 * SIDE, 3 * SIDE), dtype=np.float32)
            axis[:] = cv2.GaussianBlur(rough, (0, 0), sigma)[SIDE : 2 * SIDE, SIDE : 2 * SIDE]
    # A shift as a whole is the affine map's matter.
    bank -= bank.mean((2, 3), keepdims=True)
    bank /= np.sqrt(np.mean(bank**2, (1, 2, 3), keepdims=True))
    return bank


def augment_batch(
    crops: Crops, kinds: list[Augmentation], neighbours: Crops, bank: Floats, rng: np.random.Generator
) -> Crops:
    """Vary each of `crops` (N, 28, 28) by its own `kinds[i]`, with ink of `neighbours[i]` at its edges."""
    randoms = rng.random((len(crops), RANDOMS), dtype=np.float32).tolist()
    fields = rng.integers(0, len(bank), len(crops))
    noise = rng.standard_normal((SIDE * 4, SIDE * 4), dtype=np.float32)
    varied = np.empty_like(crops)
    for i, (crop, kind, row) in enumerate(zip(crops, kinds, randoms, strict=True)):
        if row[0] < kind.untouched:
            varied[i] = crop
            continue
        ink = _warp(crop, kind, bank[fields[i]], row[1:8])
        if row[10] < kind.neighbours:
            ink = _crowd(ink, neighbours[i], row[11], row[12])
        varied[i] = _scan(ink, kind, noise, row)
    return varied


def _scan(ink: Crops, kind: Augmentation, noise: Floats, row: list[float]) -> Crops:
    """The ink as another pen and another scanner give it; `row` are the uniform numbers that decide it."""
    if row[8] < kind.thickness:
        ink = _thicken(ink, 1.4 * row[9] - 0.7)
    if row[13] < kind.blur:
        ink = _blur(ink, row[14], row[15])
    if row[16] < kind.noise:
        top, left = int(row[17] * 3 * SIDE), int(row[18] * 3 * SIDE)
        grain = noise[top : top + SIDE, left : left + SIDE] * (4 + 20 * row[19])
        ink = np.clip(ink + grain, 0, 255).astype(np.uint8)
    if row[20] < kind.fading:
        gamma = 2.0 ** (2 * row[21] - 1)
        levels = np.linspace(0, 1, 256) ** gamma * (255 * (0.6 + 0.4 * row[22]))
        ink = levels.astype(np.uint8)[ink]
    return ink


def _warp(crop: Crops, kind: Augmentation, field: Floats, row: list[float]) -> Crops:
    """Turn, slant, stretch, move and bend in one resampling."""
    signed = [2 * value - 1 for value in row]
    angle = np.deg2rad(kind.rotation_deg) * signed[0]
    span = kind.largest_scale - kind.smallest_scale
    both = kind.smallest_scale + span * row[2]
    width, height = both * (1 + 0.4 * span * signed[3]), both * (1 - 0.4 * span * signed[3])
    cos, sin, shear = np.cos(angle), np.sin(angle), kind.shear * signed[1]
    # From a pixel of the result back to one of the crop.
    xx, xy, yx, yy = cos / width, (sin + shear * cos) / width, -sin / height, (cos - shear * sin) / height
    amount = kind.elastic_px * row[4]
    across = xx * _GRID_COLUMNS + xy * _GRID_ROWS + (CENTRE + kind.shift_px * signed[5]) + amount * field[0]
    down = yx * _GRID_COLUMNS + yy * _GRID_ROWS + (CENTRE + kind.shift_px * signed[6]) + amount * field[1]
    return cv2.remap(
        crop,
        across.astype(np.float32),
        down.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )  # type: ignore[return-value]


def _thicken(ink: Crops, amount: float) -> Crops:
    """A thicker (`amount` > 0) or thinner stroke, by parts of a pixel."""
    moved = cv2.dilate(ink, CROSS_KERNEL) if amount > 0 else cv2.erode(ink, CROSS_KERNEL)
    return cv2.addWeighted(moved, abs(amount), ink, 1 - abs(amount), 0)  # type: ignore[return-value]


def _crowd(ink: Crops, neighbour: Crops, side: float, depth: float) -> Crops:
    """The edge of a neighbouring digit reaches into the crop by up to 4 columns."""
    columns = 2 + int(3 * depth)
    # A crop has 4 empty columns at either side, so the ink begins there.
    crowded = ink.copy()
    if side < 0.5:
        strip = neighbour[:, SIDE - 4 - columns : SIDE - 4]
        crowded[:, :columns] = np.maximum(crowded[:, :columns], strip)
    else:
        strip = neighbour[:, 4 : 4 + columns]
        crowded[:, -columns:] = np.maximum(crowded[:, -columns:], strip)
    return crowded


def _blur(ink: Crops, kind: float, amount: float) -> Crops:
    """A lens out of focus, or a scan of too few pixels."""
    if kind < 0.5:
        return cv2.GaussianBlur(ink, (0, 0), 0.4 + 0.7 * amount)  # type: ignore[return-value]
    side = 11 + int(10 * amount)
    small = cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]
