"""What a value may be, as its field or the user says: a format holds the decoder to it, digit by digit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from digitocr.alphabet import DIGITS
from digitocr.errors import UsageError
from digitocr.formats import named_formats
from digitocr.formats.constraints import Constraint, matching, of_length, one_of
from digitocr.formats.dates import Dates, dated, dates_written
from digitocr.formats.emptiness import none_fits
from digitocr.formats.limits import LONGEST, Digits, shown, sizes
from digitocr.formats.listed_values import listed_values

FORMAT_KEYS = ("format", "pattern", "length", "min", "max", "date", "values", "checksum")
FOLLOWED = 1 << 16  # prefixes of which it is kept what may follow
# Digits of a number that is known to have a check digit and no length: 0 alone is a valid one by most kinds.
CHECKED_DIGITS_MIN = 4


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """All that a value is held to; every constraint holds.

    `name` is for messages. `postal` is that of postal codes, of which an envelope has one that counts.
    `dates` is how values are written that are dates.
    """

    name: str
    constraints: tuple[Constraint, ...]
    postal: bool = False
    dates: Dates | None = None

    def narrowed(self, other: "Format | None") -> "Format":
        """This format, and what `other` holds values to besides."""
        if other is None:
            return self
        name = f"{self.name} and {other.name}"
        return replace(self, name=name, constraints=(*self.constraints, *other.constraints))

    @property
    def shortest(self) -> int:
        """A value has so many digits at least."""
        return max((constraint.shortest for constraint in self.constraints), default=1)

    def viable(self, prefix: str) -> bool:
        """Whether a string of digits may begin a value."""
        return all(constraint.viable(prefix) for constraint in self.constraints)

    def following(self, prefix: str) -> str:
        """The digits that may stand after others, in rising order."""
        return _following(self, prefix)

    def accepts(self, text: str) -> bool:
        """Whether a string of digits is a value."""
        return bool(text) and all(constraint.accepts(text) for constraint in self.constraints)


@lru_cache(maxsize=FOLLOWED)
def _following(allowed: Format, prefix: str) -> str:
    # Rows of a page share their prefixes, and what a pattern says of each takes longer than to look it up.
    return "".join(digit for digit in DIGITS if allowed.viable(prefix + digit))


def make_format(
    spec: Mapping[str, Any], where: str = "", folder: Path | None = None, digits: Digits | None = None
) -> Format | None:
    """The format that some `FORMAT_KEYS` describe, and how many digits there is room for; None for neither.

    Args:
        spec: `format` a name, `pattern` a regular expression, `length` a number of digits or the least and
            the most, `min` and `max` numbers or days as "2026-01-31", `date` as strptime writes it, `values`
            a list or a file with one a line, `checksum` a kind of check digit. The digits alone are meant:
            12.50 is 1250.
        where: what stands before every message, such as the file and the field.
        folder: where a file of values is looked for.
        digits: the least and the most digits of a value.

    Raises:
        UsageError: an entry cannot be used, or no digits satisfy them all.
    """
    try:
        return _make(spec, folder, digits)
    except UsageError as error:
        raise UsageError(f"{where}: {error}" if where else str(error)) from error


def format_of(names: str | Sequence[str] | None, pattern: str | None) -> Format | None:
    """The format of the command line's `--format` and `--pattern`; made once.

    Args:
        names: named formats, of which a value has one.
        pattern: a regular expression that every value matches.

    Raises:
        UsageError: as `make_format`.
    """
    return _format_of((names,) if isinstance(names, str) else tuple(names or ()), pattern)


@lru_cache(maxsize=8)
def _format_of(names: tuple[str, ...], pattern: str | None) -> Format | None:
    made = [make_format({"format": name, "pattern": pattern}) for name in names or (None,)]
    known = [each for each in made if each]
    return _any_of(known) if len(known) > 1 else made[0]


def _any_of(formats: Sequence[Format]) -> Format:
    """The format of values that have one of several; of postal codes only if all are those."""
    constraint = Constraint(
        lambda prefix: any(each.viable(prefix) for each in formats),
        lambda text: any(each.accepts(text) for each in formats),
        min(each.shortest for each in formats),
    )
    name = " or ".join(each.name for each in formats)
    return Format(name, (constraint,), all(each.postal for each in formats))


def _make(spec: Mapping[str, Any], folder: Path | None, digits: Digits | None) -> Format | None:
    given = {key: value for key, value in spec.items() if value is not None}
    for key in given:
        if key not in FORMAT_KEYS:
            raise UsageError(
                f'"{key}" is no part of a format{_nearest(key, FORMAT_KEYS)}; use {", ".join(FORMAT_KEYS)}'
            )
    if not given and not digits:
        return None
    named = _text("format", given["format"]) if "format" in given else ""
    written = [*([named] if "%" in named else []), *([given["date"]] if "date" in given else [])]
    dates = [_dates(text) for text in written]
    constraints = [
        *([_named(named)] if named and "%" not in named else []),
        *(_MAKERS[key](given[key]) for key in ("pattern", "checksum") if key in given),
        *(dated(text) for text in dates),
        *([one_of(listed_values(given["values"], folder))] if "values" in given else []),
        *sizes(given, dates[-1] if dates else None, digits),
    ]
    if given.keys() == {"format"} and not digits and max(c.shortest for c in constraints) == 1:
        constraints.append(of_length(CHECKED_DIGITS_MIN, LONGEST))
    described = {**given, "digits": list(digits)} if digits else given
    name = " and ".join(f"{key} {shown(value)}" for key, value in described.items())
    postal = named_formats.POSTAL_NAME.fullmatch(named.lower()) is not None
    made = Format(name, tuple(constraints), postal, dates[-1] if dates else None)
    if none_fits(made.viable, made.accepts):
        raise UsageError(f"{name}: no digits satisfy this; correct it, or leave some of it out")
    return made


def _named(name: str) -> Constraint:
    lower = name.lower()
    if postal := named_formats.POSTAL_NAME.fullmatch(lower):
        return _postal(name, postal[1])
    if iban := named_formats.IBAN_NAME.fullmatch(lower):
        check = named_formats.iban_check(iban[1])
        if check is None:
            raise UsageError(f'format "{name}": no IBAN begins with {iban[1].upper()}; use one as de-iban')
        return Constraint(lambda prefix: len(prefix) <= 32, check)
    if lower == "iban":
        raise UsageError(
            'format "iban": its country is written in letters, which are not read; name it, as in de-iban'
        )
    if lower == "date":
        raise UsageError('format "date": say how it is written, as in date = "%d%m%Y" or --format %d%m%Y')
    return _checksum(name, "format")


def _postal(name: str, country: str) -> Constraint:
    pattern = named_formats.postal_pattern(country)
    if pattern is None:
        raise UsageError(
            f'format "{name}": no postal codes are known of "{country.upper()}"; give the ISO code of a '
            'country that has them, as in de-postal, or the digits as a pattern, as in "[0-9]{5}"'
        )
    made = matching(pattern)
    examples = named_formats.postal_examples(country)
    if not any(digits.isdigit() and made.accepts(digits) for digits in examples.values()):
        raise UsageError(
            f'format "{name}": the postal codes of {country.upper()} hold letters '
            f"({next(iter(examples), '')}), and only digits are read; give the digits that you "
            'want as a pattern, as in "[0-9]{4}"'
        )
    return made


def _matching(pattern: Any) -> Constraint:
    import regex

    try:
        return matching(_text("pattern", pattern))
    except (RecursionError, MemoryError, OverflowError) as error:
        raise UsageError("pattern: too deep or too long; write a simpler one") from error
    except regex.error as error:
        raise UsageError(
            f'pattern "{pattern}" is no regular expression ({error}); write one over digits, as in '
            '"[1-9][0-9]{4}"'
        ) from error


def _dates(written: Any) -> Dates:
    try:
        return dates_written(_text("date", written))
    except ValueError as error:
        raise UsageError(f'date "{written}" is no way to write a date: {error}, as in "%d%m%Y"') from error


def _checksum(name: Any, key: str = "checksum") -> Constraint:
    check = named_formats.checksum_check(_text(key, name).lower())
    if check is None:
        usual = named_formats.CHECKSUMS_USUAL
        if key == "format":
            usual = (*named_formats.POSTAL_USUAL, *usual)
        nearest = _nearest(str(name).lower(), named_formats.known_names())
        raise UsageError(f'{key} "{name}" is not known{nearest}; use one as {", ".join(usual)} or nl.bsn')
    lengths = named_formats.checksum_lengths(str(name).strip().lower(), LONGEST)
    least, most = min(lengths, default=1), max(lengths, default=LONGEST)
    return Constraint(lambda prefix: len(prefix) <= most, check, least)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{key} = {shown(value)}: a text was expected, in quotes")
    return value.strip()


def _nearest(name: str, names: Iterator[str] | Sequence[str]) -> str:
    near = get_close_matches(name, list(dict.fromkeys(names)), 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


_MAKERS: Mapping[str, Callable[[Any], Constraint]] = {
    "pattern": _matching,
    "checksum": _checksum,
}
