"""Whether other processes have to read what is given, so that a hostile file costs a page and no more."""

from collections.abc import Sequence
from pathlib import Path

from digitocr.batch.plan import Source, part_of
from digitocr.batch.task import Settings
from digitocr.io.load import is_simple_picture
from digitocr.io.remote import is_url


def needs_isolation(sources: Sequence[Source], settings: Settings) -> bool:
    """All but one picture read with the model that comes with digitocr, which starts at once without.

    Args:
        sources: as `read_documents` takes them.
        settings: how they are read.
    """
    if settings.model is not None or settings.engine != "litert" or len(sources) != 1:
        return True
    part = part_of(sources[0])
    if part.failure:
        return False
    return is_url(part.source) or not is_simple_picture(Path(part.source), part.data)
