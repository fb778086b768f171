"""How well maps fit the truth: intersection over union."""

from collections.abc import Iterable

import numpy as np

from digitocr.recognition.page_segmenter import MAP_NAMES, digit_heights_px
from digitocr.records import Gray

ON = 128  # a pixel of a map at this level or above is on


def intersection_over_union(pairs: Iterable[tuple[Gray, Gray]]) -> dict[str, float]:
    """Compare maps with the truth.

    Args:
        pairs: maps and truth of each page, (h, w, 6) uint8 in the order of `MAP_NAMES`.

    Returns:
        For each map but `height` the intersection over the union of all pages' pixels that are on, 1 where
        there are none. For `height` the share of pixels in the core whose height is right within a quarter.
    """
    both, either = np.zeros(len(MAP_NAMES)), np.zeros(len(MAP_NAMES))
    core, height = MAP_NAMES.index("core"), MAP_NAMES.index("height")
    for maps, truth in pairs:
        on, true = maps >= ON, truth >= ON
        both += (on & true).sum((0, 1))
        either += (on | true).sum((0, 1))
        where = true[..., core] & (truth[..., height] > 0)
        sizes, wanted = (
            digit_heights_px(maps[..., height][where]),
            digit_heights_px(truth[..., height][where]),
        )
        both[height] += (np.abs(np.log(sizes / wanted)) < np.log(1.25)).sum() - (on & true)[..., height].sum()
        either[height] += where.sum() - (on | true)[..., height].sum()
    return {name: float(b / e) if e else 1.0 for name, b, e in zip(MAP_NAMES, both, either, strict=True)}
