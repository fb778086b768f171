"""A number that was missed: a person drags a box around it, and it is read at once."""

from dataclasses import replace
from functools import cached_property
from threading import Lock

import numpy as np

from digitocr.batch.task import ReadPages, Settings, open_reader
from digitocr.errors import UsageError
from digitocr.options import LoadOptions
from digitocr.records import Box, Digit, Page, PageResult, Reading
from digitocr.review.pictures import PictureCache
from digitocr.review.settings import last_run
from digitocr.store.crops import cut_crop
from digitocr.store.sheets import add_reading, sheet_page
from digitocr.store.store import Store

SIDE_MIN_PX = 4


class Adder:
    """Reads boxes of pages with the store's own model, which it loads at the first."""

    def __init__(self, store: Store, pictures: PictureCache) -> None:
        self._store = store
        self._pictures = pictures
        self._lock = Lock()

    def add(self, page: int, box: Box, who: str) -> int:
        """Read a box, in pixels of the page as given, and add it for review; its number in the store.

        Raises:
            UsageError: the box is too small, or there is no such page.
            InputError: the page's file is gone or cannot be read.
            ModelError: the model is gone.
        """
        sheet = sheet_page(self._store, page)
        inside = Box(
            max(0, box.left), max(0, box.top), min(sheet.width, box.right), min(sheet.height, box.bottom)
        )
        if min(inside.width, inside.height) < SIDE_MIN_PX:
            raise UsageError(f"a box of {inside.width} x {inside.height} pixels is too small; draw it larger")
        gray = self._pictures.gray(sheet)
        quarters = -sheet.quarters % 4
        upright = np.rot90(gray[inside.top : inside.bottom, inside.left : inside.right], quarters)
        with self._lock:
            (result,) = self._read([Page(sheet.path, 1, np.ascontiguousarray(upright))])
        reading = result.readings[0] if isinstance(result, PageResult) and result.readings else None
        made = _placed(reading, inside, turned=quarters != 0)
        crop = cut_crop(gray, inside, sheet.rotation - 90 * sheet.turned)
        return add_reading(self._store, page, made, crop, who)

    @cached_property
    def _read(self) -> ReadPages:
        options, model, engine = last_run(self._store)
        plain = replace(options, layout="line", templates=(), second_reader=None)
        return open_reader(Settings(model=model, engine=engine, read=plain, load=LoadOptions()))


def _placed(reading: Reading | None, box: Box, *, turned: bool) -> Reading:
    """A reading of the box alone as one of its page; empty where nothing was read."""
    if reading is None or not reading.text:
        return Reading("", 1, box, "", "review", 0.0)
    digits = tuple(
        Digit(digit.text, digit.confidence, digit.box.shifted(box.left, box.top)) for digit in reading.digits
    )
    return replace(reading, box=box, digits=() if turned else digits)
