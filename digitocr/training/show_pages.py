"""A picture of patches, their maps and a model's: `python -m digitocr.training.show_pages OUT.png SHARD`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from digitocr.errors import OutputError
from digitocr.imaging import opencv
from digitocr.layout.maps import CORE_MAP, DIGIT_MAP, LINE_MAP, LINK_MAP, OTHER_MAP
from digitocr.recognition.classifier import load_classifier
from digitocr.recognition.page_segmenter import PageSegmenter, stacked
from digitocr.records import Gray
from digitocr.training.page_shards import Patches, load_patches

CORE_LIGHT = 0.6  # cores are gray under what else is there
PAGE_GAP_PX = 6


def coloured(maps: Gray) -> Gray:
    """Maps (h, w, 6) as a BGR picture (2 h, 2 w, 3).

    Digit ink is green, lines are blue, other ink is red, links are cyan and cores are gray.
    """
    blue = np.maximum(maps[..., LINE_MAP], maps[..., LINK_MAP])
    green = np.maximum(maps[..., DIGIT_MAP], maps[..., LINK_MAP])
    inks = np.stack([blue, green, maps[..., OTHER_MAP]], axis=-1)
    core = (maps[..., CORE_MAP] * CORE_LIGHT).astype(np.uint8)[..., np.newaxis]
    return np.asarray(cv2.resize(np.maximum(inks, core), None, fx=2, fy=2), np.uint8)


def contact_sheet(patches: Patches, segmenter: PageSegmenter | None, count: int, columns: int = 2) -> Gray:
    """Each patch beside its maps and, with a segmenter, beside what that says: BGR (H, W, 3) uint8."""
    tiles = []
    for picture, truth in zip(patches.pictures[:count], patches.maps[:count], strict=True):
        views = [opencv.as_bgr(picture), coloured(truth)]
        if segmenter:
            views.append(coloured(stacked(segmenter.maps(picture))))
        tiles.append(
            np.pad(np.hstack(views), ((0, PAGE_GAP_PX), (0, PAGE_GAP_PX), (0, 0)), constant_values=255)
        )
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    return np.vstack([np.hstack(tiles[n : n + columns]) for n in range(0, len(tiles), columns)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the picture.

    Raises:
        OutputError: it cannot be written.
    """
    parser = argparse.ArgumentParser(prog="python -m digitocr.training.show_pages", description=__doc__)
    parser.add_argument("output", type=Path, help="the picture to write, .png")
    parser.add_argument("shard", type=Path, help="a shard of patches, such as `benchmarks.drawn` writes")
    parser.add_argument("--model", type=Path, help="a model's folder (the one that comes along)")
    parser.add_argument("--truth-alone", action="store_true", help="leave out what the model says")
    parser.add_argument("--patches", type=int, default=12, help="how many to show (%(default)s)")
    given = parser.parse_args(arguments)
    segmenter = None if given.truth_alone else load_classifier(given.model).pages
    sheet = contact_sheet(load_patches(given.shard), segmenter, given.patches)
    if not given.output.parent.is_dir() or not cv2.imwrite(str(given.output), sheet):
        raise OutputError(f"{given.output}: cannot be written; check the folder and the ending, .png")


if __name__ == "__main__":
    main()
