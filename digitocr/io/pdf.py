"""PDF pages drawn in gray by pdfium."""

from typing import IO

import numpy as np
import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from digitocr.errors import InputError
from digitocr.io.pdf_text import form_numbers, text_numbers
from digitocr.io.raster import Picture, check_size
from digitocr.options import LoadOptions
from digitocr.records import WrittenNumber

_POINTS_PER_INCH = 72
_SCAN_SHARE = 0.8  # of the page: a picture that covers so much is the page
_FINEST_DPI = 600.0  # scans that are finer show no more of the writing


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
        page = self._document[number - 1]
        try:
            dpi = self._dpi_of(page)
            scale = dpi / _POINTS_PER_INCH
            width, height = page.get_size()
            check_size(width * scale, height * scale, self._options.max_megapixels)
            bitmap = page.render(scale=scale, grayscale=True)
            try:
                drawn = bitmap.to_numpy()
                gray = np.array(drawn.reshape(drawn.shape[:2]), np.uint8)  # a copy: pdfium owns the bitmap
            finally:
                bitmap.close()
            return Picture(gray, dpi, numbers=self._numbers(page, gray.shape[1], gray.shape[0]))
        finally:
            page.close()

    def _dpi_of(self, page: pdfium.PdfPage) -> float:
        """The resolution to draw a page at: that of its picture, where it is a scan and that is finer."""
        dpi = float(self._options.pdf_dpi)
        width, height = page.get_size()
        for item in page.get_objects((FPDF_PAGEOBJ_IMAGE,), max_depth=2):
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
