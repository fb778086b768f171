"""Numbers with what stands in and about them: amounts, percentages, dates, times, ranges, references."""

from collections.abc import Callable
from itertools import groupby

import numpy as np

from digitocr.alphabet import DIGITS, OTHER, symbol_of

CURRENCIES = "$$$\N{EURO SIGN}\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}\N{INDIAN RUPEE SIGN}\N{WON SIGN}"
NAMES = ("EUR", "USD", "CHF", "Fr", "kr", "Rs", "Ft", "kg", "cm", "km", "lb", "Pcs", "am", "h", "x", "m")
SUPERSCRIPTS = "\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}\N{DEGREE SIGN}\N{DEGREE SIGN}\N{SUPERSCRIPT ONE}"
MINUSES = "--\N{MINUS SIGN}\N{EN DASH}"
Random = np.random.Generator


def signed_text(rng: Random) -> str:
    """A number with signs, as bills, tables, forms and letters have it."""
    return str(_AMOUNT_KINDS[int(rng.choice(len(_AMOUNT_KINDS), p=_AMOUNT_SHARES))](rng))


def symbols_of(text: str, *, spaces: bool = True) -> str:
    """What a line recogniser is to say of a written text: letters are one symbol, however many.

    Args:
        text: what is written, as characters.
        spaces: whether blanks are wide enough to be seen.

    >>> symbols_of("EUR 1,262.35 net") == OTHER + " 1,262.35 " + OTHER
    True
    """
    words = text.split()
    symbols = (" " if spaces else "").join("".join(map(symbol_of, word)) for word in words)
    parts = ["".join(run) for _, run in groupby(symbols, OTHER.__eq__)]
    joined = "".join(OTHER if part[0] == OTHER else part for part in parts)
    while f"{OTHER} {OTHER}" in joined:  # a phrase is one, too
        joined = joined.replace(f"{OTHER} {OTHER}", OTHER)
    return joined


def digits_text(rng: Random, least: int, most: int) -> str:
    """So many digits, at random; amounts are often round."""
    count = int(rng.integers(least, most + 1))
    digits = "".join(map(str, rng.integers(0, 10, count)))
    return digits if rng.random() < 0.75 else digits[:1] + "0" * (count - 1)


def _grouped(rng: Random) -> str:
    """An amount with or without a separator of thousands, and with or without decimals."""
    separator, point = [(",", "."), (".", ","), ("'", "."), (" ", ","), ("", "."), ("", ",")][rng.integers(6)]
    whole = str(int(digits_text(rng, 1, int(rng.choice([3, 4, 6, 7])))))
    if separator:
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
        whole = separator.join(reversed(groups))
    decimals = int(rng.choice([0, 1, 2, 3], p=[0.3, 0.1, 0.5, 0.1]))
    return whole + (point + digits_text(rng, decimals, decimals) if decimals else "")


def _amount(rng: Random) -> str:
    amount, chance = _grouped(rng), rng.random()
    currency = CURRENCIES[rng.integers(len(CURRENCIES))]
    between = " " if rng.random() < 0.4 else ""
    if chance < 0.4:
        amount = currency + between + amount
    elif chance < 0.65:
        amount = amount + between + currency
    elif chance < 0.75:
        amount = _name(rng) + " " + amount
    elif chance < 0.85:
        amount = amount + " " + _name(rng)
    return amount


def _name(rng: Random) -> str:
    return str(rng.choice(NAMES))


def _negative(rng: Random) -> str:
    amount, chance = _grouped(rng) if rng.random() < 0.6 else _amount(rng), rng.random()
    if chance < 0.4:
        return MINUSES[rng.integers(len(MINUSES))] + amount
    return f"({amount})" if chance < 0.75 else f"+{amount}" if chance < 0.88 else f"{amount}-"


def _percentage(rng: Random) -> str:
    number = digits_text(rng, 1, 2) + (
        rng.choice([".", ","]) + digits_text(rng, 1, 2) if rng.random() < 0.5 else ""
    )
    sign = rng.choice(["", "", "", "-", "+"])
    return f"{sign}{number}{' ' if rng.random() < 0.25 else ''}%"


def _date(rng: Random) -> str:
    day, month, year = (
        int(rng.integers(1, 32)),
        int(rng.integers(1, 13)),
        int(rng.integers(1900, 2060)),
    )
    by = str(rng.choice(["/", "-", ".", "/", " "]))
    width = 2 if rng.random() < 0.7 else 1
    parts = [
        f"{day:0{width}d}",
        f"{month:0{width}d}",
        f"{year}" if rng.random() < 0.7 else f"{year % 100:02d}",
    ]
    if rng.random() < 0.3:
        parts = [str(year), f"{month:02d}", f"{day:02d}"]
    return by.join(parts[: 2 if rng.random() < 0.15 else 3])


def _time(rng: Random) -> str:
    parts = [f"{rng.integers(0, 24)}", f"{rng.integers(0, 60):02d}", f"{rng.integers(0, 60):02d}"]
    return ":".join(parts[: 2 if rng.random() < 0.75 else 3])


def _range(rng: Random) -> str:
    by = str(rng.choice(["-", "\N{EN DASH}", " - ", "/", " ", "-"]))
    return digits_text(rng, 1, 5) + by + digits_text(rng, 1, 5)


def _reference(rng: Random) -> str:
    number, chance = digits_text(rng, 1, 6), rng.random()
    if chance < 0.25:
        return f"#{number}"
    if chance < 0.4:
        return f"{'*' * int(rng.integers(1, 4))}{number}{rng.choice(['', '*', '**'])}"
    if chance < 0.55:
        return f"{_name(rng)}{rng.choice(['', ' ', '.', ': '])}{number}"
    if chance < 0.7:
        return f"({digits_text(rng, 2, 4)}) {digits_text(rng, 3, 4)}-{digits_text(rng, 2, 4)}"
    if chance < 0.85:
        return f"{number}{SUPERSCRIPTS[rng.integers(len(SUPERSCRIPTS))]}{rng.choice(['', '', 'C', 'F'])}"
    return str(rng.choice(["= ", "=", ": ", "- ", "+ ", '" '])) + number


_AMOUNT_KINDS: tuple[Callable[[Random], str], ...] = (
    _amount,
    _negative,
    _percentage,
    _date,
    _time,
    _range,
    _reference,
)
_AMOUNT_SHARES = (0.3, 0.15, 0.12, 0.15, 0.04, 0.1, 0.14)


def even_text(rng: Random) -> str:
    """A code of six to ten digits, as forms and devices have them."""
    return "".join(map(str, rng.integers(0, 10, int(rng.choice([6, 7, 8, 8, 8, 8, 9, 10])))))


def round_text(rng: Random) -> str:
    """A number that ends in zeros, as counts of hours, litres and coins often do: `5,300`, `12000.-`."""
    whole, mark = str(rng.integers(1, 10 ** int(rng.integers(1, 4)))), str(rng.choice([",", ",", ".", ""]))
    zeros = "000" if rng.random() < 0.25 else f"{rng.integers(0, 10)}00"
    return whole + mark + zeros + (str(rng.choice([".-", "-", "=", ".", ",-"])) if rng.random() < 0.2 else "")


def single_text(rng: Random) -> str:
    """One digit alone, a 1 more often than others."""
    return "1" if rng.random() < 0.25 else DIGITS[rng.integers(10)]
