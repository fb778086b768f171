"""The readings drawn on their page, for people to look at.

The page is paled a little so that colours stand out. Each reading has a box, an underline a digit (in the
review colour where that digit is doubtful) and a label with its field's name, its text and confidence, set
where it hides neither ink nor other readings; where readings stand too close for that, as in a table, they
are typeset on a clean copy beside the page. A legend counts the readings by status.
"""

import os
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitocr.atomic_write import atomic_write
from digitocr.errors import OutputError, UsageError
from digitocr.imaging.binarisation import flatten
from digitocr.output.labels import Rect, colour, font, place_labels, short_name
from digitocr.records import Box, Gray, PageResult, Reading, Status

Rgb = NDArray[np.uint8]

_MIN_WIDTH_PX = 900
_MAX_SIDE_PX = 2600
_MAX_ZOOM = 16.0
_PALED_BLACK = 40
_INK_REACH_PX, _INK_DARK = 41, 36  # darker than its surroundings by so many gray levels: shadows hide nothing
_DOUBTFUL_DIGIT = 0.9
_NAME_PX = 11
OVERLAY_JPEG_QUALITY = 92
_LEGEND_LETTERS_MAX = 400  # letters of a name in the legend: more than fit
_STEM_BYTES = 180  # disks take 255
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FILE_NAME = re.compile(r"(.+)\.p\d+\.jpg")
_STATUSES: tuple[Status, ...] = ("accept", "review", "blank", "error")
_TEXT = (52, 60, 70)
_GROUND = (246, 247, 249)
_RULE = (205, 210, 216)


def draw_overlay(gray: Gray, result: PageResult) -> Rgb:
    """Draw boxes, texts and confidences on a page.

    `gray` is the page as given, (H, W) uint8; the answer is an RGB image (h, w, 3) uint8, scaled up for
    small images and down for huge ones, with a margin for labels above and a legend line below.
    """
    zoom = _zoom(*gray.shape)
    page = scale_page(gray, zoom)
    size = _font_px(result.readings, zoom, page.shape[1])
    margin, legend = size * 2, max(34, page.shape[1] // 34)
    height, width = page.shape[0] + 2 * margin, page.shape[1] + 2 * margin
    canvas = np.full((height + legend, width), 255, np.uint8)
    canvas[margin : margin + page.shape[0], margin : margin + page.shape[1]] = page
    image = Image.fromarray(canvas).convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((margin - 1, margin - 1, width - margin, height - margin), outline=_RULE)

    frames = [_frame(reading.box, zoom, margin) for reading in result.readings]
    for reading, frame in zip(result.readings, frames, strict=True):
        _draw_reading(draw, reading, frame, zoom, margin)
    inked = (flatten(canvas[:height], _INK_REACH_PX) > _INK_DARK).astype(np.uint8)
    ink = cv2.integral(inked).astype(np.int32, copy=False)
    labels = place_labels(result.readings, frames, size, ink)
    if labels is None:
        image = _with_facsimile(image, result.readings, frames, margin)
    for label, rect in labels or ():
        label.paste(image, rect)
    _draw_legend(ImageDraw.Draw(image), result, Rect(0, height, image.width, height + legend))
    return np.asarray(image, np.uint8)


def _zoom(height: int, width: int) -> float:
    up = min(_MIN_WIDTH_PX / width, _MAX_SIDE_PX / height, _MAX_ZOOM)
    return min(max(1.0, up), _MAX_SIDE_PX / max(height, width))


def scale_page(gray: Gray, zoom: float) -> Gray:
    """The page, (H, W) uint8, at `zoom`, with black paled so that colours stand out."""
    paled = np.linspace(_PALED_BLACK, 255, 256).astype(np.uint8)[gray]
    size = max(1, round(gray.shape[1] * zoom)), max(1, round(gray.shape[0] * zoom))
    interpolation = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    return cv2.resize(paled, size, interpolation=interpolation).astype(np.uint8, copy=False)


def _font_px(readings: Sequence[Reading], zoom: float, width: int) -> int:
    """Labels about two thirds as high as the readings, within what is legible and not loud."""
    heights = [reading.box.height * zoom for reading in readings if reading.text]
    wanted = 0.6 * float(np.median(heights)) if heights else 20.0
    return round(min(max(wanted, 15.0), max(20.0, width / 36)))


def _frame(box: Box, zoom: float, margin: int) -> Rect:
    """A box of the page on the canvas, with a little air around."""
    air = 3
    return Rect(
        int(box.left * zoom) + margin - air,
        int(box.top * zoom) + margin - air,
        int(np.ceil(box.right * zoom)) + margin + air,
        int(np.ceil(box.bottom * zoom)) + margin + air,
    )


def _draw_reading(draw: ImageDraw.ImageDraw, reading: Reading, frame: Rect, zoom: float, margin: int) -> None:
    tint = colour(reading.status)
    draw.rounded_rectangle(frame, radius=4, fill=(*tint, 26), outline=(*tint, 230), width=2)
    for digit in reading.digits:
        left, right = int(digit.box.left * zoom) + margin, int(digit.box.right * zoom) + margin
        doubtful = digit.confidence < _DOUBTFUL_DIGIT
        ink = colour("review") if doubtful else tint
        draw.rectangle(
            (left + 1, frame.bottom - 4, max(left + 1, right - 2), frame.bottom - 1), fill=(*ink, 255)
        )


def _with_facsimile(
    image: Image.Image, readings: Sequence[Reading], frames: Sequence[Rect], margin: int
) -> Image.Image:
    """The page and, on its right, a clean copy with each reading typeset where it stands."""
    offset = image.width - margin
    both = Image.new("RGB", (image.width + offset, image.height), "white")
    both.paste(image, (0, 0))
    draw = ImageDraw.Draw(both, "RGBA")
    usual = 1.4 * float(np.median([frame.bottom - frame.top for frame in frames]))
    draw.line((offset + margin // 2, margin, offset + margin // 2, image.height - margin), fill=_RULE)
    for reading, frame in zip(readings, frames, strict=True):
        rect = Rect(frame.left + offset, frame.top, frame.right + offset, frame.bottom)
        tint = colour(reading.status)
        draw.rounded_rectangle(rect, radius=4, fill=(*tint, 0 if reading.status == "accept" else 36))
        across, down = rect.right - rect.left, rect.bottom - rect.top
        size = max(8, round(0.8 * min(down, usual)))
        wide = font(size).getlength(reading.text)
        if wide > across:
            size = max(8, int(size * across / wide))
        middle = ((rect.left + rect.right) // 2, (rect.top + rect.bottom) // 2)
        draw.text(middle, reading.text, font=font(size), fill=tint, anchor="mm")
        if reading.field:
            spot = (rect.left, rect.top - 2)
            draw.text(spot, short_name(reading.field), font=font(_NAME_PX), fill=_TEXT, anchor="ls")
    return both


def _draw_legend(draw: ImageDraw.ImageDraw, result: PageResult, strip: Rect) -> None:
    """One line: which page, and how many readings have which status."""
    draw.rectangle((strip.left, strip.top, strip.right, strip.bottom), fill=_GROUND)
    draw.line((strip.left, strip.top, strip.right, strip.top), fill=_RULE)
    type_face = font(round((strip.bottom - strip.top) * 0.44))
    counts = Counter(reading.status for reading in result.readings)
    middle = (strip.top + strip.bottom) // 2
    dot = round((strip.bottom - strip.top) * 0.14)
    x = strip.right - 3 * dot
    for status in reversed([status for status in _STATUSES if counts[status]]):
        words = f"{counts[status]} {status}"
        x -= round(draw.textlength(words, font=type_face))
        draw.text((x, middle), words, font=type_face, fill=_TEXT, anchor="lm")
        x -= 3 * dot
        draw.ellipse((x - dot, middle - dot, x + dot, middle + dot), fill=colour(status))
        x -= 5 * dot
    name = _UNPRINTABLE.sub("_", os.path.basename(result.source)[:_LEGEND_LETTERS_MAX])  # noqa: PTH119 (it may be -)
    title = f"{name}   page {result.page}"
    while title and draw.textlength(title, font=type_face) > x - 3 * dot:
        title = title[:-2].rstrip("…") + "…" if len(title) > 2 else ""
    draw.text((3 * dot, middle), title, font=type_face, fill=_TEXT, anchor="lm")


def overlay_stems(sources: Sequence[str]) -> dict[str, str]:
    """A file name without suffix for the overlays of each source, unique in one folder, same every run.

    It is the source's own, with a short mark of its path where two are called the same (whatever the
    letters' case, which some disks ignore), or where the name had to be cut.
    """
    names = {source: _plain_name(source) for source in sources}
    times = Counter(_cut(name).casefold() for name in names.values())
    return {
        source: f"{_cut(name)}-{zlib.crc32(source.encode('utf-8', 'surrogatepass')):08x}"
        if times[_cut(name).casefold()] > 1 or _cut(name) != name
        else name
        for source, name in names.items()
    }


def _cut(name: str) -> str:
    """As much of a name as leaves room for what is put before and behind it, in bytes as disks count."""
    return name.encode()[:_STEM_BYTES].decode("utf-8", "ignore")


def check_overlays(folder: Path, stems: Mapping[str, str]) -> None:
    """Make the folder; refuse one where an overlay would replace an input, `stems` being those of the inputs.

    Raises:
        UsageError: it is one.
        OutputError: it cannot be made.
    """
    real_folder = os.path.realpath(folder)
    for source in stems:
        parent, name = os.path.split(os.path.realpath(source))
        match = _FILE_NAME.fullmatch(name)
        if match and parent == real_folder and match[1] in stems.values():
            raise UsageError(
                f"{source}: is an input, and the overlay of another would replace it; "
                "give --overlay a folder of its own"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error


def _plain_name(source: str) -> str:
    stem = Path(source).stem if source != "-" else "stdin"
    return _UNPRINTABLE.sub("_", stem.encode("utf-8", "backslashreplace").decode()) or "page"


def save_overlay(folder: Path, stem: str, page: int, image: Rgb) -> Path:
    """Write `image` (h, w, 3) as `STEM.pPAGE.jpg`; the path comes back.

    The folder is made where it is missing.

    Raises:
        OutputError: the folder or the file cannot be written.
    """
    path = folder / f"{stem}.p{page}.jpg"
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, OVERLAY_JPEG_QUALITY])[1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(encoded.tobytes())
    except OSError as error:
        raise _not_written(path, error) from error
    return path


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path}: the overlay cannot be written ({error.strerror}); check the folder given to --overlay"
    )
