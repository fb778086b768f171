"""Patches of pages on disk, and batches of them: drawn once, met many times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.atomic_write import atomic_write
from digitocr.errors import UsageError
from digitocr.imaging import opencv
from digitocr.layout.maps import CORE_MAP, MAP_NAMES, STRIDE
from digitocr.records import Gray

CROP_PX = 256  # what a batch shows of each patch
INVERTED, GAMMA = 0.03, (0.75, 1.35)
# The share of crops that show a line or a cell cut out of its page, and its sides in pixels of the maps.
CUT_OUT, CUT_OUT_ROWS, CUT_OUT_COLUMNS = 0.08, (14, 60), (18, 128)


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Pictures (N, H, W) uint8 and their maps (N, H / 2, W / 2, 6) uint8.

    `known` (N, 6) bool says which maps are known at all, `sure` (N, H / 2, W / 2) bool where those are.
    """

    pictures: Gray
    maps: Gray
    known: NDArray[np.bool_]
    sure: NDArray[np.bool_]


def fully_known(pictures: Gray, maps: Gray) -> Patches:
    """Patches of which everything is known, as drawn ones are; arrays as in `Patches`."""
    return Patches(pictures, maps, np.ones((len(maps), len(MAP_NAMES)), bool), np.ones(maps.shape[:3], bool))


def save_patches(patches: Patches, file: Path) -> None:
    """Write a shard; it appears whole or not at all."""
    with atomic_write(file) as temporary, temporary.open("wb") as archive:
        np.savez(archive, x=patches.pictures, y=patches.maps, known=patches.known, sure=patches.sure)


def load_patches(file: Path) -> Patches:
    """Read a shard.

    Raises:
        UsageError: it is none.
    """
    try:
        with np.load(file) as arrays:
            pictures, maps = arrays["x"], arrays["y"]
            if "sure" not in arrays:
                return fully_known(pictures, maps)
            return Patches(pictures, maps, arrays["known"], arrays["sure"])
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{file}: not a shard of pages ({error}); draw it again") from error


class Shards:
    """Some groups of shards, each met with its own share; shards that come meanwhile join in."""

    def __init__(self, patterns: Sequence[tuple[Path, str, float]]) -> None:
        """Take (folder, pattern of file names, share of a batch) for each group."""
        self._patterns = [(folder, pattern) for folder, pattern, _ in patterns]
        shares = np.array([share for _, _, share in patterns])
        self._shares = shares / shares.sum()
        self._loaded: list[dict[Path, Patches]] = [{} for _ in patterns]
        self.refresh()

    def refresh(self) -> None:
        """Look for new shards.

        Raises:
            UsageError: a group has none.
        """
        for (folder, pattern), loaded in zip(self._patterns, self._loaded, strict=True):
            for file in sorted(folder.glob(pattern)):
                if file not in loaded:
                    loaded[file] = load_patches(file)
            if not loaded:
                raise UsageError(f"{folder / pattern}: no shards of pages; draw some first")

    def __len__(self) -> int:
        return sum(len(p.pictures) for group in self._loaded for p in group.values())

    def batches(self, size: int, seed: int, start: int) -> Iterator[tuple[Gray, Gray, NDArray[np.bool_]]]:
        """Batches without end, from the step `start` on.

        Each is pictures (n, 256, 256, 1) uint8, maps (n, 128, 128, 6) uint8 and where they are known, bool.
        """
        step = start
        while True:
            rng = np.random.default_rng((seed, step))
            step += 1
            pictures = np.empty((size, CROP_PX, CROP_PX, 1), np.uint8)
            maps = np.empty((size, CROP_PX // STRIDE, CROP_PX // STRIDE, len(MAP_NAMES)), np.uint8)
            known = np.empty(maps.shape, bool)
            for n, group in enumerate(rng.choice(len(self._shares), size, p=self._shares)):
                shards = list(self._loaded[group].values())
                patches = shards[int(rng.integers(len(shards)))]
                k = int(rng.integers(len(patches.pictures)))
                spare = (patches.pictures.shape[1] - CROP_PX) // STRIDE
                y, x = (int(v) for v in rng.integers(0, spare + 1, 2))
                window = slice(STRIDE * y, STRIDE * y + CROP_PX), slice(STRIDE * x, STRIDE * x + CROP_PX)
                pictures[n, ..., 0] = varied(rng, patches.pictures[k][window])
                half = slice(y, y + CROP_PX // STRIDE), slice(x, x + CROP_PX // STRIDE)
                maps[n] = patches.maps[k][half]
                known[n] = patches.sure[k][half][..., None] & patches.known[k]
                if rng.random() < CUT_OUT:
                    _cut_out(rng, pictures[n, ..., 0], maps[n], known[n])
            yield pictures, maps, known


def _cut_out(rng: np.random.Generator, picture: Gray, maps: Gray, known: NDArray[np.bool_]) -> None:
    """Leave of a crop a line or a cell with a number, in its corner; its edges fill the rest."""
    at = np.argwhere(maps[..., CORE_MAP] > 0)
    if not len(at):
        return
    size = np.array([rng.integers(*CUT_OUT_ROWS), rng.integers(*CUT_OUT_COLUMNS)])
    corner = at[int(rng.integers(len(at)))] - np.round(size * rng.uniform(0.3, 0.7, 2)).astype(int)
    y, x = np.clip(corner, 0, np.array(maps.shape[:2]) - size).tolist()
    h, w = size.tolist()
    part = picture[STRIDE * y : STRIDE * (y + h), STRIDE * x : STRIDE * (x + w)]
    below, beside = picture.shape[0] - part.shape[0], picture.shape[1] - part.shape[1]
    filled = cv2.copyMakeBorder(part, 0, below, 0, beside, cv2.BORDER_REPLICATE)
    for layer in (maps, known):
        layer[:h, :w] = layer[y : y + h, x : x + w].copy()
    known[h:] = known[:, w:] = False
    picture[:] = filled


def varied(rng: np.random.Generator, gray: Gray) -> Gray:
    """The picture (H, W) uint8 in another light; sometimes its negative."""
    if rng.random() < 0.6:
        low, span, gamma = rng.uniform(-30, 40), rng.uniform(0.7, 1.2), rng.uniform(*GAMMA)
        curve = 255 * np.power(np.arange(256) / 255, gamma) * span + low
        gray = opencv.look_up(gray, np.clip(curve, 0, 255).astype(np.uint8))
    return 255 - gray if rng.random() < INVERTED else gray
