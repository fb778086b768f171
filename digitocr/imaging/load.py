"""From a file, or its bytes, to gray pages."""

from collections.abc import Iterator

from digitocr.options import LoadOptions
from digitocr.records import Page, PageFailure


def load_pages(source: str, options: LoadOptions, data: bytes | None = None) -> Iterator[Page | PageFailure]:
    """Decode the pages of one file, one at a time.

    `source` names the file in the results; its bytes are `data` where given (standard input, tests), else
    they are read from the path `source`. A page that cannot be read comes as a `PageFailure` in its place,
    a whole file that cannot be read as one `PageFailure` with page 0. At least one item always comes.

    Raises:
        UsageError: `options.pages` is not a page range.
    """
    raise NotImplementedError
    yield
