"""Reads handwritten and printed numbers from scans, and says which of them to check.

>>> from digitocr import Reader
>>> Reader().read("scan.png").texts  # doctest: +SKIP
('90210',)

Names are imported when they are first asked for, so that `import digitocr` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitocr.errors import DigitocrError, InputError, ModelError, OutputError, UsageError
    from digitocr.io.inputs import expand
    from digitocr.options import LoadOptions, ReadOptions
    from digitocr.reader import Reader
    from digitocr.records import Box, Digit, Document, PageFailure, PageResult, Reading

__version__ = "0.1.0"  # where it is asked for, to look it up in what is installed would take 10 ms

__all__ = [
    "Box",
    "Digit",
    "DigitocrError",
    "Document",
    "InputError",
    "LoadOptions",
    "ModelError",
    "OutputError",
    "PageFailure",
    "PageResult",
    "ReadOptions",
    "Reader",
    "Reading",
    "UsageError",
    "__version__",
    "expand",
]

_MODULES = {
    "digitocr.errors": ("DigitocrError", "InputError", "ModelError", "OutputError", "UsageError"),
    "digitocr.io.inputs": ("expand",),
    "digitocr.options": ("LoadOptions", "ReadOptions"),
    "digitocr.reader": ("Reader",),
    "digitocr.records": ("Box", "Digit", "Document", "PageFailure", "PageResult", "Reading"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
