"""The error tree. A class carries the exit code with which the command line ends.

A message says what happened, where (the file's name), what was expected, and what to do about it.
"""

from typing import ClassVar


class DigitocrError(Exception):
    """Any error that digitocr itself raises."""

    exit_code: ClassVar[int] = 1


class UsageError(DigitocrError):
    """Wrong usage or configuration: an option, a training set or a list that cannot be used."""

    exit_code = 2


class InputError(DigitocrError):
    """One input, or one page of it, cannot be read; the rest of the batch goes on."""

    exit_code = 3


class TooMuchError(InputError):
    """A page holds more than is read of one."""


class NoInputError(DigitocrError):
    """None of the inputs could be read."""

    exit_code = 4


class OutputError(DigitocrError):
    """The output cannot be written."""

    exit_code = 5


class ModelError(DigitocrError):
    """The model is missing or does not fit its contract."""

    exit_code = 6
