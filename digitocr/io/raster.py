"""Pictures to gray, through Pillow; plain JPEG through OpenCV, which is quicker."""

import math
from dataclasses import dataclass
from importlib import import_module
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitocr.errors import InputError
from digitocr.io.file_types import FileType
from digitocr.options import DropOut
from digitocr.records import Gray, WrittenNumber

# cv2.warpAffine and cv2.remap, which deskewing needs, take no side longer than SHRT_MAX.
MAX_SIDE_PX = 32_766
_ORIENTATION_TAG = 0x0112
# What programs write when they do not know: it says nothing of the paper.
_PLACEHOLDER_DPI = (72.0, 96.0)
# Faxes have half or a quarter of the lines that they have columns to the inch; beyond that it is a mistake.
_SQUARE_SLACK, _MAX_STRETCH = 0.05, 4.5
_JPEG_GRAY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
_JPEG_BYTES = 100_000_000  # what is read whole; more of it is junk behind, or for Pillow to stream
_ON_SIDE = (5, 6, 7, 8)  # the orientations of EXIF that swap width and height
_LIGHT_INK = 200  # gray level: ink that is lighter on average cannot be meant for white paper
_LOST_ROWS, _LOST_GRAY = 16, 128  # what the JPEG library fills missing blocks with: two rows of them


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded page: `gray` (H, W) uint8, `dpi` where the file gives a sane one.

    `stretch` (x, y) is how many times wider and higher it is than the page as given: 1 but where the page's
    pixels are not square. `numbers` are those that the file has as text.
    """

    gray: Gray
    dpi: float | None = None
    stretch: tuple[float, float] = (1.0, 1.0)
    numbers: tuple[WrittenNumber, ...] = ()


class RasterFile:
    """An opened picture of one page."""

    pages = 1
    is_multipage = False

    def __init__(
        self, stream: IO[bytes], file_type: FileType, max_megapixels: float, drop_out: DropOut | None = None
    ) -> None:
        """Read the header of `stream`, a file of `file_type`, that is seen as `LoadOptions.drop_out` says.

        Raises:
            InputError: the header is damaged, or what decodes this type is not installed.
            Exception: whatever else Pillow raises on hostile bytes.
        """
        self._stream = stream
        self._max_megapixels = max_megapixels
        self._drop_out = drop_out
        pillow_name, _ = file_type.decoder
        _import_decoder(file_type)
        # Not Image.open, whose bound on pixels is a setting of the whole program: `check_size` bounds them.
        factory, _ = Image.OPEN[pillow_name]
        stream.seek(0)
        try:
            self._image = factory(stream, "")
        except SyntaxError:  # so Pillow says that it is none of this kind
            raise InputError("truncated or damaged (its header); copy or scan it again") from None

    def decode(self, number: int = 1) -> Picture:
        """The page.

        Raises:
            InputError: it has more pixels than allowed, or none, or its file ends early.
            Exception: whatever the decoders raise on damaged data.
        """
        image = self._image
        check_size(image.width, image.height, self._max_megapixels)
        gray = None if self._drop_out else self._jpeg_gray()
        if gray is None:
            image.load()
            gray = _to_gray(_in_light_of(image, self._drop_out) if self._drop_out else image)
        if image.format in ("JPEG", "MPO"):
            _check_whole(gray)
        # After load: TIFF has turned itself by then and dropped the tag, PNG may have it behind the pixels.
        turn = int(image.getexif().get(_ORIENTATION_TAG, 1)) if image.format != "HEIF" else 1
        dpi, stretch = _resolution(image)
        picture = Picture(_oriented(gray, turn), dpi, stretch[::-1] if turn in _ON_SIDE else stretch)
        return _squared(picture, self._max_megapixels)

    def _jpeg_gray(self) -> Gray | None:
        """A gray or colour JPEG by OpenCV, not turned; None where Pillow must decide what to do."""
        if self._image.format not in ("JPEG", "MPO") or self._image.mode not in ("L", "RGB"):
            return None
        self._stream.seek(0)
        data = self._stream.read(_JPEG_BYTES)
        end = data.rfind(b"\xff\xd9")
        # OpenCV fills what is missing of a truncated file with gray. No end marker after the last start of
        # scan (the one found may be the thumbnail's) means truncated, or junk behind: Pillow knows.
        if end < 0 or data.find(b"\xff\xda", end) >= 0:
            return None
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), _JPEG_GRAY)
        if gray is None or gray.shape != (self._image.height, self._image.width):
            return None
        return gray.astype(np.uint8, copy=False)


def _import_decoder(file_type: FileType) -> None:
    """Import the one module of Pillow that is needed: `Image.open` would import all."""
    try:
        import_module(file_type.decoder[1])
    except ImportError:
        raise InputError(
            f'{file_type.title} pictures need an extra: pip install "digitocr[{file_type.extra}]"; '
            "or convert it to PNG or JPEG"
        ) from None


def _check_whole(gray: Gray) -> None:
    """Refuse a JPEG that ends early and has an end marker all the same.

    Raises:
        InputError: its last rows are what the JPEG library fills in for missing ones.
    """
    lost = (gray == _LOST_GRAY).all(axis=1)[::-1]
    rows = len(lost) if lost.all() else int(lost.argmin())
    if _LOST_ROWS <= rows < len(gray):
        raise InputError(
            f"truncated or damaged (the file ends early: the last {rows} of {len(gray)} rows of the picture "
            "are missing); copy or scan it again"
        )


def _squared(picture: Picture, max_megapixels: float) -> Picture:
    """The picture with square pixels, its coarser side drawn finer."""
    across, down = picture.stretch
    if across == down:
        return picture
    height, width = picture.gray.shape
    size = round(width * across), round(height * down)
    check_size(*size, max_megapixels)
    gray = cv2.resize(picture.gray, size, interpolation=cv2.INTER_LINEAR)
    return Picture(gray.astype(np.uint8, copy=False), picture.dpi, picture.stretch)


def check_size(width: float, height: float, max_megapixels: float) -> None:
    """Refuse a page, in pixels, before it is decoded.

    Raises:
        InputError: it is empty, longer than MAX_SIDE_PX, or larger than `max_megapixels`.
    """
    what = f"{width:.0f} x {height:.0f} pixels"
    if not (width >= 1 and height >= 1):
        raise InputError(f"{what} make no page; scan it again")
    if width * height > max_megapixels * 1e6:
        raise InputError(
            f"{what} ({width * height / 1e6:.0f} megapixels) are more than the {max_megapixels:g} megapixels "
            "that are read; scan at a lower resolution or raise --max-megapixels"
        )
    if max(width, height) > MAX_SIDE_PX:
        raise InputError(f"{what}: no side may be longer than {MAX_SIDE_PX} pixels; cut it into pages")


def _to_gray(image: Image.Image) -> Gray:
    """Any Pillow image as (H, W) uint8: alpha over white, deep pixels scaled to 8 bits."""
    if image.mode.startswith(("I", "F")):
        return _scaled_to_8_bits(np.asarray(image))
    if image.has_transparency_data:
        return _over_paper(np.asarray(image.convert("RGBA").convert("LA"), np.uint8))
    if image.mode == "LAB":
        image = image.getchannel("L")
    return np.asarray(image.convert("L"))


def _in_light_of(image: Image.Image, colour: DropOut) -> Image.Image:
    """What a lamp of one colour shows of a picture, in gray; pictures without colour stay as they are."""
    channel = colour[0].upper()
    if image.mode == "LAB":  # which Pillow converts to no other mode
        lab = np.dstack([np.asarray(layer) for layer in image.split()])
        return Image.fromarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)).getchannel(channel)
    if image.mode.startswith(("I", "F", "1", "L")):
        return image
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        return Image.merge("LA", [layers.getchannel(channel), layers.getchannel("A")])
    return image.convert("RGB").getchannel(channel)


def _over_paper(layers: NDArray[np.uint8]) -> Gray:
    """What is drawn on nothing, (H, W, 2) lightness and alpha, on paper: white, or black for white ink."""
    ink, alpha = layers[..., 0].astype(np.uint16), layers[..., 1].astype(np.uint16)
    drawn = int(alpha.sum())
    is_sparse = 0 < drawn < 255 * alpha.size // 2  # and no page with transparent corners
    is_light = is_sparse and int((ink * alpha.astype(np.uint32)).sum()) > _LIGHT_INK * drawn
    paper = 0 if is_light else 255
    return ((ink * alpha + paper * (255 - alpha) + 127) // 255).astype(np.uint8)


def _scaled_to_8_bits(deep: NDArray[np.generic]) -> Gray:
    """16-bit, 32-bit and float pixels on 0..255.

    White is the largest value of the fewest bits (8 at least) that hold the brightest pixel, because
    scanners store 10, 12 and 14 bits in 16; floats up to 1 have white at 1.
    """
    values = np.nan_to_num(np.asarray(deep, np.float32), posinf=0.0).clip(min=0.0)
    peak = float(values.max(initial=0.0))
    whole = np.issubdtype(deep.dtype, np.integer)
    white = 1.0 if peak <= 1.0 and not whole else 2.0 ** max(8, int(peak).bit_length()) - 1.0
    return (values * np.float32(255.0 / white) + np.float32(0.5)).clip(max=255.0).astype(np.uint8)


def _oriented(gray: Gray, orientation: int) -> Gray:
    """Turned and mirrored as EXIF's orientation, 1 to 8, says."""
    if orientation in _ON_SIDE:
        gray = gray.T
    if orientation in (2, 3, 6, 7):
        gray = gray[:, ::-1]
    if orientation in (3, 4, 7, 8):
        gray = gray[::-1]
    return np.ascontiguousarray(gray)


def _resolution(image: Image.Image) -> tuple[float | None, tuple[float, float]]:
    """The dpi where the file gives a sane one, and how to stretch its pixels to squares, (x, y)."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, (1.0, 1.0)
    if not (min(across, down) >= 50 and max(across, down) <= 2400):
        return None, (1.0, 1.0)
    finer = max(across, down)
    dpi = None if round(finer, 1) in _PLACEHOLDER_DPI else finer
    if math.isclose(across, down, rel_tol=_SQUARE_SLACK):
        return (across + down) / 2 if dpi else None, (1.0, 1.0)
    if finer > _MAX_STRETCH * min(across, down):
        return None, (1.0, 1.0)
    return dpi, (finer / across, finer / down)
