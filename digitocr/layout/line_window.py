"""A line of text cut from its page, all other ink left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging import opencv
from digitocr.imaging.binarisation import Ink, find_ink
from digitocr.layout.isolate import TILT_MIN, is_light
from digitocr.layout.looks import Look
from digitocr.layout.regions import WIDE
from digitocr.layout.text_lines import LineOfInk, lines_of_ink
from digitocr.records import Box, Gray
from digitocr.segmentation.line import BACKGROUND_HEIGHTS, WRITING_PX

# Of the height of a line, around it: with 0.12 the readers accept two wrong numbers more of the public cases,
# with 0 three of the blank forms.
MARGIN = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A line of text, cut from its page.

    `near` (h, w) uint8 is the page around it, dark on light, and `page_from_near` the (2, 3) affine that
    takes its pixels to those of the page. `ink` is that of the line alone, `scale` times as large as `near`,
    and lies in `box` (left, top, right, bottom).
    """

    near: Gray
    page_from_near: NDArray[np.float64]
    ink: Ink
    box: tuple[int, int, int, int]
    scale: float

    def on_page(self, box: NDArray[np.int32]) -> Box:
        """The box on the page around one (4,) in pixels of the line's ink."""
        left, top, right, bottom = box / self.scale
        corners = np.array([[left, right, left, right], [top, top, bottom, bottom], [1, 1, 1, 1]])
        x, y = self.page_from_near @ corners
        return Box(int(x.min()), int(y.min()), int(np.ceil(x.max())), int(np.ceil(y.max())))


def text_lines_of(gray: Gray, looks: Sequence[Look]) -> tuple[TextLine, ...]:
    """The lines of text of a page (H, W) uint8 in which numbers may stand among words, by looks at it."""
    lines = (text_line(gray, line) for line in lines_of_ink(looks, gray.shape))
    return tuple(line for line in lines if line)


def text_line(gray: Gray, line: LineOfInk) -> TextLine | None:
    """A line of a page (H, W) uint8, turned level; None where nothing is left of it."""
    height = float(line.box[3] - line.box[1])
    margin = MARGIN * height + 2
    left, top = np.maximum(line.box[:2] - margin, 0).astype(int)
    right, bottom = np.ceil(line.box[2:] + margin).astype(int)
    near = gray[top:bottom, left:right]
    own = _placed(line, near.shape[:2], (left, top))
    if is_light(near, own > 0):
        near = opencv.complement(near)
    page_from_near = np.array([[1.0, 0, left], [0, 1.0, top]])
    slope = _slope(line)
    if abs(slope) > np.tan(np.radians(TILT_MIN)):
        size, middle = near.shape[::-1], near.shape[1] / 2
        level_from_near = np.array([[1, 0, 0], [-slope, 1, slope * middle]])
        near = opencv.warp_affine(near, level_from_near, size, border=cv2.BORDER_REPLICATE)
        own = opencv.warp_affine(own, level_from_near, size)
        page_from_near[1] += slope * np.array([1, 0, -middle])
        height = float(cv2.boundingRect(own)[3])
    scale = WRITING_PX / height
    size = max(1, round(scale * near.shape[1])), max(1, round(scale * near.shape[0]))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    window_ink = find_ink(opencv.resize(near, size, smooth), int(BACKGROUND_HEIGHTS * WRITING_PX) | 1)
    ink = _of_line(window_ink, opencv.resize(own, size, cv2.INTER_NEAREST))
    x, y, width, high = cv2.boundingRect(ink.mask)
    return TextLine(near, page_from_near, ink, (x, y, x + width, y + high), scale) if width else None


def _placed(line: LineOfInk, shape: tuple[int, int], corner: tuple[int, int]) -> Gray:
    """The ink of a line in a window (h, w) of the page, 255 where it is."""
    rows, columns = line.ink.shape
    left, top, right, bottom = line.box - (*corner, *corner)
    window_from_ink = np.array([[(right - left) / columns, 0, left], [0, (bottom - top) / rows, top]])
    return opencv.warp_affine(255 * line.ink, window_from_ink, shape[::-1], cv2.INTER_NEAREST)


def _slope(line: LineOfInk) -> float:
    """By how much a line falls for each pixel to the right: the line of least squares through its ink."""
    rows, columns = line.ink.shape
    if columns < 2 * WIDE * rows:  # letters differ more in height than the cores of digits do
        return 0.0
    y, x = np.nonzero(line.ink)
    from_middle = x - x.mean()
    return float(from_middle @ y / (from_middle @ from_middle))


def _of_line(ink: Ink, own: Gray) -> Ink:
    """The components of ink that the maps show as ink of the line, where `own` is set."""
    labels, stats = opencv.connected_components(ink.mask)
    is_own = np.bincount(labels[own > 0], minlength=len(stats)) > 0
    is_own[0] = False
    mask = np.where(is_own[labels], np.uint8(255), np.uint8(0))
    near = opencv.dilate(mask, 3, 3)
    return replace(
        ink, soft=opencv.intersection(ink.soft, near), mask=mask, dark=opencv.intersection(ink.dark, near)
    )
