"""A small page in every format, and what is loaded of it."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Gray, Page, PageFailure

HEIGHT, WIDTH = 60, 90


def drawing() -> Image.Image:
    """A page that looks different from every side: an L of dark ink, upright, off the centre."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    ImageDraw.Draw(image).line([(12, 8), (12, 40), (30, 40)], fill=0, width=5)
    return image


def encoded(image: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)
    return file.getvalue()


def load(data: bytes, **options: Any) -> list[Page | PageFailure]:
    return list(load_pages("scan", LoadOptions(**options), data))


def page_of(data: bytes, **options: Any) -> Page:
    [page] = load(data, **options)
    assert isinstance(page, Page), page
    assert (page.source, page.number) == ("scan", 1)
    assert page.gray.dtype == np.uint8
    return page


def failure_of(data: bytes, **options: Any) -> str:
    [failure] = load(data, **options)
    assert isinstance(failure, PageFailure)
    assert (failure.source, failure.page) == ("scan", 0)
    assert failure.error.startswith("scan: ")
    return failure.error


def assert_like(gray: Gray, wanted: Image.Image | None = None, within: float = 6.0) -> None:
    expected = np.asarray(wanted or drawing(), np.float64)
    assert gray.shape == expected.shape
    assert np.abs(gray - expected).mean() < within


def with_alpha() -> Image.Image:
    """Dark ink on nothing: what is transparent is black below."""
    ink = drawing().point(lambda value: 255 if value < 128 else 0)
    return Image.merge("LA", (Image.new("L", ink.size, 0), ink))


MODES: dict[str, Image.Image] = {
    "gray": drawing(),
    "1-bit": drawing().convert("1"),
    "palette": drawing().convert("P"),
    "rgb": drawing().convert("RGB"),
    "rgba": drawing().convert("RGBA"),
    "cmyk": drawing().convert("CMYK"),
    "gray alpha": with_alpha(),
    "rgb alpha": with_alpha().convert("RGBA"),
    "lab": drawing().convert("RGB"),
}


def several(count: int) -> list[Image.Image]:
    """Pages of different widths, so that they can be told apart."""
    return [drawing().crop((0, 0, WIDTH + number, HEIGHT)) for number in range(count)]


def tiff(count: int, **how: Any) -> bytes:
    first, *rest = several(count)
    return encoded(first, "TIFF", save_all=True, append_images=rest, **how)


def pdf(count: int) -> bytes:
    first, *rest = several(count)
    return encoded(first, "PDF", save_all=True, append_images=rest, resolution=72)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, with next to no pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
