"""Fields above a printed line: comb fields, whose line has ticks between the digits, and plain blanks."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.dotted_lines import dotted_lines
from digitocr.forms.detection.lines import LINE_CONTRAST_MIN, PrintLayers
from digitocr.forms.detection.proposals import Proposal
from digitocr.forms.detection.short_lines import WRITING_LINE_BESIDE_WORDS_MIN_MM, is_fragment, trimmed
from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.segmentation.true_runs import true_runs

LENGTH_MAX_MM = 175.0  # a longer line divides the page
PAGE_MARGIN = 0.025  # of the page's height: lines nearer to its edge are of the paper
WRITING_LINE_THICKNESS_MAX_MM = 0.9  # of a line, solid or dotted
SOLID_COVERAGE_MIN = 0.9  # of a solid line is dark
DOT_GAP_DEVIATION_MAX = 0.35  # the standard deviation of the gaps of a dotted line, by their mean
ROOM_MM, ROOM_MIN_MM = 7.0, 3.2  # the height above a line to write in
END_TOLERANCE_PX = 5  # two lines meet within this
TEXT_COVERAGE_MIN = 0.3  # of its columns have ink in a row of text
TICK_HEIGHT_MIN_MM = 1.2
TICK_PITCH_MM = (2.8, 16.0)
TICKS_MIN, REGULAR_TICKS_MIN = (
    3,
    0.6,
)  # a comb has this many ticks, this share of them positions regular distances
TICK_PITCH_TOLERANCE = 0.3  # of the pitch
TICK_HEIGHT_TOLERANCE = 0.15  # of the median height
FULL_TICK = 0.6  # of the pitch: a tick this high reaches up to the top of the digits


def propose_writing_lines(layers: PrintLayers, taken: Sequence[Box]) -> list[Proposal]:
    """The comb fields and blanks of a page that intersect none of the boxes in `taken`."""
    proposals: list[Proposal] = []
    boxes = np.array([(b.left, b.top, b.right, b.bottom) for b in taken], np.int64).reshape(-1, 4)
    flat = ((line, trimmed(line, layers)) for line in _thin_lines(layers))
    dotted = ((line, None) for line in dotted_lines(layers))
    for line, solid in chain(flat, dotted):
        if _has_text_below(line, layers) or (solid and is_fragment(solid, layers)):
            continue
        proposal = (
            _room_above(line, layers) if solid is None else _comb(line, layers) or _blank(solid, layers)
        )
        if proposal is None:
            continue
        across = np.minimum(boxes[:, 2], proposal.box.right) - np.maximum(boxes[:, 0], proposal.box.left)
        down = np.minimum(boxes[:, 3], proposal.box.bottom) - np.maximum(boxes[:, 1], proposal.box.top)
        if not ((across > 0) & (down > 0)).any():
            proposals.append(proposal)
            new = (proposal.box.left, proposal.box.top, proposal.box.right, proposal.box.bottom)
            boxes = np.vstack([boxes, new])
    return proposals


def _thin_lines(layers: PrintLayers) -> Iterator[Box]:
    """Horizontal lines, solid or dotted, from the top of the page."""
    mm = layers.mm
    across = layers.short.horizontal
    high = opencv.opening(across, round(WRITING_LINE_THICKNESS_MAX_MM * mm) + 1, 1)
    flat = opencv.intersection(across, opencv.complement(high))
    long = opencv.opening(opencv.dilate(flat, 3, 1), 1, round(WRITING_LINE_BESIDE_WORDS_MIN_MM * mm))
    stats = opencv.component_stats(long)
    for left, top, width, height in stats[:, :4].tolist():
        inside = PAGE_MARGIN <= top / len(across) <= 1 - PAGE_MARGIN
        if inside and height <= 2 * WRITING_LINE_THICKNESS_MAX_MM * mm + 2 and width <= LENGTH_MAX_MM * mm:
            yield Box(left, top, left + width, top + height)


def _has_text_below(line: Box, layers: PrintLayers) -> bool:
    """Whether there is text right below a line, whose upper edge it then is."""
    below = layers.ink[line.bottom : line.bottom + round(0.5 * layers.mm), line.left : line.right]
    return float((below > 0).any(axis=0).mean()) > TEXT_COVERAGE_MIN


def _comb(line: Box, layers: PrintLayers) -> Proposal | None:
    """The comb field on a line, a box between each two ticks; None where the line has no comb."""
    mm = layers.mm
    top = line.top - round(TICK_HEIGHT_MIN_MM * mm)
    if top < 0:
        return None
    band = layers.vertical_response[top : line.top - 1, line.left : line.right]
    ticks = _run_centres((band > LINE_CONTRAST_MIN).mean(axis=0) >= SOLID_COVERAGE_MIN) + line.left
    comb = _regular_ticks(ticks, mm)
    if comb is None or not _is_solid(
        layers.horizontal_response[line.top : line.bottom, line.left : line.right].max(axis=0)
    ):
        return None
    pitch, positions = comb
    heights = [_tick_height(round(x), line, layers) for x in positions]
    high = float(np.median(heights))
    if np.mean(abs(np.array(heights) - high) <= max(2, TICK_HEIGHT_TOLERANCE * high)) < REGULAR_TICKS_MIN:
        return None
    borders = [*positions]
    if _continues(line, borders[0] - pitch, borders[0], layers):
        borders.insert(0, borders[0] - pitch)
    if _continues(line, borders[-1], borders[-1] + pitch, layers):
        borders.append(borders[-1] + pitch)
    if high < FULL_TICK * pitch:
        high = min(1.3 * pitch, ROOM_MM * mm)
    cells = tuple(
        Box(round(a) + 1, max(0, round(line.top - high)), round(b), line.top) for a, b in pairwise(borders)
    )
    box = Box(cells[0].left, cells[0].top, cells[-1].right, line.top)
    ruled = (
        layers.long.horizontal[
            box.top + END_TOLERANCE_PX : box.bottom - END_TOLERANCE_PX, box.left : box.right
        ]
        > 0
    )
    return Proposal(box, cells) if not (ruled.mean(axis=1) > 1 - TEXT_COVERAGE_MIN).any() else None


def _continues(line: Box, start: float, end: float, layers: PrintLayers) -> bool:
    """Whether a line runs from column `start` to `end`, even where ink hides some of it."""
    if start < 0 or end > layers.horizontal_response.shape[1]:
        return False
    part = layers.short.horizontal[line.top - 2 : line.bottom + 2, round(start) : round(end)]
    return float(part.any(axis=0).mean()) >= 0.8


def _run_centres(marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The centres of the runs of true values."""
    middles: NDArray[np.float64] = (true_runs(marked).sum(axis=1) - 1) / 2
    return middles


def _regular_ticks(ticks: NDArray[np.float64], mm: float) -> tuple[float, NDArray[np.float64]] | None:
    """The pitch of regular ticks among `ticks` (N,), and their positions; strokes of digits are ignored."""
    if len(ticks) < TICKS_MIN:
        return None
    best = ticks[:0]
    for pitch in np.unique(np.diff(ticks)):
        if not TICK_PITCH_MM[0] * mm <= pitch <= TICK_PITCH_MM[1] * mm:
            continue
        for first in ticks[:TICKS_MIN]:
            chained = [first]
            while True:
                distance = abs(ticks - chained[-1] - pitch)
                if distance.min() > TICK_PITCH_TOLERANCE * pitch:
                    break
                chained.append(ticks[distance.argmin()])
            if len(chained) > len(best):
                best = np.array(chained)
    if len(best) < max(TICKS_MIN, REGULAR_TICKS_MIN * len(ticks)):
        return None
    return float(np.median(np.diff(best))), best


def _tick_height(x: int, line: Box, layers: PrintLayers) -> int:
    """How far a tick positions column `x` rises above its line."""
    column = layers.vertical_response[: line.top, max(0, x - 2) : x + 3].max(axis=1)[::-1]
    gaps = np.flatnonzero(column <= LINE_CONTRAST_MIN)
    return int(gaps[gaps > 2][0]) if (gaps > 2).any() else line.top


def _blank(line: Box, layers: PrintLayers) -> Proposal | None:
    """The field above a line; None where it is not a writing line."""
    response = layers.horizontal_response[line.top : line.bottom, line.left : line.right].max(axis=0)
    if not (_is_solid(response) or _is_dotted(response)):
        return None
    return None if _is_side(line, layers) else _room_above(line, layers)


def _room_above(line: Box, layers: PrintLayers) -> Proposal | None:
    """The area above a line up to the next print; None where there is no room."""
    mm = layers.mm
    bottom, top = line.top - round(0.4 * mm), max(0, line.top - round(ROOM_MM * mm))
    above = layers.ink[top:bottom, line.left : line.right] > 0
    text_rows = np.flatnonzero(above.mean(axis=1) > TEXT_COVERAGE_MIN)
    if len(text_rows):
        top += int(text_rows[-1]) + 1
    return (
        Proposal(Box(line.left, top, line.right, line.top), line=True)
        if bottom - top >= ROOM_MIN_MM * mm
        else None
    )


def _is_side(line: Box, layers: PrintLayers) -> bool:
    """Whether a line is the border of a cell: vertical lines rise from it, or begin at its ends."""
    left, right = max(0, line.left - END_TOLERANCE_PX), line.right + END_TOLERANCE_PX
    above = layers.long.vertical[max(0, line.top - END_TOLERANCE_PX) : line.top + 1, left:right]
    below = layers.long.vertical[line.bottom - 1 : line.bottom + END_TOLERANCE_PX, left:right]
    return bool(
        above.any() or below[:, : 2 * END_TOLERANCE_PX].any() or below[:, -2 * END_TOLERANCE_PX :].any()
    )


def _is_solid(response: NDArray[np.uint8]) -> bool:
    return (
        float(np.mean(response >= max(LINE_CONTRAST_MIN / 2, 0.5 * float(np.median(response)))))
        >= SOLID_COVERAGE_MIN
    )


def _is_dotted(response: NDArray[np.uint8]) -> bool:
    dots = _run_centres(response >= max(LINE_CONTRAST_MIN, 0.5 * float(response.max())))
    gaps = np.diff(dots)
    return len(gaps) >= 7 and float(np.std(gaps)) <= DOT_GAP_DEVIATION_MAX * float(np.mean(gaps))
