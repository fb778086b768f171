"""What TensorFlow's C++ code says of itself goes to a file, so that what the command says can be read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STDERR = 2


@contextmanager
def native_stderr_into(file: Path) -> Iterator[None]:
    """In this block, have native code write its messages to `file`; Python's own still go to stderr.

    TensorFlow says what it was built for before any level of its log can be set, and its converter prints
    what it does whatever that is. Processes that are started meanwhile write to the file too.

    Raises:
        OSError: the file cannot be written.
    """
    if _fileno_of_stderr() != STDERR:  # somebody else has taken it, and may want what is said
        yield
        return
    sys.stderr.flush()
    python, kept = sys.stderr, os.dup(STDERR)
    with file.open("ab") as sink, os.fdopen(kept, "w", buffering=1, errors="backslashreplace") as ours:
        os.dup2(sink.fileno(), STDERR)
        sys.stderr = ours
        try:
            yield
        finally:
            sys.stderr = python
            ours.flush()
            os.dup2(kept, STDERR)


def _fileno_of_stderr() -> int:
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # there is none, or it is no file
        return -1
