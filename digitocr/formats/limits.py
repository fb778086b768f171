"""How long or how large a value may be, as keys of a format say it: `length`, `min`, `max`, `digits`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from digitocr.errors import UsageError
from digitocr.formats.constraints import Constraint, between, of_length
from digitocr.formats.dates import Dates, day_of, within

LONGEST = 40  # digits of a value
Digits = tuple[int, int]  # the least and the most digits of a value


def sizes(given: Mapping[str, Any], dates: Dates | None, digits: Digits | None) -> Iterator[Constraint]:
    """What some of the keys hold a value to; `dates` is how it is written if it is a date.

    Raises:
        UsageError: an entry cannot be used.
    """
    longest = digits[1] if digits else None
    if digits:
        yield of_length(*digits)
    if "length" in given:
        least, most = _length(given["length"])
        longest = min(most, longest or most)
        yield of_length(least, most)
    if not ("min" in given or "max" in given):
        return
    if dates and dates.kind != "number":
        yield _between_days(given, dates)
    else:
        yield _between(given, longest)


def shown(value: Any) -> str:
    """A value as it is written in a template."""
    return f'"{value}"' if isinstance(value, str | Path) else str(value)


def is_count(value: Any) -> bool:
    """Whether a value is a whole number, 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _length(length: Any) -> Digits:
    ends = [length, length] if isinstance(length, int) else length
    if not isinstance(ends, Sequence) or len(ends) != 2 or not all(is_count(end) for end in ends):
        raise UsageError(
            f"length = {shown(length)}: a number of digits, or the least and the most as in [4, 6], "
            "was expected"
        )
    least, most = ends
    if least > most or most == 0:
        raise UsageError(f"length = {shown(length)}: there is no such length; the least comes first")
    return least, most


def _between(given: Mapping[str, Any], longest: int | None) -> Constraint:
    least, most = given.get("min", 0), given.get("max")
    for key, end in (("min", least), ("max", most)):
        if end is not None and not is_count(end):
            raise UsageError(
                f"{key} = {shown(end)}: a whole number was expected, with all its digits (12.50 is 1250)"
                + (
                    '; a field of dates says how they are written, as in date = "%d%m%Y"'
                    if day_of(end)
                    else ""
                )
            )
    if most is not None and least > most:
        raise UsageError(f"min = {least} is more than max = {most}; exchange them")
    return between(least, most, longest)


def _between_days(given: Mapping[str, Any], dates: Dates) -> Constraint:
    days = {key: day_of(given[key]) for key in ("min", "max") if key in given}
    for key, day in days.items():
        if day is None:
            raise UsageError(
                f"{key} = {shown(given[key])}: the value is a date, so a day was expected, as in "
                f'{key} = "2026-01-31"'
            )
    least, most = days.get("min"), days.get("max")
    if least and most and least > most:
        raise UsageError(f"min = {least} is after max = {most}; exchange them")
    try:
        return within(dates, least, most)
    except ValueError as error:
        raise UsageError(f"{' and '.join(days)}: {error}; leave it out, or add %Y to the date") from error
