"""PDF pages drawn in gray by pdfium."""

from collections.abc import Iterator
from os import SEEK_END
from typing import IO

import numpy as np
import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from digitocr.errors import InputError
from digitocr.io.pdf_text import form_numbers, text_numbers
from digitocr.io.raster import Picture, check_size
from digitocr.io.step_memory import bounded_memory
from digitocr.options import DropOut, LoadOptions
from digitocr.records import Gray, WrittenNumber

_POINTS_PER_INCH = 72
_SCAN_SHARE = 0.8  # of the page: a picture that covers so much is the page
_CHANNELS = ("blue", "green", "red")  # of a page drawn in colour
_FINEST_DPI = 600.0  # scans that are finer show no more of the writing
# Memory for what a document holds, for the pixels that are drawn and for those of its pictures. Of it pdfium
# took a quarter at most, on pages of 300,000 lines, scans at 600 dpi, transparent pictures and shapes.
_BYTES_PER_FILE_BYTE, _BYTES_PER_PIXEL, _BYTES_PER_PICTURE_PIXEL = 16, 24, 8


class PdfFile:
    """An opened PDF; `pages` counts its pages. Pages are drawn one at a time, on demand."""

    is_multipage = True

    def __init__(self, stream: IO[bytes], options: LoadOptions) -> None:
        """Open the document in `stream`, to be drawn as `options` say.

        Raises:
            InputError: it has a password.
            Exception: whatever pdfium raises on a damaged document.
        """
        self._options = options
        self._room = _BYTES_PER_FILE_BYTE * stream.seek(0, SEEK_END)
        stream.seek(0)
        with bounded_memory(self._room):
            self._open(stream)

    def _open(self, stream: IO[bytes]) -> None:
        try:
            self._document = pdfium.PdfDocument(stream)
        except pdfium.PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                raise InputError(
                    "the PDF has a password; save a copy without one (qpdf --decrypt) and read that"
                ) from error
            raise
        # Without this, what was typed or ticked in a fillable form is not drawn.
        self._document.init_forms()
        self.pages = len(self._document)

    def decode(self, number: int) -> Picture:
        """Page `number` (1-based), the dpi at which it was drawn, and the numbers that it has as text.

        Raises:
            InputError: the page would have more pixels than allowed, or none.
            Exception: whatever pdfium raises on a damaged page.
        """
        with bounded_memory(self._room):
            page = self._document[number - 1]
        try:
            with bounded_memory(self._room):
                dpi = self._dpi_of(page)
                pictures = sum(_pixels(item) for item in _pictures(page))
            scale = dpi / _POINTS_PER_INCH
            width, height = page.get_size()
            check_size(width * scale, height * scale, self._options.max_megapixels)
            drawn = width * height * scale * scale
            room = _BYTES_PER_PIXEL * drawn + _BYTES_PER_PICTURE_PIXEL * pictures
            with bounded_memory(self._room + room):
                gray = _drawn(page, scale, self._options.drop_out)
                return Picture(gray, dpi, numbers=self._numbers(page, gray.shape[1], gray.shape[0]))
        finally:
            page.close()

    def _dpi_of(self, page: pdfium.PdfPage) -> float:
        """The resolution to draw a page at: that of its picture, where it is a scan and that is finer."""
        dpi = float(self._options.pdf_dpi)
        width, height = page.get_size()
        for item in _pictures(page):
            left, bottom, right, top = item.get_bounds()
            across, down = right - left, top - bottom
            if across * down >= _SCAN_SHARE * width * height:
                pixels = max(item.get_px_size()) * _POINTS_PER_INCH / max(across, down)
                fitting = (self._options.max_megapixels * 1e6 / (width * height)) ** 0.5 * _POINTS_PER_INCH
                dpi = max(dpi, min(pixels, int(fitting), _FINEST_DPI))
                break
        return float(round(dpi))

    def _numbers(self, page: pdfium.PdfPage, width: int, height: int) -> tuple[WrittenNumber, ...]:
        if self._options.text_layer == "never":
            return ()
        in_fields = tuple(form_numbers(self._document, page, width, height))
        return (*in_fields, *text_numbers(page, width, height))

    def close(self) -> None:
        """Free what pdfium holds."""
        self._document.close()


def _drawn(page: pdfium.PdfPage, scale: float, drop_out: DropOut | None) -> Gray:
    bitmap = page.render(scale=scale, grayscale=drop_out is None)
    try:
        drawn = bitmap.to_numpy()
        layer = drawn.reshape(*drawn.shape[:2], -1)[..., _CHANNELS.index(drop_out) if drop_out else 0]
        return np.array(layer, np.uint8)  # a copy: pdfium owns the bitmap
    finally:
        bitmap.close()


def _pictures(page: pdfium.PdfPage) -> Iterator[pdfium.PdfImage]:
    return iter(page.get_objects((FPDF_PAGEOBJ_IMAGE,), max_depth=2))


def _pixels(picture: pdfium.PdfImage) -> int:
    width, height = picture.get_px_size()
    return int(width) * int(height)
