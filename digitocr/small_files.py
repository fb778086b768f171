"""Files that configure a run (templates, lists, model cards): regular ones of bounded size, read whole."""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

MAX_CONFIG_BYTES = 4_000_000  # a template of 500 fields has 100 kB, a model's card some 30 kB
MAX_LIST_BYTES = 64_000_000  # a million names
MAX_DEPTH = 12  # a model's card is 7 deep
MAX_DIGITS = 40  # no number that is read has so many


def read_small(path: Path, max_bytes: int = MAX_CONFIG_BYTES) -> bytes:
    """Read a file, if it is a regular one and not too large.

    Raises:
        OSError: it cannot be read, is a pipe, device or folder, or has more than `max_bytes`; `strerror` says
            so.
    """
    try:
        # A pipe that nobody writes to would be waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:
        raise OSError(errno.EINVAL, "the name has a null character", str(path)) from error
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        # Room for what is asked for is taken at once, so no more is; some files of /proc have no size.
        data = stream.read(min(status.st_size or max_bytes, max_bytes) + 1)
    if len(data) > max_bytes:
        raise OSError(errno.EFBIG, f"larger than {max_bytes // 1_000_000} MB", str(path))
    return data


def beside(folder: Path, name: str) -> Path:
    """The file of a name in a folder or in the folders in it.

    Raises:
        OSError: the name leads out of the folder, by `..`, a link or from the root; `strerror` says so.
    """
    try:
        root = folder.resolve()
        file = (root / name).resolve()
    except (ValueError, RuntimeError) as error:
        raise OSError(errno.EINVAL, "not a file's name", name) from error
    if not file.is_relative_to(root):
        raise OSError(errno.EACCES, "not in the folder of the template", name)
    return folder / name


def check_bounds(value: object) -> None:
    """Check what a parser of TOML or JSON made of a file of strangers.

    Raises:
        ValueError: it is nested too deep, or has a number too large to be meant.
    """
    level = [value]
    for _ in range(MAX_DEPTH):
        number = next((part for part in level if isinstance(part, int | float) and not _is_sane(part)), None)
        if number is not None:
            raise ValueError("a number too large, or none")
        level = [inner for part in level for inner in _inside(part)]
        if not level:
            return
    raise ValueError(f"nested more than {MAX_DEPTH} deep")


def _is_sane(number: float) -> bool:
    return bool(abs(number) < 10**MAX_DIGITS)  # NaN is not


def _inside(part: object) -> Iterable[object]:
    return part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
