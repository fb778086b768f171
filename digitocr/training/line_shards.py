"""Line images on disk: drawn once, met many times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitocr.atomic_write import atomic_write
from digitocr.errors import UsageError
from digitocr.synthesis.drawn import Collection, Hands, Material, draw
from digitocr.training.line_images import LabelledLineImage

LINES_A_SHARD = 10_000  # some two minutes of drawing, which is what a run that is stopped loses


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDrawing:
    """Which lines are drawn: `count` of them, by `make`, as `draw` takes it."""

    make: Callable[[np.random.Generator, Hands], LabelledLineImage | None]
    material: Sequence[Collection] | Material
    count: int
    seed: int
    words: float


def draw_line_shards(
    drawing: LineDrawing, workers: int, folder: Path, log: Callable[[str], None]
) -> list[LabelledLineImage]:
    """Draw lines and keep them in `folder`; what is there already is not drawn again."""
    folder.mkdir(parents=True, exist_ok=True)
    images: list[LabelledLineImage] = []
    for first in range(0, drawing.count, LINES_A_SHARD):
        file = folder / f"{first // LINES_A_SHARD:03}.npz"
        if not file.is_file():
            count = min(LINES_A_SHARD, drawing.count - first)
            drawn = draw(
                drawing.make,
                drawing.material,
                count,
                drawing.seed,
                workers,
                words=drawing.words,
                first=first,
            )
            save_line_images(list(drawn), file)
        images += load_line_images(file)
        log(f"{len(images)} of {drawing.count} lines are drawn")
    return images


def save_line_images(images: Sequence[LabelledLineImage], file: Path) -> None:
    """Write a shard; it appears whole or not at all."""
    pixels = np.concatenate([np.zeros((32, 0), np.uint8), *(image.strip for image in images)], axis=1)
    symbols = np.array([image.symbols for image in images], np.str_)
    widths = [image.strip.shape[1] for image in images]
    with atomic_write(file) as temporary, temporary.open("wb") as archive:
        np.savez(archive, pixels=pixels, widths=widths, symbols=symbols)


def load_line_images(file: Path) -> list[LabelledLineImage]:
    """Read a shard.

    Raises:
        UsageError: it is none.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            pixels, widths, symbols = (arrays[name] for name in ("pixels", "widths", "symbols"))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{file}: not a shard of lines ({error}); remove it, and it is drawn again"
        ) from error
    ends = np.cumsum(widths.astype(int))
    starts = ends - widths.astype(int)
    return [
        LabelledLineImage(np.ascontiguousarray(pixels[:, begin:end]), str(text))
        for begin, end, text in zip(starts.tolist(), ends.tolist(), symbols, strict=True)
    ]
