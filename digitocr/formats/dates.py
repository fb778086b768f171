"""Days and times as they are written in digits: which digits are one, and which comes first."""

import datetime
import re
from dataclasses import dataclass, replace

from digitocr.formats.constraints import Constraint, matching

# Of strptime's directives those that are so many digits whatever the locale; a year without its century is
# taken for one of 2000 to 2099, which has the same leap days as 1901 to 1999.
DIRECTIVES = {
    "%d": r"(?P<day>0[1-9]|[12]\d|3[01])",
    "%m": r"(?P<month>0[1-9]|1[0-2])",
    "%Y": r"(?P<year>[12]\d{3})",
    "%y": r"(?P<short>\d{2})",
    "%H": r"(?P<hours>[01]\d|2[0-3])",
    "%M": r"(?P<minutes>[0-5]\d)",
    "%S": r"(?P<seconds>[0-5]\d)",
    "%j": r"(?P<of_year>00[1-9]|0[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])",
}
DIRECTIVE_DIGITS = {"%Y": 4, "%j": 3}  # digits; the others have two
LEAP_YEAR = 2000  # of a day without a year any is right
DAY_S = 86400


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """A way to write dates, or times of a day.

    `pattern` matches the digits, `year_at` is how many of them stand before the year and `century` what is
    left out of it, "" for nothing; None where there is no year.
    """

    pattern: str
    parts: frozenset[str]
    year_at: int | None
    century: str

    @property
    def kind(self) -> str:
        """What values can be compared with: others of the same kind."""
        if self.year_at is not None:
            return "date"
        return "number" if self.parts <= {"%H", "%M", "%S"} else "day without a year"

    def moment(self, text: str) -> int | None:
        """The second at which what digits say begins, from the calendar's first day on; None for no date."""
        match = re.fullmatch(self.pattern, text, re.ASCII)
        if not match:
            return None
        parts = {name: int(digits) for name, digits in match.groupdict().items()}
        year = parts.get("year", 2000 + parts["short"] if "short" in parts else LEAP_YEAR)
        try:
            day = datetime.date(year, parts.get("month", 1), parts.get("day", 1))
        except ValueError:
            return None
        if "of_year" in parts:
            day = datetime.date(year, 1, 1) + datetime.timedelta(parts["of_year"] - 1)
            if day.year != year:  # 366 of a year that has 365
                return None
        seconds = 3600 * parts.get("hours", 0) + 60 * parts.get("minutes", 0) + parts.get("seconds", 0)
        return DAY_S * day.toordinal() + seconds


def dates_written(written: str) -> Dates:
    """Understand a way to write dates, a pattern of `DIRECTIVES`, of which separators are not read.

    Raises:
        ValueError: the pattern holds something else, or nothing of a date.
    """
    pieces = re.findall(r"%.|.", written, re.DOTALL)
    wrong = [piece for piece in pieces if piece not in DIRECTIVES and (piece[0] == "%" or piece.isalpha())]
    if wrong:
        raise ValueError(f'"{wrong[0]}" is no part of a date in digits; use {", ".join(DIRECTIVES)}')
    parts = [piece for piece in pieces if piece in DIRECTIVES]
    if not parts:
        raise ValueError(f"it holds none of {', '.join(DIRECTIVES)}")
    if len(set(parts)) < len(parts):
        raise ValueError("it holds the same part twice")
    read = [piece for piece in pieces if piece in DIRECTIVES or piece.isdigit()]
    year = next((n for n, piece in enumerate(read) if piece in ("%Y", "%y")), None)
    return Dates(
        "".join(DIRECTIVES.get(piece, piece) for piece in read),
        frozenset(parts),
        None if year is None else sum(_width(piece) for piece in read[:year]),
        "20" if "%Y" not in parts else "",
    )


def _width(piece: str) -> int:
    return DIRECTIVE_DIGITS.get(piece, 2) if piece in DIRECTIVES else 1


def dated(dates: Dates) -> Constraint:
    """Values that are dates."""
    pattern = matching(dates.pattern)
    return replace(pattern, accepts=lambda text: dates.moment(text) is not None)


def within(dates: Dates, least: datetime.date | None, most: datetime.date | None) -> Constraint:
    """Dates from the day `least` to the day `most`, both included; None for no end.

    Raises:
        ValueError: the dates have no year.
    """
    if dates.year_at is None:
        raise ValueError("days without a year are neither before nor after it")
    at, century = dates.year_at, dates.century
    first, last = least or datetime.date.min, most or datetime.date.max

    def viable(prefix: str) -> bool:
        year = century + prefix[at : at + 4 - len(century)]
        return int(year.ljust(4, "0")) <= last.year and int(year.ljust(4, "9")) >= first.year

    def accepts(text: str) -> bool:
        moment = dates.moment(text)
        return moment is not None and DAY_S * first.toordinal() <= moment < DAY_S * (last.toordinal() + 1)

    return Constraint(viable, accepts)


def day_of(value: object) -> datetime.date | None:
    """The day that a template's value is: TOML's own date, or a text as "2026-01-31"; None for another."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
