"""A line of ink as pieces that stand apart: connected components, those above one another as one piece.

Most digits of most numbers touch no other. Cut paths are looked for only in pieces that hold several.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink
from digitocr.segmentation.segment import (
    Segments,
    between,
    boxes_and_areas,
    choose_cut_paths,
    cut_paths,
    stroke_width,
)

# Of the width of the narrower: components that overlap by more are parts of one digit, such as the bar of a
# 5 or what is above and below a line that was removed; the ends of slanted neighbours overlap by less.
PIECE_OVERLAP_MAX = 0.5
COMPONENTS_MAX = 64  # limit: more are dirt, or many words
OF_NO_PIECE = 255  # label of pixels that are of no piece


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The ink of a line, and its K pieces as `segments`, whose label is `OF_NO_PIECE` where there is none."""

    ink: Ink
    segments: Segments

    @property
    def middle(self) -> float:
        """How far down the middle of its ink is, in pixels."""
        moments = cv2.moments(self.ink.mask, binaryImage=True)
        return moments["m01"] / moments["m00"]

    def cut(self, chosen: Collection[int]) -> Segments:
        """The segments of the line with the `chosen` pieces cut wherever digits may touch."""
        apart = self.segments
        if not chosen:
            return apart
        is_chosen = np.zeros(256, np.uint8)
        is_chosen[list(chosen)] = 255
        of_chosen = opencv.look_up(apart.label, is_chosen)
        boxes = apart.boxes[list(chosen)]
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        band = opencv.intersection(self.ink.soft, of_chosen)[top:bottom, left:right]
        paths, costs = cut_paths(band)
        kept, cuts = choose_cut_paths(band, paths, costs, apart.stroke)
        # Segments are numbered by their piece, then by the cut paths on their left.
        per_piece = len(cuts) + 1
        on_left = np.zeros(apart.label.shape, np.uint8)
        on_left[top:bottom, left:right] = between(paths[kept], right - left)
        label = apart.label.astype(np.intp) * per_piece + opencv.intersection(on_left, of_chosen)
        areas_of_all = boxes_and_areas(self.ink.mask, label, len(apart) * per_piece)
        boxes, areas = areas_of_all
        numbers = np.flatnonzero(areas)
        renumber = np.full(256 * per_piece, OF_NO_PIECE, np.uint8)
        renumber[: len(areas)] = np.maximum(np.cumsum(areas > 0) - 1, 0)
        piece, path = np.divmod(numbers[1:], per_piece)
        same_piece = piece == numbers[:-1] // per_piece
        return replace(
            apart,
            label=renumber[label],
            boxes=boxes[numbers],
            area=areas[numbers],
            cuts=np.where(same_piece, np.append(cuts, 0)[path - 1], 0).astype(np.float32),
        )


def pieces_of(ink: Ink, writing_px: float) -> Pieces | None:
    """The pieces of a line of ink (H, W), whose writing is `writing_px` high.

    Returns:
        None where there is no ink, or more components than are told apart.
    """
    labels, stats = opencv.connected_components(ink.mask)
    if not 1 < len(stats) <= COMPONENTS_MAX:
        return None
    boxes: list[list[int]] = []
    areas: list[int] = []
    piece_of = np.full(256, OF_NO_PIECE, np.uint8)
    for component in np.argsort(stats[1:, cv2.CC_STAT_LEFT], kind="stable") + 1:
        left, top, width, height, area = stats[component].tolist()
        right, bottom = left + width, top + height
        for piece in range(len(boxes)):
            box = boxes[piece]
            if min(box[2], right) - left > PIECE_OVERLAP_MAX * min(box[2] - box[0], width):
                boxes[piece] = [box[0], min(box[1], top), max(box[2], right), max(box[3], bottom)]
                areas[piece] += area
                break
        else:
            piece = len(boxes)
            boxes.append([left, top, right, bottom])
            areas.append(area)
        piece_of[component] = piece
    # The soft edges of a piece, a pixel around it, are its own; of two pieces as near, the left one's.
    label = opencv.erode(opencv.look_up(labels.astype(np.uint8), piece_of), 3, 3)
    apart = Segments(
        ink.soft,
        ink.dark,
        ink.contrast,
        label,
        np.array(boxes, np.int32),
        np.array(areas, np.float32),
        np.zeros(len(boxes) - 1, np.float32),
        writing_px,
        stroke_width(ink.mask),
    )
    return Pieces(ink, apart)
