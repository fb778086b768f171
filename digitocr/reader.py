"""The Python interface: images in, documents out."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import fields, replace
from os import PathLike, fspath
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitocr.batch.plan import Part, Source
from digitocr.batch.run import read_documents
from digitocr.batch.task import ReadPages, Settings, open_reader
from digitocr.errors import InputError
from digitocr.imaging.polarity import upright_polarity
from digitocr.options import (
    LOAD_DEFAULTS,
    READ_DEFAULTS,
    DropOut,
    Engine,
    LoadOptions,
    ReadOptions,
    WorkLimits,
)
from digitocr.records import Document, Gray, Page, PageResult

if TYPE_CHECKING:
    from PIL.Image import Image

IN_MEMORY = "<image>"


class Reader:
    """Reads numbers from images. The model is loaded at the first reading and kept.

    Several threads may use one; it can be pickled, and loads the model anew where it arrives.

    >>> reader = Reader(layout="line", min_confidence=0.95)
    >>> reader.read("scan.png").texts  # doctest: +SKIP
    ('90210',)
    """

    _loaded: ReadPages | None

    def __init__(
        self,
        *,
        read: ReadOptions = READ_DEFAULTS,
        load: LoadOptions = LOAD_DEFAULTS,
        model: str | PathLike[str] | None = None,
        engine: Engine = "litert",
        **options: Any,
    ) -> None:
        """Keep the options.

        Args:
            read: How pages become readings.
            load: How files become pages.
            model: A model's file or folder, None the one that comes with digitocr.
            engine: `keras` needs the extra `train`.
            options: Single options of `ReadOptions` and `LoadOptions` by name, such as `layout="line"`.

        Raises:
            TypeError: an option has another name than these.
        """
        read, load = _single_options(read, load, options)
        self.__setstate__(
            Settings(model=None if model is None else Path(model), engine=engine, read=read, load=load)
        )

    def read(self, image: "str | PathLike[str] | bytes | NDArray[np.uint8] | Image") -> Document:
        """Read one input.

        Args:
            image: a file's path, its bytes, a Pillow image, or an array (H, W) gray or (H, W, 3) RGB, uint8.

        Raises:
            InputError: none of it can be read, or the array is of another kind.
            UsageError: an option cannot be used.
            ModelError: the model is missing or does not fit its contract.
        """
        if isinstance(image, bytes):
            (document,) = self.read_batch([(IN_MEMORY, image)])
        elif isinstance(image, str | PathLike):
            (document,) = self.read_many([image])
        else:
            document = self._read_pixels(image)
        if not any(isinstance(page, PageResult) for page in document.pages):
            raise InputError(document.failures[0].error)
        return document

    def read_many(self, paths: Iterable[str | PathLike[str]], *, jobs: int = 1) -> Generator[Document]:
        """Read many files, in order; what cannot be read is in the documents' `failures`.

        Args:
            paths: files, or URLs of files (as text); `digitocr.expand` finds them in folders.
            jobs: how many processes read, 0 for one a core. With more than one, a script has to call this
                under `if __name__ == "__main__":`, as for all of Python's multiprocessing.

        Raises:
            UsageError: an option cannot be used.
            ModelError: the model is missing or does not fit its contract.
        """
        sources = [fspath(path) for path in paths]
        if jobs == 1:
            return self._read_here(sources)
        return read_documents(sources, self._settings, jobs=jobs)

    def read_batch(
        self, inputs: Iterable[tuple[str, bytes | str | PathLike[str]]], *, isolated: bool = False
    ) -> list[Document]:
        """Read inputs that have names of their own; what cannot be read is in the documents' `failures`.

        This is what engines that spread work over machines call for each of their batches.

        Args:
            inputs: pairs of a name, which becomes the document's `source`, and the file's bytes or path.
            isolated: read in another process, which is started for this call and whose death, or a page that
                takes more than a minute, costs that page and not the caller.

        Returns:
            One document an input, in order.

        Raises:
            UsageError: an option cannot be used.
            ModelError: the model is missing or does not fit its contract.
        """
        parts = [Part(name, data if isinstance(data, bytes) else Path(data)) for name, data in inputs]
        return list(read_documents(parts, self._settings) if isolated else self._read_here(parts))

    def _read_here(self, sources: Sequence[Source]) -> Generator[Document]:
        """Read in this process: as long as it takes, for its signals belong to the program around."""
        settings = replace(self._settings, limits=WorkLimits(page_timeout=0))
        return read_documents(sources, settings, isolated=False, opener=lambda _: self._read_pages)

    @property
    def _read_pages(self) -> ReadPages:
        with self._loading:
            if self._loaded is None:
                self._loaded = open_reader(self._settings)
            return self._loaded

    def __getstate__(self) -> Settings:
        return self._settings

    def __setstate__(self, settings: Settings) -> None:
        self._settings = settings
        self._loading = Lock()
        self._loaded = None

    def _read_pixels(self, image: "NDArray[np.uint8] | Image") -> Document:
        array = image if isinstance(image, np.ndarray) else _array(image)
        page = Page(IN_MEMORY, 1, upright_polarity(_gray(array, self._settings.load.drop_out)))
        return Document(IN_MEMORY, tuple(self._read_pages([page])))


def _single_options(
    read: ReadOptions, load: LoadOptions, options: dict[str, Any]
) -> tuple[ReadOptions, LoadOptions]:
    """The options with single ones replaced."""
    of_read, of_load = ({field.name for field in fields(group)} for group in (read, load))
    for name in options:
        if name not in of_read | of_load:
            expected = ", ".join(sorted(of_read | of_load))
            raise TypeError(f"Reader has no option {name}; expected one of {expected}")
    read = replace(read, **{name: value for name, value in options.items() if name in of_read})
    load = replace(load, **{name: value for name, value in options.items() if name in of_load})
    return replace(read, templates=tuple(Path(template) for template in read.templates)), load


def _array(image: "Image") -> NDArray[np.uint8]:
    """A Pillow image as (H, W) gray or (H, W, 3) RGB, what is transparent over white."""
    if not hasattr(image, "convert"):
        raise InputError(
            f"{type(image).__name__} is no image; a path, bytes, a Pillow image or a uint8 array was expected"
        )
    if image.has_transparency_data:
        from PIL.Image import alpha_composite, new

        layers = image.convert("RGBA")
        image = alpha_composite(new("RGBA", layers.size, "white"), layers)
    return np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))


def _gray(array: NDArray[np.uint8], drop_out: DropOut | None) -> Gray:
    """(H, W) or (H, W, 3) RGB uint8 to (H, W) uint8, not shared with the caller where it is RGB."""
    if array.dtype != np.uint8 or not array.size or not (array.ndim == 2 or array.shape[2:] == (3,)):
        raise InputError(
            f"an array {array.shape} {array.dtype} is no image; (H, W) gray or (H, W, 3) RGB, both uint8, "
            "was expected: scale it to 0..255 first"
        )
    if array.ndim == 2:
        return np.ascontiguousarray(array)
    if drop_out:
        return array[..., ("red", "green", "blue").index(drop_out)].copy()
    return cv2.cvtColor(np.ascontiguousarray(array), cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
