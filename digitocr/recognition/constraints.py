"""What a value can be held to, digit by digit: a pattern, a length, a range, a list.

A constraint answers two questions: whether digits can still become a value, which lets the decoder drop them
as soon as they cannot, and whether they are one.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass


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
