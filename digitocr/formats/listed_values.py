"""Values that a field may have, as a template lists them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitocr.errors import UsageError
from digitocr.formats.limits import LONGEST
from digitocr.small_files import MAX_LIST_BYTES, beside, read_small

SEPARATORS = str.maketrans("", "", " .,-/'")  # in lists, where values are as people write them


def listed_values(values: Any, folder: Path | None) -> list[str]:
    """The digits of the values that a field may have: a list of them, or a text file's lines in `folder`.

    Raises:
        UsageError: the file cannot be read, or a value is no number.
    """
    where, listed = "values", values
    if isinstance(values, str | Path):
        file = (folder or Path()) / values
        where = f'values "{file}"'
        try:
            file = beside(folder, str(values)) if folder else file
            text = read_small(file, MAX_LIST_BYTES).decode("utf-8-sig")
            listed = [line for line in text.splitlines() if line.strip()]
        except OSError as error:
            raise UsageError(
                f"{where}: cannot be read ({error.strerror}); name a text file beside the template, one "
                "value a line"
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{where}: not text in UTF-8; save it as that, one value a line") from error
    if not isinstance(listed, Sequence) or not listed:
        raise UsageError(f"{where}: values were expected; give a list of them, or a file with one a line")
    plain = [_digits_of(value) for value in listed]
    for number, digits in enumerate(plain, 1):
        if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST):
            # Not what it is: the file may be another than was meant.
            raise UsageError(f"{where}: value {number} is no number of at most {LONGEST} digits; take it out")
    return plain


def _digits_of(value: Any) -> str:
    return "" if isinstance(value, int) and abs(value) >= 10**LONGEST else str(value).translate(SEPARATORS)
