"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path


@contextmanager
def atomic_write(path: Path, moving: AbstractContextManager[None] | None = None) -> Iterator[Path]:
    """A temporary file beside `path` to write to; it takes the place of `path` when the block ends well.

    It is beside it because a file moves in one step only within its file system.

    Args:
        path: The file to write.
        moving: A context in which the file is moved, which may translate its errors.

    Raises:
        OSError: the file cannot be moved to its place.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with moving or nullcontext():
            temporary.replace(path)
    finally:
        with suppress(OSError):  # where it could not be made, the error that says so is the one to tell
            temporary.unlink()
