"""Places to write above a printed line: combs, with ticks on it between the digits, and plain blanks."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from digitocr.forms.detection.dotted_lines import broken_lines
from digitocr.forms.detection.lines import FAINT, Print
from digitocr.forms.detection.proposals import Place
from digitocr.forms.detection.short_lines import SHORT_MM, is_stray, trimmed
from digitocr.imaging import opencv
from digitocr.records import Box
from digitocr.segmentation.spans import spans

LINE_MAX_MM = 175.0  # a longer line parts the page
MARGIN = 0.025  # of the page's height: lines so near its edge are of the paper
FLAT_MM = 0.9  # a line, solid or dotted, is no higher
EVEN, DOTS_EVEN = 0.9, 0.35  # of a solid line is dark; how far the gaps of dots may differ, by their mean
HIGH_MM, LOW_MM = 7.0, 3.2  # above a line, to write in
END_PX = 5  # two lines meet within this
BUSY = 0.3  # of its columns are inked in a row of text
TICK_MM = 1.2  # a tick is at least so high
PITCH_MM = (2.8, 16.0)  # from tick to tick
TICKS_MIN, REGULAR, SLACK = 3, 0.6, 0.3  # so many ticks, most of all, apart by the pitch or nearly,
LEVEL = 0.15  # and most of one height
FULL_TICK = 0.6  # by the pitch: a tick so high reaches up to the top of the digits


def blanks_on(print_: Print, taken: Sequence[Box]) -> list[Place]:
    """Combs and blanks of a page, but for those that meet the boxes in `taken`."""
    found: list[Place] = []
    boxes = np.array([(b.left, b.top, b.right, b.bottom) for b in taken], np.int64).reshape(-1, 4)
    flat = ((line, trimmed(line, print_)) for line in _flat_lines(print_))
    broken = ((line, None) for line in broken_lines(print_))
    for line, short in chain(flat, broken):
        if _is_busy_below(line, print_) or (short and is_stray(short, print_)):
            continue
        place = _room_above(line, print_) if short is None else _comb(line, print_) or _blank(short, print_)
        if place is None:
            continue
        across = np.minimum(boxes[:, 2], place.box.right) - np.maximum(boxes[:, 0], place.box.left)
        down = np.minimum(boxes[:, 3], place.box.bottom) - np.maximum(boxes[:, 1], place.box.top)
        if not ((across > 0) & (down > 0)).any():
            found.append(place)
            new = (place.box.left, place.box.top, place.box.right, place.box.bottom)
            boxes = np.vstack([boxes, new])
    return found


def _flat_lines(print_: Print) -> Iterator[Box]:
    """Level lines, solid or dotted, from the top of the page."""
    mm = print_.mm
    across = print_.short.across
    high = opencv.opening(across, round(FLAT_MM * mm) + 1, 1)
    flat = opencv.intersection(across, opencv.complement(high))
    long = opencv.opening(opencv.dilate(flat, 3, 1), 1, round(SHORT_MM * mm))
    stats = opencv.component_stats(long)
    for left, top, width, height in stats[:, :4].tolist():
        inside = MARGIN <= top / len(across) <= 1 - MARGIN
        if inside and height <= 2 * FLAT_MM * mm + 2 and width <= LINE_MAX_MM * mm:
            yield Box(left, top, left + width, top + height)


def _is_busy_below(line: Box, print_: Print) -> bool:
    """Whether there is text right below: what seems a line is the upper edge of it."""
    below = print_.ink[line.bottom : line.bottom + round(0.5 * print_.mm), line.left : line.right]
    return float((below > 0).any(axis=0).mean()) > BUSY


def _comb(line: Box, print_: Print) -> Place | None:
    """The boxes between the ticks on a line, None where it has no row of them."""
    mm = print_.mm
    top = line.top - round(TICK_MM * mm)
    if top < 0:
        return None
    band = print_.down[top : line.top - 1, line.left : line.right]
    ticks = _runs((band > FAINT).mean(axis=0) >= EVEN) + line.left
    found = _regular(ticks, mm)
    if found is None or not _is_solid(
        print_.across[line.top : line.bottom, line.left : line.right].max(axis=0)
    ):
        return None
    pitch, at = found
    heights = [_height(round(x), line, print_) for x in at]
    high = float(np.median(heights))
    if np.mean(abs(np.array(heights) - high) <= max(2, LEVEL * high)) < REGULAR:
        return None
    edges = [*at]
    if _goes_on(line, edges[0] - pitch, edges[0], print_):
        edges.insert(0, edges[0] - pitch)
    if _goes_on(line, edges[-1], edges[-1] + pitch, print_):
        edges.append(edges[-1] + pitch)
    if high < FULL_TICK * pitch:
        high = min(1.3 * pitch, HIGH_MM * mm)
    cells = tuple(
        Box(round(a) + 1, max(0, round(line.top - high)), round(b), line.top) for a, b in pairwise(edges)
    )
    box = Box(cells[0].left, cells[0].top, cells[-1].right, line.top)
    ruled = print_.long.across[box.top + END_PX : box.bottom - END_PX, box.left : box.right] > 0
    return Place(box, cells) if not (ruled.mean(axis=1) > 1 - BUSY).any() else None


def _goes_on(line: Box, start: float, end: float, print_: Print) -> bool:
    """Whether a line runs from column `start` to `end`, even where ink hides some of it."""
    if start < 0 or end > print_.across.shape[1]:
        return False
    part = print_.short.across[line.top - 2 : line.bottom + 2, round(start) : round(end)]
    return float(part.any(axis=0).mean()) >= 0.8


def _runs(marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The middles of the runs of what is marked."""
    middles: NDArray[np.float64] = (spans(marked).sum(axis=1) - 1) / 2
    return middles


def _regular(ticks: NDArray[np.float64], mm: float) -> tuple[float, NDArray[np.float64]] | None:
    """The pitch of evenly set ticks, (N,), and where they are; some strokes of digits do no harm."""
    if len(ticks) < TICKS_MIN:
        return None
    best = ticks[:0]
    for pitch in np.unique(np.diff(ticks)):
        if not PITCH_MM[0] * mm <= pitch <= PITCH_MM[1] * mm:
            continue
        for first in ticks[:TICKS_MIN]:
            chain = [first]
            while True:
                off = abs(ticks - chain[-1] - pitch)
                if off.min() > SLACK * pitch:
                    break
                chain.append(ticks[off.argmin()])
            if len(chain) > len(best):
                best = np.array(chain)
    if len(best) < max(TICKS_MIN, REGULAR * len(ticks)):
        return None
    return float(np.median(np.diff(best))), best


def _height(x: int, line: Box, print_: Print) -> int:
    """How far a tick at column `x` rises above its line."""
    column = print_.down[: line.top, max(0, x - 2) : x + 3].max(axis=1)[::-1]
    gaps = np.flatnonzero(column <= FAINT)
    return int(gaps[gaps > 2][0]) if (gaps > 2).any() else line.top


def _blank(line: Box, print_: Print) -> Place | None:
    """The room above a line, None where that is no line to write on."""
    hat = print_.across[line.top : line.bottom, line.left : line.right].max(axis=0)
    if not (_is_solid(hat) or _is_dotted(hat)):
        return None
    return None if _is_side(line, print_) else _room_above(line, print_)


def _room_above(line: Box, print_: Print) -> Place | None:
    """Where to write above a line, up to what is printed there; None where there is no room."""
    mm = print_.mm
    bottom, top = line.top - round(0.4 * mm), max(0, line.top - round(HIGH_MM * mm))
    above = print_.ink[top:bottom, line.left : line.right] > 0
    busy = np.flatnonzero(above.mean(axis=1) > BUSY)
    if len(busy):
        top += int(busy[-1]) + 1
    return (
        Place(Box(line.left, top, line.right, line.top), line=True) if bottom - top >= LOW_MM * mm else None
    )


def _is_side(line: Box, print_: Print) -> bool:
    """Whether a line is the side of a cell: others rise from it, or hang from its ends."""
    left, right = max(0, line.left - END_PX), line.right + END_PX
    above = print_.long.down[max(0, line.top - END_PX) : line.top + 1, left:right]
    below = print_.long.down[line.bottom - 1 : line.bottom + END_PX, left:right]
    return bool(above.any() or below[:, : 2 * END_PX].any() or below[:, -2 * END_PX :].any())


def _is_solid(hat: NDArray[np.uint8]) -> bool:
    return float(np.mean(hat >= max(FAINT / 2, 0.5 * float(np.median(hat))))) >= EVEN


def _is_dotted(hat: NDArray[np.uint8]) -> bool:
    dots = _runs(hat >= max(FAINT, 0.5 * float(hat.max())))
    gaps = np.diff(dots)
    return len(gaps) >= 7 and float(np.std(gaps)) <= DOTS_EVEN * float(np.mean(gaps))
