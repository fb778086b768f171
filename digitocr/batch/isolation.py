"""Whether other processes have to read what is given, so that a hostile file costs a page and no more."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from digitocr.batch.task import Settings
from digitocr.io.load import is_simple_picture
from digitocr.recognition.built_in import is_built_in
from digitocr.records import PageFailure


def needs_isolation(
    sources: Sequence[str | PageFailure], settings: Settings, data: Mapping[str, bytes] | None = None
) -> bool:
    """All but one picture read with the model that comes with digitocr, which starts at once without.

    Args:
        sources: as `read_documents` takes them.
        settings: how they are read.
        data: the bytes of those sources that are no files.
    """
    if len(sources) != 1 or settings.model is not None or settings.engine != "litert" or not is_built_in():
        return True
    (source,) = sources
    return isinstance(source, str) and not is_simple_picture(Path(source), (data or {}).get(source))
