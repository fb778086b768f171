"""The labels of an overlay: what they say, how they look, where they go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitocr.records import Reading, Status

RgbColour = tuple[int, int, int]

_STATUS_COLOURS: dict[Status, RgbColour] = {
    "accept": (21, 128, 84),
    "review": (208, 96, 10),
    "blank": (104, 117, 133),
    "error": (198, 40, 48),
}
_SHRINK = (1.0, 0.8, 0.65)
_MIN_FONT_PX = 11
_FREE_SHARE = 0.85
_CROWDED_SHARE = 0.5
_CROWD = 12
_HARMLESS = 0.06  # the share of a label that may hide ink: a printed line
_GAP_PX = 3
_NAME = (232, 238, 244)
_LABEL_LETTERS_MAX = 28  # letters
_SMOOTH = 4  # Pillow draws shapes with hard edges: draw them larger and shrink


class Rect(NamedTuple):
    """A rectangle on the canvas in pixels, `right` and `bottom` exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Label:
    """A filled label, `width` x `height` pixels: `text` in large type, `note` in smaller type behind it.

    `name`, in smaller type too, stands before the text, or where the label is `stacked` on a line above it.
    """

    text: str
    note: str
    tint: RgbColour
    font_px: int
    width: int
    height: int
    name: str = ""
    stacked: bool = False

    def paste(self, image: Image.Image, rect: Rect) -> None:
        """Draw the label on an RGB image with its corner at that of `rect`."""
        image.paste(self.tint, (rect.left, rect.top), _pill(self.width, self.height))
        draw = ImageDraw.Draw(image)
        pad, line = _pad(self.font_px), _line_px(self.font_px)
        base = rect.bottom - round(line / 2 - 0.36 * self.font_px)
        large, small = font(self.font_px), font(_note_px(self.font_px))
        left = rect.left + pad
        if self.name:
            above = rect.top + round(0.9 * _note_px(self.font_px)) + 2
            draw.text((left, above if self.stacked else base), self.name, font=small, fill=_NAME, anchor="ls")
            left += 0 if self.stacked else round(small.getlength(self.name)) + pad
        draw.text((left, base), self.text, font=large, fill="white", anchor="ls")
        draw.text((rect.right - pad, base), self.note, font=small, fill=(255, 255, 255), anchor="rs")


def colour(status: Status) -> RgbColour:
    """The colour of a status, dark enough for white text on it."""
    return _STATUS_COLOURS[status]


@lru_cache(maxsize=64)
def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface, so that overlays look the same on every machine."""
    return ImageFont.load_default(size_px)


def label_for(reading: Reading, font_px: int, *, stacked: bool = False) -> Label:
    """The label of a reading, its type `font_px` high; the field's name before the text or on it."""
    name, text = short_name(reading.field), reading.text or reading.status
    percent = int(100 * reading.confidence + 1e-9)  # rounded down: no reading is quite sure
    sure = f"{percent} %" if reading.origin == "ink" else "text"
    note = sure if reading.text else ""
    pad, small = _pad(font_px), font(_note_px(font_px))
    width = font(font_px).getlength(text) + (small.getlength(note) + pad if note else 0)
    height = _line_px(font_px)
    if name and stacked:
        width, height = max(width, small.getlength(name)), height + _note_px(font_px)
    elif name:
        width += small.getlength(name) + pad
    return Label(
        text, note, colour(reading.status), font_px, round(width + 2 * pad), height, name, stacked=stacked
    )


def short_name(name: str) -> str:
    """A field's name, the end left out where it is long."""
    return name if len(name) <= _LABEL_LETTERS_MAX else name[: _LABEL_LETTERS_MAX - 1].rstrip() + "…"


def place_labels(
    readings: Sequence[Reading], frames: Sequence[Rect], font_px: int, ink: NDArray[np.int32]
) -> list[tuple[Label, Rect]] | None:
    """The label of each reading, framed by its frame, and where it does the least harm.

    `ink` is the integral image, (H+1, W+1) int32, of what is dark on the canvas. All labels are in one
    size, the largest up to `font_px` at which nearly all stand free, names before the numbers or on them.
    None means that the readings stand too close together for labels: most would hide something at any size.
    """
    best: list[tuple[Label, Rect]] = []
    most = -1
    named = any(reading.field for reading in readings)
    for size in dict.fromkeys(max(_MIN_FONT_PX, round(font_px * share)) for share in _SHRINK):
        for stacked in (False, True) if named else (False,):
            labels = [label_for(reading, size, stacked=stacked) for reading in readings]
            rects, free = _place_all(labels, frames, ink)
            if free >= most:
                best, most = list(zip(labels, rects, strict=True)), free
            if free >= _FREE_SHARE * len(labels):
                return best
    return best if most >= _CROWDED_SHARE * len(readings) or len(readings) < _CROWD else None


def placed_rects(labels: Sequence[Label], frames: Sequence[Rect], ink: NDArray[np.int32]) -> list[Rect]:
    """Where each label goes to do the least harm; `frames` and `ink` are as in `place_labels`."""
    return _place_all(labels, frames, ink)[0]


def _place_all(
    labels: Sequence[Label], frames: Sequence[Rect], ink: NDArray[np.int32]
) -> tuple[list[Rect], int]:
    """Where each label goes, one after the other, and how many of them hide next to nothing."""
    count = len(frames)
    taken = np.zeros((2 * count, 4), np.int32)  # the frames, then the labels set so far
    taken[:count] = np.array(frames, np.int32).reshape(-1, 4)
    rects: list[Rect] = []
    free = 0
    for label, frame in zip(labels, frames, strict=True):
        harms = []
        candidates = list(_places(frame, label, ink.shape[1] - 1, ink.shape[0] - 1))
        for rect in candidates:
            harms.append(_harm(rect, ink, taken[: count + len(rects)]))
            if harms[-1] == 0:
                break
        rects.append(candidates[int(np.argmin(harms))])
        free += min(harms) <= _HARMLESS * label.width * label.height
        taken[count + len(rects) - 1] = rects[-1]
    return rects, free


def _places(frame: Rect, label: Label, width: int, height: int) -> Iterator[Rect]:
    """Where a label may stand: above, below, at the sides; moved inside a canvas of `width` x `height`."""
    middle = (frame.top + frame.bottom - label.height) // 2
    above, below = frame.top - _GAP_PX - label.height, frame.bottom + _GAP_PX
    beside, before = frame.right + _GAP_PX, frame.left - _GAP_PX - label.width
    centre = (frame.left + frame.right - label.width) // 2
    for left, top in (
        (frame.left, above),
        (frame.right - label.width, above),
        (beside, middle),
        (frame.left, below),
        (centre, below),
        (before, middle),
        (beside, above),
        (beside, below),
    ):
        x = max(0, min(left, width - label.width))
        y = max(0, min(top, height - label.height))
        yield Rect(x, y, x + label.width, y + label.height)


def _harm(rect: Rect, ink: NDArray[np.int32], taken: NDArray[np.int32]) -> float:
    """How much a label at `rect` hides: ink in pixels, the rectangles in `taken`, (N, 4), by area."""
    x0, y0, x1, y1 = rect
    hidden = int(ink[y1, x1]) - int(ink[y0, x1]) - int(ink[y1, x0]) + int(ink[y0, x0])
    across = np.minimum(taken[:, 2], x1) - np.maximum(taken[:, 0], x0)
    down = np.minimum(taken[:, 3], y1) - np.maximum(taken[:, 1], y0)
    covered = int((across.clip(min=0) * down.clip(min=0)).sum())
    return hidden + 3.0 * covered


@lru_cache(maxsize=256)
def _pill(width: int, height: int) -> Image.Image:
    """A mask with round, smooth corners."""
    mask = Image.new("L", (width * _SMOOTH, height * _SMOOTH))
    ends = (0, 0, width * _SMOOTH - 1, height * _SMOOTH - 1)
    ImageDraw.Draw(mask).rounded_rectangle(ends, radius=height * _SMOOTH // 4, fill=242)
    return mask.resize((width, height), Image.Resampling.LANCZOS)


def _line_px(font_px: int) -> int:
    return round(1.45 * font_px)


def _pad(font_px: int) -> int:
    return max(3, round(0.38 * font_px))


def _note_px(font_px: int) -> int:
    return max(10, round(0.68 * font_px))
