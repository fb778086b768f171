"""Standard streams that whoever started the command had closed."""

import os
import sys


def open_missing_streams() -> None:
    """Put the null device in place of closed streams.

    Else a file that is opened later would get the number of one, and what is meant for the terminal would go
    into it. It is opened for reading alone, so that results which would be lost fail to be written.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # gets the lowest free number, this one
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - to the end
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - messages may be lost
