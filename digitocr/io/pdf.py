"""PDF pages drawn in gray by pdfium."""

from typing import IO

import numpy as np
import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_ERR_PASSWORD

from digitocr.errors import InputError
from digitocr.io.raster import Picture, check_size

_POINTS_PER_INCH = 72


class PdfFile:
    """An opened PDF; `pages` counts its pages. Pages are drawn one at a time, on demand."""

    is_multipage = True

    def __init__(self, stream: IO[bytes], dpi: int, max_megapixels: float) -> None:
        """Open the document in `stream`, to be drawn at `dpi`.

        Raises:
            InputError: it has a password.
            Exception: whatever pdfium raises on a damaged document.
        """
        self._dpi = dpi
        self._max_megapixels = max_megapixels
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
        """Page `number` (1-based), and the dpi at which it was drawn.

        Raises:
            InputError: the page would have more pixels than allowed, or none.
            Exception: whatever pdfium raises on a damaged page.
        """
        page = self._document[number - 1]
        try:
            scale = self._dpi / _POINTS_PER_INCH
            width, height = page.get_size()
            check_size(width * scale, height * scale, self._max_megapixels)
            bitmap = page.render(scale=scale, grayscale=True)
            try:
                drawn = bitmap.to_numpy()
                gray = np.array(drawn.reshape(drawn.shape[:2]), np.uint8)  # a copy: pdfium owns the bitmap
            finally:
                bitmap.close()
        finally:
            page.close()
        return Picture(gray, float(self._dpi))

    def close(self) -> None:
        """Free what pdfium holds."""
        self._document.close()
