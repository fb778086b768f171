"""Where numbers may stand: the whole image as one digit or one line, or all numbers that the maps show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitocr.errors import TooMuchError
from digitocr.imaging import opencv
from digitocr.imaging.binarisation import find_ink
from digitocr.layout.affine import from_turned_by_quarters, scaling, square
from digitocr.layout.candidate_row import CandidateRow, isolated_rows
from digitocr.layout.circles import are_circles
from digitocr.layout.isolate import TILT_MIN, isolated
from digitocr.layout.kind import kind_of
from digitocr.layout.line_window import TextLine, text_lines_of
from digitocr.layout.looks import Segment
from digitocr.layout.order import in_reading_order
from digitocr.layout.region import Region, box_of, union
from digitocr.layout.search import look_for_regions
from digitocr.layout.windows import are_digits, joined, part, runs
from digitocr.options import Layout
from digitocr.records import Gray
from digitocr.segmentation.candidates import candidates, single_candidate
from digitocr.segmentation.line import segment_line
from digitocr.segmentation.line_image import with_gaps_closed

# On a page: the densest tables of the development sets have 1,000, and one takes 4 ms to isolate.
NUMBERS_MAX = 2_500  # limit of a page
# Of its height: a picture that is narrower shows a straight 1 cut tight, as high as the picture, and gets a
# margin. A register's 25 has 0.39. Of 200 drawn tight ones 175 are read without, 179 with a margin.
STROKE_ASPECT_MAX = 0.33
TIGHT_MARGIN = 0.3  # of the height of a picture: what is added to each side of one cut tight
TIGHT_PAPER_PERCENTILE = 90  # of the gray values of such a picture: its paper's
SAMPLE_ROWS = 12  # limit: so many numbers of a page tell which way is up


@dataclass(frozen=True, slots=True, eq=False)
class PageLayout:
    """What a page is, its rotation in degrees counter-clockwise, and its rows in reading order.

    `windows` are parts of rows and rows made of several, looked for where a format can tell what they are.
    `regions` are what the maps show, in pixels of the page as it was turned by quarters.
    """

    layout: Layout
    rotation: float
    rows: tuple[CandidateRow, ...]
    windows: tuple[CandidateRow, ...] = ()
    regions: tuple[Region, ...] = ()
    text_lines: tuple[TextLine, ...] = ()


def find_rows(
    gray: Gray,
    layout: Layout,
    segment: Segment,
    *,
    windows: bool = False,
    quarter_turns: int = 0,
    closer: bool = True,
) -> PageLayout:
    """Find the rows of one page.

    Args:
        gray: the page (H, W) uint8.
        layout: what it is; `auto` finds out.
        segment: makes maps of an image.
        windows: whether to look for windows too, on a page.
        closer: whether to look again where ink is small.
        quarter_turns: by how many quarters counter-clockwise a page is to be turned to stand upright.
    """
    if layout == "digit":
        return PageLayout("digit", 0.0, _digit_rows(gray))
    if layout == "line":
        return line_layout(gray, margin=is_stroke(gray))
    turned = np.ascontiguousarray(np.rot90(gray, quarter_turns))
    regions, looks = look_for_regions(turned, segment, closer=closer)
    kind: Layout = kind_of(turned, regions) if layout == "auto" else "page"
    if kind != "page":
        return find_rows(gray, kind, segment)
    page_layout = _page_rows(turned, regions, windows=windows)
    if closer:
        page_layout = replace(page_layout, text_lines=text_lines_of(turned, looks))
    return _turned_back(page_layout, quarter_turns, gray.shape) if quarter_turns else page_layout


def _turned_back(page_layout: PageLayout, quarter_turns: int, shape: tuple[int, ...]) -> PageLayout:
    """The layout of a page (H, W) that was turned by quarters, in pixels of the page as given."""
    page_from_turned = from_turned_by_quarters(quarter_turns, shape)

    def turned(row: CandidateRow) -> CandidateRow:
        return replace(row, page_from_row=(page_from_turned @ square(row.page_from_row))[:2])

    def turned_line(line: TextLine) -> TextLine:
        return replace(line, page_from_near=(page_from_turned @ square(line.page_from_near))[:2])

    degrees = {1: 90.0, 2: 180.0, 3: -90.0}[quarter_turns]
    return replace(
        page_layout,
        rotation=degrees + page_layout.rotation,
        rows=tuple(map(turned, page_layout.rows)),
        windows=tuple(map(turned, page_layout.windows)),
        text_lines=tuple(map(turned_line, page_layout.text_lines)),
    )


def _digit_rows(gray: Gray) -> tuple[CandidateRow, ...]:
    ink = find_ink(gray, max(gray.shape) | 1)
    digit = single_candidate(ink)
    return () if digit is None else (CandidateRow(digit, scaling(1.0)),)


def is_stroke(gray: Gray) -> bool:
    """Whether a picture (H, W) is so narrow that it shows one straight stroke."""
    height, width = gray.shape
    return bool(width < STROKE_ASPECT_MAX * height)


def line_layout(gray: Gray, *, margin: bool) -> PageLayout:
    """A picture (H, W) uint8 as one line, read with or without a margin of paper around it."""
    margin_px = round(TIGHT_MARGIN * gray.shape[0]) if margin else 0
    if margin:
        gray = opencv.with_margin(gray, margin_px, float(np.percentile(gray, TIGHT_PAPER_PERCENTILE)))
    segments, scale = segment_line(gray)
    if segments is None:
        return PageLayout("line", 0.0, ())
    page_from_row = scaling(scale)
    page_from_row[:, 2] -= margin_px
    return PageLayout("line", 0.0, (CandidateRow(candidates(segments), page_from_row, segments),))


def _page_rows(gray: Gray, regions: Sequence[Region], *, windows: bool) -> PageLayout:
    if len(regions) > NUMBERS_MAX:
        raise TooMuchError(
            f"{len(regions)} numbers are more than the {NUMBERS_MAX} that are read of a page; cut it into "
            "smaller ones"
        )
    tilt = tilt_of(regions)
    region_of = {box_of(region): region for region in regions}
    every_row = [
        row
        for number, box in enumerate(in_reading_order(list(region_of)))
        for row in region_rows(gray, region_of[box], tilt, number)
    ]
    rows = tuple(
        row for row, is_circle in zip(every_row, are_circles(every_row), strict=True) if not is_circle
    )
    if not windows:
        return PageLayout("page", -tilt, rows, regions=tuple(regions))
    joins = (_joined_row(gray, members, tilt) for members in joined(regions))
    parts = (row for whole in rows for row in _parts(whole))
    return PageLayout("page", -tilt, rows, (*(row for row in joins if row), *parts), tuple(regions))


def tilt_of(regions: Sequence[Region]) -> float:
    """By how many degrees the lines of a page rise to the right: the median of what its wide numbers say."""
    tilts = [region.tilt for region in regions if region.tilt is not None]
    median = float(np.median(tilts)) if tilts else 0.0
    return median if abs(median) >= TILT_MIN else 0.0


def region_rows(gray: Gray, region: Region, tilt: float, phrase: int) -> list[CandidateRow]:
    """The numbers of a region of a page (H, W), seldom more than one, isolated and cut into candidates."""
    return _isolated_rows(*isolated(gray, region, tilt), region, phrase)


def _isolated_rows(
    near: Gray, page_from_near: NDArray[np.float64], region: Region, phrase: int
) -> list[CandidateRow]:
    """An isolated region (h, w) uint8 cut into candidates; none where nothing is left of it."""
    size = float(np.hypot(*page_from_near[:, 0]))  # page pixels a pixel of the window
    rows = isolated_rows(near, page_from_near, region.height / size)
    return [
        replace(
            row,
            phrase=phrase,
            other_share=region.other_share,
            segments=with_gaps_closed(row.segments) if region.linked and row.segments else row.segments,
        )
        for row in rows
    ]


def turned_sample(gray: Gray, regions: Sequence[Region], quarter_turns: int) -> list[CandidateRow]:
    """Up to `SAMPLE_ROWS` numbers from all over a page (H, W) uint8, each turned counter-clockwise."""
    rows = []
    for region in regions[:: -(-len(regions) // SAMPLE_ROWS) or 1]:
        near, page_from_near = isolated(gray, region)
        turned = np.ascontiguousarray(np.rot90(near, quarter_turns))
        page_from_turned = page_from_near @ from_turned_by_quarters(quarter_turns, near.shape)
        height = region.width if quarter_turns % 2 else region.height
        rows += _isolated_rows(turned, page_from_turned, replace(region, height=height), -1)
    return rows


def _joined_row(gray: Gray, regions: Sequence[Region], tilt: float) -> CandidateRow | None:
    rows = region_rows(gray, union(regions), tilt, -1)
    return replace(rows[0], joined=not are_digits(regions)) if len(rows) == 1 else None


def _parts(row: CandidateRow) -> list[CandidateRow]:
    assert row.segments is not None
    if (
        row.segments.dark.shape != row.segments.label.shape
    ):  # its digits stand apart and were brought together
        return []
    parts = [part(row.candidates, row.segments, first, last) for first, last in runs(row.segments)]
    return [
        replace(row, candidates=candidates, segments=segments)
        for candidates, segments in parts
        if len(candidates.first)
    ]
