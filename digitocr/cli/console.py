"""Where commands and benchmarks print tables."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

PIPE_COLUMNS = 160  # Rich takes 80 where no terminal tells its width, and cuts names and heads of wide tables


def console(*, stderr: bool = False) -> "Console":
    """A console as wide as the terminal, and wide enough for every table in a file or a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    is_told = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, width=None if is_told else PIPE_COLUMNS)
