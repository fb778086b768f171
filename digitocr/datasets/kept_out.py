"""What no training draws with, so that the frozen sets of `benchmarks.drawn` show writing that is new."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Parts of the names of font files: sans, serif, slab, monospaced and hands.
FONTS = (
    "Carlito", "EBGaramond", "JosefinSlab", "JetBrainsMono", "Inconsolata", "CrimsonText", "Cabin",
    "ecolier", "schoolbell", "zeyada", "kalam", "reenie-beanie",
)  # fmt: skip
UNIPEN_EVERY = 8  # of UNIPEN's writers, by number, each so manieth
COLLECTED_SHARE = 0.08  # of a collection's digits, its last ones: writers follow one another in MNIST


def is_kept_out(font: Path) -> bool:
    """Whether a font is kept out of training.

    >>> is_kept_out(Path("Carlito-Bold.ttf"))
    True
    """
    return any(part.lower() in font.name.lower() for part in FONTS)


def fonts_for(fonts: Sequence[Path], *, training: bool) -> tuple[Path, ...]:
    """The fonts to train with, or those kept out."""
    return tuple(font for font in fonts if is_kept_out(font) != training)


def writers_for(writers: NDArray[np.int64], *, training: bool) -> NDArray[np.bool_]:
    """Of UNIPEN writers (N,), which are to train with, or are kept out."""
    return np.asarray((writers % UNIPEN_EVERY == 0) != training)


def collected_for(count: int, *, training: bool) -> slice:
    """Of `count` collected digits, those to train with, or those kept out."""
    first = count - round(COLLECTED_SHARE * count)
    return slice(0, first) if training else slice(first, count)
