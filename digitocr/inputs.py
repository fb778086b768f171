"""From what the user names (files, folders, globs, lists, standard input) to an ordered list of inputs."""

from collections.abc import Sequence

from digitocr.records import PageFailure

STDIN = "-"
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".pdf")


def expand(arguments: Sequence[str], *, recursive: bool = False) -> list[str | PageFailure]:
    """List the inputs that `arguments` name, in order, each once.

    An entry is a file's path as the user would reach it, `STDIN` for one image on standard input, or a
    `PageFailure` (page 0) where an argument names nothing that can be read.

    Raises:
        UsageError: a `@list` cannot be read.
    """
    raise NotImplementedError
