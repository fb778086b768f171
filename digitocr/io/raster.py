"""PNG, JPEG, TIFF, BMP and WebP to gray, through Pillow; plain JPEG through OpenCV, which is quicker."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from digitocr.errors import InputError
from digitocr.records import Gray

# Pillow module by format. The one that is needed is imported here, because Image.open would import all.
PLUGINS = {
    "PNG": "PIL.PngImagePlugin",
    "JPEG": "PIL.JpegImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
    "BMP": "PIL.BmpImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
}
# cv2.warpAffine and cv2.remap, which deskewing needs, take no side longer than SHRT_MAX.
MAX_SIDE_PX = 32_766
_ORIENTATION_TAG = 0x0112
_SUBFILE_TYPE_TAG = 254
# What programs write when they do not know: it says nothing of the paper.
_PLACEHOLDER_DPI = (72.0, 96.0)
_JPEG_GRAY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION


class RasterFile:
    """An opened image file; `pages` counts its pages. Pages are decoded one at a time, on demand."""

    def __init__(self, stream: IO[bytes], kind: str, max_megapixels: float, max_pages: int) -> None:
        """Read the header of `stream`; `kind` is a key of PLUGINS. No more than `max_pages` are counted.

        Raises:
            InputError: the header is damaged.
            Exception: whatever else Pillow raises on hostile bytes.
        """
        import_module(PLUGINS[kind])
        self._stream = stream
        self._max_megapixels = max_megapixels
        with _quiet_pillow():
            try:
                self._image = Image.open(stream, formats=[kind])
            except UnidentifiedImageError:  # its text names an object in memory
                raise InputError("truncated or damaged (its header); copy or scan it again") from None
            self._frames = _tiff_frames(self._image, max_pages) if kind == "TIFF" else [0]
        self.pages = len(self._frames)
        self.is_multipage = kind == "TIFF"

    def decode(self, number: int) -> tuple[Gray, float | None]:
        """Page `number` (1-based) as (H, W) uint8, and its dpi where the file gives a sane one.

        Raises:
            InputError: the page has more pixels than allowed, or none.
            Exception: whatever the decoders raise on damaged data.
        """
        with _quiet_pillow():
            return self._decode(self._frames[number - 1])

    def _decode(self, frame: int) -> tuple[Gray, float | None]:
        image = self._image
        if self.is_multipage:
            image.seek(frame)
        check_size(image.width, image.height, self._max_megapixels)
        gray = self._jpeg_gray()
        if gray is None:
            image.load()
            gray = _to_gray(image)
        # After load: TIFF has turned itself by then and dropped the tag, PNG may have it behind the pixels.
        return _oriented(gray, int(image.getexif().get(_ORIENTATION_TAG, 1))), _dpi(image)

    def _jpeg_gray(self) -> Gray | None:
        """A gray or colour JPEG by OpenCV, not turned; None where Pillow must decide what to do."""
        if self._image.format not in ("JPEG", "MPO") or self._image.mode not in ("L", "RGB"):
            return None
        self._stream.seek(0)
        data = self._stream.read()
        end = data.rfind(b"\xff\xd9")
        # OpenCV fills what is missing of a truncated file with gray. No end marker after the last start of
        # scan (the one found may be the thumbnail's) means truncated, or junk behind: Pillow knows.
        if end < 0 or data.find(b"\xff\xda", end) >= 0:
            return None
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), _JPEG_GRAY)
        if gray is None or gray.shape != (self._image.height, self._image.width):
            return None
        return gray.astype(np.uint8, copy=False)


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
        layers = np.asarray(image.convert("RGBA").convert("LA"), np.uint16)
        ink, alpha = layers[..., 0], layers[..., 1]
        return ((ink * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    if image.mode == "LAB":
        image = image.getchannel("L")
    return np.asarray(image.convert("L"))


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
    if orientation in (5, 6, 7, 8):
        gray = gray.T
    if orientation in (2, 3, 6, 7):
        gray = gray[:, ::-1]
    if orientation in (3, 4, 7, 8):
        gray = gray[::-1]
    return np.ascontiguousarray(gray)


def _dpi(image: Image.Image) -> float | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    dpi = (across + down) / 2
    square = math.isclose(across, down, rel_tol=0.05)
    sane = square and 50 <= dpi <= 2400 and round(dpi, 1) not in _PLACEHOLDER_DPI
    return dpi if sane else None


def _tiff_frames(image: Image.Image, limit: int) -> list[int]:
    """The frames that are pages, `limit` at most; small copies of a page (pyramids) are none.

    A frame whose directory is damaged counts as the last page: what follows it cannot be reached.
    """
    frames: list[int] = []
    for frame in range(limit * 4):
        try:
            image.seek(frame)
        except EOFError:
            break
        except Exception:  # any error, on hostile bytes; decode() meets it again and reports it
            frames.append(frame)
            break
        tags = getattr(image, "tag_v2", {})
        if not frames or not int(tags.get(_SUBFILE_TYPE_TAG, 0)) & 1:
            frames.append(frame)
        if len(frames) == limit:
            break
    return frames


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Pillow without its warnings on odd tags, and without its own limit: `check_size` bounds the pixels."""
    limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
