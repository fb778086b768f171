"""Handwritten numbers on a sheet that serves as a blank: found by the page segmenter, with their strokes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.handwriting import HEIGHT_RATIO, letter_height, on_baselines
from digitocr.forms.detection.lines import Lines, PrintLayers
from digitocr.imaging import opencv
from digitocr.layout.looks import Segment
from digitocr.layout.maps import INK_MIN
from digitocr.layout.region import Region, box_of
from digitocr.layout.search import find_regions
from digitocr.records import Box, Gray

PRINT_SHARE_MIN = 0.5  # a number of whose pieces so many share a baseline and a height is printed
LARGE_RATIO = 2.0  # digits so many times as high as letters are handwritten, though they share a baseline
STROKE_SHARE_MIN = 0.5  # a straight run of which so much is digit ink is a stroke, not a line of the form
COVERED_MIN = 0.3  # a piece of ink of which so much is digit ink is a digit
FIELD_INK_MIN = 0.01  # of a field's area: less is dirt


@dataclass(frozen=True, slots=True, eq=False)
class WrittenNumbers:
    """The handwritten numbers on a page.

    Attributes:
        ink: the mask (H, W) uint8 of their strokes.
        layers: the layers of the page, whose lines are without those strokes.
    """

    ink: Gray
    layers: PrintLayers


def find_written_numbers(layers: PrintLayers, segment: Segment) -> WrittenNumbers:
    """The handwritten numbers on a page.

    A number that is hardly higher than the letters of the page, or that has their baselines, is print.
    """
    regions = find_regions(layers.gray, segment)
    owner = _owners(regions, layers.gray.shape)
    digits = np.asarray(
        np.where(np.isin(owner, np.flatnonzero(_written(regions, owner, layers)) + 1), 255, 0), np.uint8
    )
    layers = replace(
        layers, short=_without_strokes(layers.short, digits), long=_without_strokes(layers.long, digits)
    )
    off_lines = opencv.complement(opencv.union(layers.long.horizontal, layers.long.vertical))
    strokes = opencv.union(digits, _joined_to(digits, opencv.intersection(layers.ink, off_lines)))
    return WrittenNumbers(opencv.intersection(strokes, off_lines), layers)


def holds_writing(box: Box, written: Gray) -> bool:
    """Whether a mask of handwriting, (H, W) uint8, covers more than dirt of a field, in its pixels."""
    inside = written[box.region]
    return bool(np.count_nonzero(inside) > FIELD_INK_MIN * inside.size)


def _owners(regions: Sequence[Region], shape: tuple[int, ...]) -> NDArray[np.int32]:
    """For each pixel of a page (H, W) the region, counted from 1, whose digit ink it is; 0 for none."""
    page = Box(0, 0, shape[1], shape[0])
    owner = np.zeros(shape, np.int32)
    for n, region in enumerate(regions, 1):
        box = box_of(region).clipped(page)
        scale = region.look.scale
        left, top = int(box.left * scale), int(box.top * scale)
        window = np.s_[top : int(box.bottom * scale) + 2, left : int(box.right * scale) + 2]
        own = np.isin(region.owner[window], region.labels)
        maps = region.look.maps
        own &= maps.digit[window] >= maps.line[window]
        level = np.where(own, maps.digit[window], np.uint8(0))
        to_page = np.array([[1 / scale, 0, left / scale - box.left], [0, 1 / scale, top / scale - box.top]])
        ink = cv2.warpAffine(level, to_page, (box.width, box.height), flags=cv2.INTER_LINEAR)
        owner[box.region][ink >= INK_MIN] = n
    return owner


def _written(regions: Sequence[Region], owner: NDArray[np.int32], layers: PrintLayers) -> NDArray[np.bool_]:
    """(N,) whether each region is handwriting."""
    digits = np.asarray(np.where(owner > 0, layers.ink, 0), np.uint8)
    labels, pieces = opencv.connected_components(digits)
    letters = opencv.component_stats(opencv.intersection(layers.ink, opencv.complement(digits)))
    aligned = on_baselines(np.concatenate([pieces[1:, :4], letters[:, :4]]).astype(np.int64))
    region_of = np.zeros(len(pieces), np.int32)
    region_of[labels[digits > 0]] = owner[digits > 0]
    area = pieces[1:, cv2.CC_STAT_AREA].astype(np.float64)
    size = len(regions) + 1
    printed = np.bincount(region_of[1:], area * aligned[: len(area)], size)[1:]
    whole = np.bincount(region_of[1:], area, size)[1:]
    heights = np.array([region.height for region in regions]) / letter_height(layers)
    loose = printed < PRINT_SHARE_MIN * whole
    return np.asarray((heights >= HEIGHT_RATIO) & (loose | (heights >= LARGE_RATIO)), np.bool_)


def _joined_to(mask: Gray, ink: Gray) -> Gray:
    """The components of ink (H, W) uint8 of which enough is in a mask: strokes as far as they go."""
    labels, stats = opencv.connected_components(ink)
    covered = np.bincount(labels[mask > 0], minlength=len(stats))
    joined = covered >= COVERED_MIN * stats[:, cv2.CC_STAT_AREA]
    joined[0] = False
    return np.asarray(np.where(joined[labels], 255, 0), np.uint8)


def _without_strokes(lines: Lines, digits: Gray) -> Lines:
    """Lines without the straight runs that are strokes of digits, by the mask (H, W) uint8 of these."""
    return Lines(_off_digits(lines.horizontal, digits), _off_digits(lines.vertical, digits))


def _off_digits(runs: Gray, digits: Gray) -> Gray:
    labels, stats = opencv.connected_components(runs)
    covered = np.bincount(labels[digits > 0], minlength=len(stats))
    kept = covered < STROKE_SHARE_MIN * stats[:, cv2.CC_STAT_AREA]
    kept[0] = False
    return np.asarray(np.where(kept[labels], 255, 0), np.uint8)
