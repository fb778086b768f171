"""What a value can be held to, digit by digit: a pattern, a length, a range, a list, a calendar.

A constraint answers two questions: whether digits can still become a value, which lets the decoder drop them
as soon as they cannot, and whether they are one.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

# Of strptime's directives those that are so many digits whatever the locale; a year without its century is
# taken for one of 2000 to 2099, which has the same leap days as 1901 to 1999.
DIRECTIVES = {
    "%d": r"(?P<day>0[1-9]|[12]\d|3[01])",
    "%m": r"(?P<month>0[1-9]|1[0-2])",
    "%Y": r"(?P<year>[12]\d{3})",
    "%y": r"(?P<short>\d{2})",
    "%H": r"(?:[01]\d|2[0-3])",
    "%M": r"[0-5]\d",
    "%S": r"[0-5]\d",
    "%j": r"(?:00[1-9]|0[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])",
}
LEAP_YEAR = 2000  # of a day without a year any is right


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """`viable` says whether a string of digits may begin a value, `accepts` whether it is one."""

    viable: Callable[[str], bool]
    accepts: Callable[[str], bool]


def matching(pattern: str) -> Constraint:
    """Values that a regular expression matches whole.

    Raises:
        regex.error: it is none.
    """
    import regex

    compiled = regex.compile(pattern, regex.ASCII)
    return Constraint(
        lambda prefix: compiled.fullmatch(prefix, partial=True) is not None,
        lambda text: compiled.fullmatch(text) is not None,
    )


def of_length(least: int, most: int) -> Constraint:
    """Values of `least` to `most` digits."""
    return Constraint(lambda prefix: len(prefix) <= most, lambda text: least <= len(text) <= most)


def between(least: int, most: int | None, longest: int | None) -> Constraint:
    """Numbers from `least` to `most`, leading zeros allowed, of at most `longest` digits if that is known."""

    def viable(prefix: str) -> bool:
        if most is not None and int(prefix or "0") > most:
            return False
        return longest is None or int(prefix + "9" * (longest - len(prefix)) or "0") >= least

    def accepts(text: str) -> bool:
        return least <= int(text) and (most is None or int(text) <= most)

    return Constraint(viable, accepts)


def one_of(values: Collection[str]) -> Constraint:
    """The strings of a list."""
    ordered, known = sorted(set(values)), frozenset(values)

    def viable(prefix: str) -> bool:
        place = bisect_left(ordered, prefix)
        return place < len(ordered) and ordered[place].startswith(prefix)

    return Constraint(viable, known.__contains__)


def dated(written: str) -> Constraint:
    """Days as they are written by a pattern of `DIRECTIVES`, of which separators are not read.

    Raises:
        ValueError: the pattern holds something else, or nothing of a date.
    """
    pieces = re.findall(r"%.|.", written, re.DOTALL)
    wrong = [piece for piece in pieces if piece not in DIRECTIVES and (piece[0] == "%" or piece.isalpha())]
    if wrong:
        raise ValueError(f'"{wrong[0]}" is no part of a date in digits; use {", ".join(DIRECTIVES)}')
    if not any(piece in DIRECTIVES for piece in pieces):
        raise ValueError(f"it holds none of {', '.join(DIRECTIVES)}")
    if len(set(pieces) & set(DIRECTIVES)) < sum(piece in DIRECTIVES for piece in pieces):
        raise ValueError("it holds the same part twice")
    pattern = "".join(
        DIRECTIVES.get(piece, piece) for piece in pieces if piece in DIRECTIVES or piece.isdigit()
    )
    by_digits, whole = matching(pattern), re.compile(pattern)
    return Constraint(by_digits.viable, partial(_is_day, whole))


def _is_day(whole: re.Pattern[str], text: str) -> bool:
    found = whole.fullmatch(text)
    if not found:
        return False
    parts = found.groupdict()
    year = parts.get("year") or (f"20{parts['short']}" if "short" in parts else LEAP_YEAR)
    try:
        date(int(year), int(parts.get("month", 1)), int(parts.get("day", 1)))
    except ValueError:
        return False
    return True
