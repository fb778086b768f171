"""What the recognisers tell apart: of a candidate ten digits and the reject class, of a line also signs.

Standard library only: the ground floor.
"""

from unicodedata import category

DIGITS = "0123456789"
BLANK = len(DIGITS)  # the CTC blank's place in the alphabet: no character stands in this time step
SIGNS = ".,-/:'()+%#*= "
CURRENCY = "\N{CURRENCY SIGN}"  # stands for any: $, £, €, ...
OTHER = "\N{REPLACEMENT CHARACTER}"  # letters and everything else that is written
ALPHABET = (*DIGITS, "", *SIGNS, CURRENCY, OTHER)

# The classifier of candidate images.
LABELS = (*DIGITS, "not-a-digit")
NOT_A_DIGIT = len(DIGITS)  # the index of the reject class
CROP_SHAPE = (28, 28)  # height and width of a candidate image

_MINUS, _QUOTES = "\N{MINUS SIGN}", "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}`"


def symbol_of(character: str) -> str:
    """The member of the alphabet that stands for a character.

    >>> [symbol_of(character) for character in "7$-w"] == ["7", CURRENCY, "-", OTHER]
    True
    """
    if character in ALPHABET and character:
        return character
    kind = category(character)
    if kind == "Sc":
        return CURRENCY
    if kind == "Pd" or character == _MINUS:
        return "-"
    return "'" if character in _QUOTES else OTHER


def with_digits(written: str, text: str) -> str:
    """`written` with the digits of `text` in place of its own; `text` where they are more or fewer.

    >>> with_digits("-1,234", "1284"), with_digits("1.5", "158")
    ('-1,284', '158')
    """
    if sum(map(_is_digit, written)) != len(text):
        return text
    digits = iter(text)
    return "".join(next(digits) if _is_digit(character) else character for character in written)


def digits_of(written: str) -> str:
    """The digits alone of what is written."""
    return "".join(filter(_is_digit, written))


def _is_digit(character: str) -> bool:
    return character in DIGITS
