"""Where numbers may stand: the whole image as one digit or one line, or every word-like group of a page."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.imaging.binarisation import FULL_ON_PAGES, find_ink
from digitocr.imaging.deskew import rotate, skew_degrees
from digitocr.layout.groups import Groups, find_groups
from digitocr.layout.windows import joined, part, runs
from digitocr.options import Layout
from digitocr.records import Box, Gray
from digitocr.segmentation.candidates import Candidates, candidates, single_candidate
from digitocr.segmentation.line import WRITING_PX, slice_line, writing_height
from digitocr.segmentation.segment import Slices
from digitocr.segmentation.strip import brought_together

WORK_SIDE_PX = 1800  # a page is searched at this size; A4 at 150 dpi
LARGE_PX = 60.0  # strokes of higher writing are as long as printed lines may be:
SEARCH_PX = 40.0  # it is searched at this height
FINER_MIN = 1.1  # times: the least worth while to look at the page again
LINE_HEIGHTS_MAX = 3.2  # an image lower than this many writing heights holds one line
DIGIT_ASPECT_MAX = 1.25
DIGIT_SIDE_MAX_PX = 48  # larger squares may hold a short number
LINE_SIDE_MAX_PX = 64  # two rows of writing would be too low to read
WIDE, WIDE_SHARE = 1.5, 0.5  # a wide row is wider, in its heights; most are where a page is upright
PAGE_MEGAPIXELS, PAGE_ASPECT_MAX = 0.5, 1.4  # a line is wider, and not as large


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One place where a number may stand.

    `found` are the candidates made of its `slices`, which a single digit has none of. `page_from_row` is the
    (2, 3) affine that takes pixels of their boxes to pixels of the page. Rows of one `phrase` stand in one
    line of a page, parted by blanks. `digits` is how many digits stand there by the boxes that they are
    written in, None where there are none.
    """

    found: Candidates
    page_from_row: NDArray[np.float64]
    slices: Slices | None = None
    phrase: int = 0
    digits: int | None = None

    def box(self, boxes: NDArray[np.int32]) -> Box:
        """The box on the page around `boxes` (N, 4), given in pixels of the row."""
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        corners = np.array(
            [[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]], np.float64
        )
        x, y = self.page_from_row @ corners.T
        return Box(
            int(np.floor(x.min())), int(np.floor(y.min())), int(np.ceil(x.max())), int(np.ceil(y.max()))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a page was taken for, its rotation in degrees counter-clockwise, and its rows in reading order.

    `windows` are parts of rows and rows made of several, looked for where a format can tell what they are.
    """

    layout: Layout
    rotation: float
    rows: tuple[Row, ...]
    windows: tuple[Row, ...] = ()

    @property
    def looks_sideways(self) -> bool:
        """Whether few of a page's rows are wide, as where its lines of writing run up or down."""
        boxes = [row.box(row.found.boxes) for row in self.rows]
        wide = [box.width > WIDE * box.height for box in boxes]
        return self.layout == "page" and len(wide) > 0 and float(np.mean(wide)) < WIDE_SHARE


def find_rows_sideways(gray: Gray, quarter_turns: int, *, windows: bool = False) -> Found:
    """Find the rows of a page that stand upright once it is turned 1 or 3 quarters counter-clockwise."""
    height, width = gray.shape
    found = _page_rows(np.ascontiguousarray(np.rot90(gray, quarter_turns)), windows=windows)
    back = [[0, -1, width], [1, 0, 0]] if quarter_turns == 1 else [[0, 1, 0], [-1, 0, height]]
    page_from_turned = np.vstack([back, [0, 0, 1]]).astype(np.float64)

    def upright(row: Row) -> Row:
        there = page_from_turned @ np.vstack([row.page_from_row, [0, 0, 1]])
        return replace(row, page_from_row=there[:2])

    degrees = 90.0 if quarter_turns == 1 else -90.0
    rows, parts = tuple(map(upright, found.rows)), tuple(map(upright, found.windows))
    return Found("page", degrees + found.rotation, rows, parts)


def find_rows(gray: Gray, layout: Layout, *, windows: bool = False) -> Found:
    """Find the rows of one page, (H, W) uint8 dark on light; on a page with `windows` these too."""
    if layout == "auto":
        layout = guess_layout(gray)
    if layout == "digit":
        return Found("digit", 0.0, _digit_rows(gray))
    if layout == "line":
        return Found("line", 0.0, _line_rows(gray))
    return _page_rows(gray, windows=windows)


def guess_layout(gray: Gray) -> Layout:
    """A tiny square is a digit, a large image or one hardly wider than high a page, a low one a line.

    Between these the height of the writing decides.
    """
    height, width = gray.shape
    if max(height, width) <= min(DIGIT_SIDE_MAX_PX, DIGIT_ASPECT_MAX * min(height, width)):
        return "digit"
    if height <= LINE_SIDE_MAX_PX:
        return "line"
    if height * width > PAGE_MEGAPIXELS * 1e6 or width < PAGE_ASPECT_MAX * height:
        return "page"
    return "line" if height <= LINE_HEIGHTS_MAX * writing_height(gray) else "page"


def _scaling(scale: float, left: float = 0, top: float = 0) -> NDArray[np.float64]:
    return np.array([[1 / scale, 0, left], [0, 1 / scale, top]], np.float64)


def _digit_rows(gray: Gray) -> tuple[Row, ...]:
    ink = find_ink(gray, max(gray.shape) | 1)
    found = single_candidate(ink)
    return () if found is None else (Row(found, _scaling(1.0)),)


def _line_rows(gray: Gray) -> tuple[Row, ...]:
    slices, scale = slice_line(gray)
    return () if slices is None else (Row(candidates(slices), _scaling(scale), slices),)


def _shrunk(gray: Gray, scale: float) -> Gray:
    size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _page_rows(gray: Gray, *, windows: bool) -> Found:
    shrink = min(1.0, WORK_SIDE_PX / max(gray.shape))
    small = _shrunk(gray, shrink) if shrink < 1 else gray
    angle = skew_degrees(small)
    small, turned = rotate(small, angle)
    small_from_page = np.vstack([turned, [0, 0, 1]]) @ np.diag([shrink, shrink, 1])
    groups = find_groups(small)
    if groups.writing_px > LARGE_PX:
        further = SEARCH_PX / groups.writing_px
        small, shrink = _shrunk(small, further), shrink * further
        small_from_page = np.diag([further, further, 1]) @ small_from_page
        groups = find_groups(small, SEARCH_PX)
    searched = _Searched(gray, small, small_from_page, shrink, groups)
    rows = [
        searched.row(box, phrase, digits)
        for box, phrase, digits in zip(groups.boxes, groups.phrases, groups.digits, strict=True)
    ]
    found = tuple(row for row in rows if row)
    if not windows:
        return Found("page", angle, found)
    joins = (searched.row(box, -1 - n) for n, box in enumerate(joined(groups)))
    parts = (row for whole in found if whole.digits is None for row in _parts(whole))
    return Found("page", angle, found, (*(row for row in joins if row), *parts))


def _parts(row: Row) -> list[Row]:
    assert row.slices is not None
    parts = [part(row.found, row.slices, first, last) for first, last in runs(row.slices)]
    return [replace(row, found=found, slices=slices) for found, slices in parts if len(found.first)]


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """A page (H, W) and its smaller, upright self with the groups there, `shrink` times as large."""

    gray: Gray
    small: Gray
    small_from_page: NDArray[np.float64]
    shrink: float
    groups: Groups

    def row(self, box: Box, phrase: int, digits: int | None = None) -> Row | None:
        """What stands in a box of the smaller page; None for nothing."""
        pad = max(3, box.height // 4)
        left, top = max(0, box.left - pad), max(0, box.top - pad)
        window = np.s_[top : box.bottom + pad, left : box.right + pad]
        near, off = self.small[window], np.full_like(self.small[window], 255)
        strokes = self.groups.strokes[window]
        inner = np.s_[box.top - top : box.bottom - top, box.left - left : box.right - left]
        off[inner] = self.groups.lines[box.top : box.bottom, box.left : box.right]
        near_from_page = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ self.small_from_page
        # What the search made smaller than it need be is read from the page itself.
        finer = min(1 / self.shrink, WRITING_PX / box.height)
        if finer > FINER_MIN:
            size = (round(finer * near.shape[1]), round(finer * near.shape[0]))
            near_from_page = np.diag([finer, finer, 1]) @ near_from_page
            seen = cv2.warpAffine(self.gray, near_from_page[:2], size, borderMode=cv2.BORDER_REPLICATE)
            near = np.asarray(seen, np.uint8)
            off = np.asarray(cv2.resize(off, size, interpolation=cv2.INTER_NEAREST), np.uint8)
            strokes = np.asarray(cv2.resize(strokes, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        else:
            finer = 1.0
        slices, scale = slice_line(near, finer * box.height, off, FULL_ON_PAGES, strokes)
        if slices is None:
            return None
        page_from_near = np.linalg.inv(near_from_page)
        page_from_row = page_from_near[:2] @ np.vstack([_scaling(scale), [0, 0, 1]])
        strip = slices if digits is None else brought_together(slices)
        return Row(candidates(slices), page_from_row, strip, phrase, digits)
