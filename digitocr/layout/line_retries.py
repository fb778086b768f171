"""Other ways to find the one number of a picture that is read unsurely: by what the maps show of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from digitocr.imaging import opencv
from digitocr.layout.layout import PageLayout, find_rows, is_stroke, line_layout, region_rows, tilt_of
from digitocr.layout.looks import ENLARGE_MAX, Look, Segment, first_look
from digitocr.layout.maps import LIKELY
from digitocr.layout.order import text_lines
from digitocr.layout.region import box_of, union
from digitocr.layout.search import find_regions
from digitocr.options import Layout
from digitocr.records import Gray

# of 255: what is less probably a ruled line stays; on drawn cells of 40 px 32 and 90 read fewer
RULED_MIN = 64


@dataclass(frozen=True, slots=True, eq=False)
class Retry:
    """The one number of a picture, found otherwise, as `description` says, in `gray` (H, W) uint8."""

    description: str
    gray: Gray
    layout: PageLayout


def line_retries(gray: Gray, layout: Layout, segment: Segment, *, is_tight: bool) -> Iterator[Retry]:
    """The one number of a picture (H, W) uint8, found in other ways than as `layout`.

    As a line; without ruled lines and borders, as a look shows them that is as large as the picture or twice
    as large; its main line alone; with a margin of paper; and all its ink as one digit. A border that is as
    dark as the writing sets its height and its threshold. Each way is worth its time only where the picture
    as it is says little: on half A of cheques, logbook cells and photographed numbers each alone reads fewer.
    Where a picture `is_tight`, its ink at its edge, a margin parts the two: of 1,600 drawn cells 11 more are
    right with a margin for all; of 400 others 4 more are, with it for all as for the tight ones.
    """
    if layout == "digit":
        yield Retry("as a line", gray, find_rows(gray, "line", segment))
    for look in _looks(gray, segment):
        cleaned = without_rules(gray, look)
        if cleaned is not gray:
            description = f"without the ruled lines of a look at {look.input_px:.2g} times its size"
            yield Retry(description, cleaned, find_rows(cleaned, "line", segment))
    yield Retry("its main line alone", gray, main_line(gray, segment))
    if is_tight and not is_stroke(gray):
        yield Retry("with a margin of paper", gray, line_layout(gray, margin=True))
    if layout == "line":
        yield Retry("all its ink as one digit", gray, find_rows(gray, "digit", segment))


def _looks(gray: Gray, segment: Segment) -> Iterator[Look]:
    """A look at a picture that is as large as it, and one twice as large."""
    look = first_look(gray, segment)
    yield look
    yield first_look(gray, segment, ENLARGE_MAX * look.input_px)


def without_rules(gray: Gray, look: Look) -> Gray:
    """A picture (H, W) uint8 with the tone of its paper where a look shows ruled lines and no other ink."""
    rows, columns = gray.shape

    def on_picture(values: Gray) -> Gray:
        return opencv.resize(values, (columns, rows), cv2.INTER_LINEAR)

    ink = on_picture(np.maximum(look.maps.digit, look.maps.other))
    ruled = np.asarray(on_picture(look.maps.line) > np.maximum(ink, RULED_MIN), np.uint8)
    blur_px = 2 * round(1 / look.scale) + 1  # a pixel of the maps to either side
    erased = (opencv.dilate(ruled, blur_px, blur_px) > 0) & (ink < LIKELY)
    if not erased.any() or erased.all():
        return gray
    return np.where(erased, np.uint8(np.median(gray[~erased])), gray)


def main_line(gray: Gray, segment: Segment) -> PageLayout:
    """The numbers on the main line of a picture (H, W) uint8 as one, all else erased."""
    regions = find_regions(gray, segment)
    if not regions:
        return PageLayout("line", 0.0, ())
    region_of = {box_of(region): region for region in regions}
    main = max(text_lines(list(region_of)), key=lambda line: sum(box.width * box.height for box in line))
    look = max((region_of[box] for box in main), key=lambda region: region.height).look
    number = union([region_of[box] for box in main if region_of[box].look is look])
    rows = region_rows(gray, number, tilt_of([number]), 0)
    return PageLayout("line", 0.0, tuple(rows), regions=tuple(regions))
