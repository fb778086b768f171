"""Pictures for the page: of readings from the store, of whole pages from their files."""

from collections import OrderedDict
from dataclasses import replace
from threading import Lock

import cv2
import numpy as np

from digitocr.errors import InputError, UsageError
from digitocr.io.load import load_pages
from digitocr.options import LoadOptions
from digitocr.records import Box, Gray, Page
from digitocr.review.settings import load_options
from digitocr.store.crops import cut_crop, encoded, region_in_store, within_crop
from digitocr.store.sheets import SheetPage, sheet_page
from digitocr.store.store import Store

PAGE_MAX_PX = 2200  # on its longer side, as sent to the browser: enough to zoom in on digits
TILE_AIR = 0.35  # of a digit's height, around it
KEPT_PAGES = 6


class PictureCache:
    """Cuts and keeps pictures; may be called from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: OrderedDict[int, Gray] = OrderedDict()
        self._lock = Lock()

    def crop(self, reading: int) -> bytes:
        """The picture of a reading (JPEG): what the store has, else cut from its page.

        Raises:
            UsageError: there is no such reading.
            InputError: there is no picture of it, and its file cannot be read.
        """
        jpeg: bytes | None = self._store.value("SELECT jpeg FROM crop WHERE reading = ?", (reading,))
        if jpeg:
            return jpeg
        row = self._store.row("SELECT * FROM reading WHERE id = ?", (reading,))
        if row is None:
            raise UsageError(f"reading {reading} is not in the store any more")
        page = sheet_page(self._store, row["page"])
        return cut_crop(self.gray(page), region_in_store(row), page.rotation)

    def digit(self, reading: int, position: int) -> bytes:
        """The picture of a digit of a reading, or of an empty box (JPEG), with a little of what is around.

        Raises:
            UsageError: there is no such digit.
            InputError: as in `crop`.
        """
        row = self._store.row(
            "SELECT reading.*, rotation FROM reading JOIN page ON page.id = page WHERE reading.id = ?",
            (reading,),
        )
        part = self._store.row("SELECT * FROM digit WHERE reading = ? AND position = ?", (reading, position))
        if row is None or part is None:
            raise UsageError(f"digit {position} of reading {reading} is not in the store any more")
        picture = cv2.imdecode(np.frombuffer(self.crop(reading), np.uint8), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise InputError(f"the picture of reading {reading} is damaged; read its file with --again")
        inner = Box(part["left"], part["top"], part["right"], part["bottom"])
        box = within_crop(inner, region_in_store(row), row["rotation"])
        air = round(TILE_AIR * box.height)
        top, left = max(0, box.top - air), max(0, box.left - air)
        return encoded(picture[top : box.bottom + air, left : box.right + air])

    def page(self, number: int) -> bytes:
        """A whole page as given (JPEG), at most `PAGE_MAX_PX` on its longer side.

        Raises:
            UsageError: there is no such page.
            InputError: its file is gone or cannot be read.
        """
        gray = self.gray(sheet_page(self._store, number))
        scale = min(1.0, PAGE_MAX_PX / max(gray.shape))
        if scale < 1:
            gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        return encoded(gray)

    def gray(self, page: SheetPage) -> Gray:
        """A whole page, (H, W) uint8.

        Raises:
            InputError: its file is gone, is another, or cannot be read.
        """
        with self._lock:
            if page.id not in self._pages:
                self._pages[page.id] = _load(page, load_options(page.options))
                while len(self._pages) > KEPT_PAGES:
                    self._pages.popitem(last=False)
            self._pages.move_to_end(page.id)
            return self._pages[page.id]


def _load(page: SheetPage, options: LoadOptions) -> Gray:
    loaded = next(load_pages(page.path, replace(options, pages=str(page.number))))
    if not isinstance(loaded, Page):
        raise InputError(f"{loaded.error}; the pictures of its numbers are in the store")
    if loaded.gray.shape != (page.height, page.width):
        raise InputError(f"{page.path}: is another picture than was read; read it anew into the store")
    return loaded.gray
