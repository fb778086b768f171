"""What several commands check before they import or read anything that takes long."""

import importlib.util
from pathlib import Path

from digitocr.errors import OutputError, UsageError


def require(extra: str, *modules: str) -> None:
    """Check that what an extra of the package brings is installed.

    Raises:
        UsageError: it is not.
    """
    missing = [name for name in modules if not importlib.util.find_spec(name)]
    if missing:
        raise UsageError(f'this needs {", ".join(missing)}: pip install "digitocr[{extra}]"')


def make_folder(folder: Path) -> None:
    """Make a folder to write into, with those above it, unless it is there.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(f"{folder}: expected a folder, and a file is in its place; name another") from error
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be made ({error.strerror}); name another") from error
