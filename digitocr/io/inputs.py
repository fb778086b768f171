"""From what the user names (files, folders, globs, URLs, lists, standard input) to a list of inputs.

Arguments keep their order; inside a folder or a glob the order is natural (`page2` before `page10`) and the
same on every machine. A file reached twice is read once, where it was first named; a symbolic link counts as
a file of its own. Folders give the files whose suffix is read and that are not hidden (macOS leaves
`._scan.jpg` beside `scan.jpg`); a file named outright is taken whatever its suffix: its content decides.
"""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from digitocr.errors import InputError, UsageError
from digitocr.io.file_types import INPUT_SUFFIXES
from digitocr.io.remote import is_url, list_files
from digitocr.records import PageFailure
from digitocr.small_files import MAX_LIST_BYTES, read_small

STDIN = "-"
_SUFFIXES_TEXT = ", ".join(suffix[1:] for suffix in INPUT_SUFFIXES)


def expand(
    arguments: Sequence[str], *, recursive: bool = False, left_out: list[str] | None = None
) -> list[str | PageFailure]:
    """List the inputs that `arguments` name, in order, each once.

    An argument is a file, a folder (with the folders in it where `recursive`), a glob (`**` goes down
    folders), `@LIST` for a text file of such names, or `-`. In a list there is one name a line, in UTF-8,
    relative to the list's own folder, so that a list moves together with its scans; blank lines and lines
    that start with `#` are skipped. Files, folders and globs may be URLs, in a list too. A file whose own
    name starts with `@` or is `-` is named `./@...`.

    An entry of the answer is a file's path as the user would reach it, `STDIN` for one image on standard
    input, or a `PageFailure` (page 0) where an argument names no image. Whether a file named outright is
    there and readable shows when it is loaded. To `left_out` are added the files of folders whose suffix is
    not read. A name that a spreadsheet would take for a formula gets `./` before it.

    Raises:
        UsageError: a `@LIST` cannot be read, or what a URL needs is not installed.
    """
    identities: set[str] = set()
    real: dict[str, str] = {}
    entries: list[str | PageFailure] = []
    for entry in _entries(arguments, recursive, [] if left_out is None else left_out):
        if isinstance(entry, str):
            entry = _no_formula(entry)  # noqa: PLW2901
            key = _identity(entry, real)
            if key in identities:
                continue
            identities.add(key)
        entries.append(entry)
    return entries


def _no_formula(name: str) -> str:
    return f".{os.sep}{name}" if name != STDIN and name.startswith(("=", "+", "-", "@")) else name


def _entries(arguments: Sequence[str], recursive: bool, left_out: list[str]) -> Iterator[str | PageFailure]:
    for argument in arguments:
        if argument == STDIN:
            yield STDIN
        elif argument.startswith("@"):
            yield from _from_list(argument[1:], recursive, left_out)
        else:
            yield from _from_name(argument, recursive, left_out)


def _from_name(name: str, recursive: bool, left_out: list[str]) -> Iterator[str | PageFailure]:
    if not name:
        yield PageFailure(name, 0, "an empty name was given as an input; name a file, a folder or a glob")
    elif is_url(name):
        yield from _from_url(name, recursive)
    elif _is_folder(name):
        yield from _from_folder(name, recursive, left_out)
    elif glob.has_magic(name) and not os.path.lexists(name):  # a file may well be called "scan[1].png"
        yield from _from_glob(name)
    else:
        yield name


def _from_list(name: str, recursive: bool, left_out: list[str]) -> Iterator[str | PageFailure]:
    path = Path(name)
    try:
        lines = read_small(path, MAX_LIST_BYTES).decode("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(
            f"@{name}: the list cannot be read ({error.strerror}); after @ comes the path of a text file with"
            " one name a line"
        ) from error
    except ValueError as error:  # UnicodeDecodeError is one; so is a path with a null character
        raise UsageError(f"@{name}: the list is not UTF-8 text; save it as UTF-8, one name a line") from error
    if any("\0" in line for line in lines):
        raise UsageError(
            f"@{name}: the list has null characters (find -print0?); one name a line was expected"
        )
    names = [line.strip() for line in lines]
    names = [line for line in names if line and not line.startswith("#")]
    if not names:
        yield PageFailure(f"@{name}", 0, f"@{name}: the list names no file; one name a line was expected")
    for line in names:
        yield from _from_name(line if is_url(line) else str(path.parent / line), recursive, left_out)


def _from_folder(folder: str, recursive: bool, left_out: list[str]) -> Iterator[str | PageFailure]:
    failures: list[PageFailure] = []

    def note(error: OSError) -> None:
        name = str(error.filename)
        failures.append(
            PageFailure(name, 0, f"{name}: the folder cannot be listed ({error.strerror}); check its rights")
        )

    images: list[str] = []
    folders = 0
    for parent, below, names in os.walk(folder, onerror=note):
        folders += len(below)
        below[:] = [name for name in below if recursive and not name.startswith(".")]
        images += [os.path.join(parent, name) for name in names if _is_image_name(name)]  # noqa: PTH118
        left_out += sorted(
            os.path.join(parent, name)  # noqa: PTH118
            for name in names
            if not (_is_image_name(name) or name.startswith("."))
        )
    yield from _natural(images)
    yield from sorted(failures, key=lambda failure: failure.source)
    if not images and not failures:
        hint = "--recursive looks into the folders in it too" if folders and not recursive else "name another"
        yield PageFailure(folder, 0, f"{folder}: no image in this folder ({_SUFFIXES_TEXT}); {hint}")


def _from_glob(pattern: str) -> Iterator[str | PageFailure]:
    from wcmatch import glob as patterns  # unlike the standard library, `**` follows no link to a folder

    matches = patterns.glob(pattern, flags=patterns.GLOBSTAR)
    images = [name for name in matches if _is_image_name(name) and not _is_folder(name)]
    yield from _natural(images)
    if not images:
        what = f"matches no image ({_SUFFIXES_TEXT})" if matches else "matches nothing"
        yield PageFailure(pattern, 0, f"{pattern}: the pattern {what}; check it and the folder it starts in")


def _from_url(url: str, recursive: bool) -> Iterator[str | PageFailure]:
    try:
        names = list_files(url, recursive=recursive)
    except InputError as error:
        yield PageFailure(url, 0, str(error))
        return
    if names == [url]:
        yield url
        return
    images = [name for name in names if _is_image_name(name.partition("::")[0])]
    yield from _natural(images)
    if not images:
        hint = "--recursive looks into the folders in it too" if not recursive else "name another"
        yield PageFailure(url, 0, f"{url}: no image there ({_SUFFIXES_TEXT}); {hint}")


def _is_folder(name: str) -> bool:
    # Path.is_dir raises where the name is too long or a folder on the way may not be entered; loading tells.
    return os.path.isdir(name)  # noqa: PTH112


def _is_image_name(name: str) -> bool:
    base = os.path.basename(name)  # noqa: PTH119 (thousands of names)
    return not base.startswith(".") and base.lower().endswith(INPUT_SUFFIXES)


def _natural(names: list[str]) -> list[str]:
    if len(names) < 2:
        return names
    from natsort import natsorted, ns  # 25 ms, and most calls name files outright

    # Sorted first, so that names which the natural order calls equal (A1, a01) do not depend on the disk.
    ordered: list[str] = natsorted(sorted(names), alg=ns.PATH | ns.IGNORECASE)
    return ordered


def _identity(name: str, real: dict[str, str]) -> str:
    """One text for all the ways to write a file's path, links in its folders followed.

    `real` remembers folders already followed, for the duration of one call: links and the working
    directory may change.
    """
    if name == STDIN or is_url(name):
        return name
    folder, base = os.path.split(name)
    if folder not in real:
        real[folder] = os.path.realpath(folder)
    return f"{real[folder]}{os.sep}{base}"
