"""A picture of drawn numbers with what they say, to be looked at beside real ones."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from digitocr.datasets.data import DataSource
from digitocr.errors import OutputError
from digitocr.imaging import opencv
from digitocr.records import Gray
from digitocr.synthesis.drawn import collections_of, draw, draw_picture

NUMBERS_SHOWN = 60
SHEET_PICTURE_PX, CAPTION_PX, GAP_PX, SHEET_WIDTH_PX = 48, 16, 6, 1400
CAPTION_LETTER_PX = 8
SHEET_GRAY = 255


def show_drawn(sources: Sequence[DataSource], seed: int, path: Path) -> None:
    """Draw numbers as training would and write them to the image file `path`, each over its text.

    Raises:
        OutputError: the file cannot be written, or its ending names no image format.
    """
    drawn = draw(draw_picture, collections_of(sources), NUMBERS_SHOWN, seed, 1, words=True)
    sheet = contact_sheet([(gray, number.text) for gray, number, _ in drawn])
    if not cv2.imwrite(str(path), sheet):
        raise OutputError(f"{path}: cannot be written; check the disk")


def check_picture_file(path: Path) -> None:
    """Check that a picture can be written to `path`.

    Raises:
        OutputError: its ending names no image format, or its folder is not there.
    """
    if not cv2.haveImageWriter(str(path)):
        raise OutputError(f"{path}: the ending names no image format; try .png")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no such folder; make it first")


def contact_sheet(pictures: Sequence[tuple[Gray, str]]) -> Gray:
    """Pictures (h, w) uint8, brought to one height and set in rows over their captions: (H, 1400) uint8."""
    rows: list[list[Gray]] = [[]]
    used = 0
    for picture, caption in pictures:
        tile = _tile(picture, caption)
        if used + tile.shape[1] > SHEET_WIDTH_PX:
            rows.append([])
            used = 0
        rows[-1].append(tile)
        used += tile.shape[1]
    lines = [np.hstack(row) for row in rows if row]
    filled = [
        np.pad(line, ((0, 0), (0, SHEET_WIDTH_PX - line.shape[1])), constant_values=SHEET_GRAY)
        for line in lines
    ]
    return np.vstack(filled)


def _tile(picture: Gray, caption: str) -> Gray:
    width = min(round(picture.shape[1] * SHEET_PICTURE_PX / picture.shape[0]), SHEET_WIDTH_PX - GAP_PX)
    tile_width = max(width, CAPTION_LETTER_PX * len(caption)) + GAP_PX
    tile = np.full((SHEET_PICTURE_PX + CAPTION_PX + GAP_PX, tile_width), SHEET_GRAY, np.uint8)
    tile[:SHEET_PICTURE_PX, :width] = opencv.resize(picture, (width, SHEET_PICTURE_PX), cv2.INTER_LINEAR)
    foot = (0, SHEET_PICTURE_PX + CAPTION_PX - 4)
    cv2.putText(tile, caption, foot, cv2.FONT_HERSHEY_SIMPLEX, 0.38, 0, 1, cv2.LINE_AA)
    return tile
