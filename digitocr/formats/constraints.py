"""What a value can be held to, digit by digit: a pattern, a length, a range, a list.

A constraint answers two questions: whether digits can still become a value, which lets the decoder drop them
as soon as they cannot, and whether they are one.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass

from digitocr.errors import UsageError

SPECIAL = re.compile(r"\(\?(?!:|P<)")  # what looks ahead or behind, and the like
DIGITS_TRIED_MAX = 33  # digits: no format wants so many
RECURSIVE = re.compile(r"\(\?(?:R|[0-9]|[+-][0-9]|&|P>)")
PATTERN_LENGTH = 1000  # that of the longest postal code has 80
MATCH_S = 0.02  # of processor time; postal codes and dates take a thousandth of it


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """`viable` says whether a string of digits may begin a value, `accepts` whether it is one.

    A value has at least `shortest` digits.
    """

    viable: Callable[[str], bool]
    accepts: Callable[[str], bool]
    shortest: int = 1


def matching(pattern: str) -> Constraint:
    """Values that a regular expression matches whole.

    Raises:
        regex.error: it is none.
        UsageError: it is too long, or calls itself.
    """
    import regex

    if len(pattern) > PATTERN_LENGTH or RECURSIVE.search(pattern):
        raise UsageError(
            f"pattern: longer than {PATTERN_LENGTH} characters, or one that calls itself; write a simpler one"
        )
    compiled = regex.compile(pattern, regex.ASCII)

    def matches(text: str, *, partial: bool) -> bool:
        try:
            return compiled.fullmatch(text, partial=partial, timeout=MATCH_S) is not None
        except TimeoutError as error:
            raise UsageError(
                f'pattern "{pattern}": takes too long to match; write it without repeats inside repeats, as '
                '"1+2" for "(1|11)*2"'
            ) from error

    return Constraint(
        lambda prefix: matches(prefix, partial=True),
        lambda text: matches(text, partial=False),
        _shortest(pattern),
    )


def _shortest(pattern: str) -> int:
    """The least digits that a regular expression matches, as far as that can be told."""
    import regex

    if SPECIAL.search(pattern):
        return 1
    # Whatever it wants to see where, any other digit will do: then the number of digits alone decides.
    loose = regex.compile(f"(?:{pattern}){{s}}", regex.ASCII)
    try:
        lengths = (n for n in range(1, DIGITS_TRIED_MAX) if loose.fullmatch("0" * n, timeout=MATCH_S))
        return next(lengths, 1)
    except TimeoutError:
        return 1


def of_length(least: int, most: int) -> Constraint:
    """Values of `least` to `most` digits."""
    return Constraint(
        lambda prefix: len(prefix) <= most, lambda text: least <= len(text) <= most, max(1, least)
    )


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
        index = bisect_left(ordered, prefix)
        return index < len(ordered) and ordered[index].startswith(prefix)

    return Constraint(viable, known.__contains__, max(1, min(map(len, ordered), default=1)))
