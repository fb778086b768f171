"""What is wrong with a template's TOML, all of it at once, in words that say how to mend it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Any

from digitocr.errors import UsageError
from digitocr.formats.dates import Dates
from digitocr.formats.formats import FORMAT_KEYS, Format, make_format
from digitocr.forms.rules.expressions import parse_rule
from digitocr.records import Box

SCHEMA = "digitocr-template/1"
KINDS = ("boxes", "cell", "blank")
OVERLAP_MAX = 0.1  # of the smaller box: neighbours share a printed line, and people draw by eye

_PAGE_KEYS = {"schema": str, "name": str, "width": int, "height": int, "reference": str}
_TEMPLATE_KEYS = (*_PAGE_KEYS, "rules", "field")
_FIELD_KEYS = ("name", "box", "kind", "digits", "cells", *FORMAT_KEYS)
_TYPE_NAMES = {str: "a text in quotes", int: "a whole number above 0"}


def problems_of(table: Mapping[str, Any], folder: Path) -> list[str]:
    """Everything wrong with a template as TOML gives it, a line each; an empty list where nothing is.

    `folder` is the template's, where files that it names are.
    """
    problems = [*_unknown_keys("the top", table, _TEMPLATE_KEYS), *_page_problems(table)]
    entries = table.get("field")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        problems.append("field: expected at least one [[field]] with a name and a box; add one")
        entries = []
    page = _page_box(table)
    for number, entry in enumerate(entries, 1):
        where = _where(number, entry)
        problems += _unknown_keys(where, entry, _FIELD_KEYS)
        problems += [f"{where}: {problem}" for problem in _field_problems(entry, page)]
        problems += [f"{where}: {problem}" for problem in _format_problems(entry, folder)]
    problems += _duplicates(entries)
    problems += _overlaps(entries)
    problems += _rule_problems(table.get("rules", []), entries, folder)
    return problems


def _where(number: int, entry: Mapping[str, Any]) -> str:
    return f'field {number}, "{entry["name"]}"' if _named(entry) else f"field {number}"


def _named(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("name"), str) and entry["name"].strip() != ""


def _unknown_keys(where: str, table: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1, 0.6)
            meant = f"did you mean {near[0]}?" if near else f"expected {', '.join(known)}"
            yield f"{where}: there is no key {key}; {meant}"


def _page_problems(table: Mapping[str, Any]) -> Iterator[str]:
    for key, kind in _PAGE_KEYS.items():
        if key not in table:
            yield f"{key} is missing; add it, {_TYPE_NAMES[kind]}"
        elif not _is(table[key], kind):
            yield f"{key}: expected {_TYPE_NAMES[kind]}, not {table[key]!r}"
    if _is(table.get("schema"), str) and table["schema"] != SCHEMA:
        yield f'schema: expected "{SCHEMA}", not "{table["schema"]}"; this digitocr reads no other'


def _is(value: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, str) and value.strip() != ""


def _page_box(table: Mapping[str, Any]) -> Box | None:
    width, height = table.get("width"), table.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        return None
    return Box(0, 0, width, height)


def _field_problems(entry: Mapping[str, Any], page: Box | None) -> Iterator[str]:
    if not _named(entry):
        yield 'expected a name, such as name = "total"; add it'
    box = _box(entry.get("box"))
    if box is None:
        yield _no_box("box", entry.get("box"))
    elif page and not page.contains(box):
        yield (
            f"box: {entry['box']} leaves the page, which is {page.width} x {page.height}; "
            "give it in pixels of the page"
        )
    kind = entry.get("kind", KINDS[0])
    if kind not in KINDS:
        yield f"kind: expected one of {', '.join(KINDS)}, not {kind!r}"
    if "digits" in entry and digits_of(entry) is None:
        yield (
            f"digits: expected {_TYPE_NAMES[int]}, not {entry['digits']!r}, "
            "or the least and the most as in [2, 4]; leave it out where it is not known"
        )
    yield from _cell_problems(entry, box)


def _cell_problems(entry: Mapping[str, Any], box: Box | None) -> Iterator[str]:
    cells = entry.get("cells", [])
    if not isinstance(cells, list):
        yield f"cells: expected a list of boxes, not {cells!r}"
        return
    for given in cells:
        cell = _box(given)
        if cell is None:
            yield _no_box("cells", given)
        elif box and not box.contains(cell):
            yield f"cells: {given} leaves the field's box {entry['box']}; mend one of the two"
    digits = digits_of(entry)
    if cells and digits and digits[1] != len(cells):
        yield (
            f"digits is {digits[1]}, but there are {len(cells)} cells; mend one of the two, "
            "or leave cells out"
        )


def digits_of(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    """The least and the most digits that a field's entry gives; None where it gives none that can be used."""
    digits = entry.get("digits")
    ends: list[Any] = digits if isinstance(digits, list) else [1, digits]
    if len(ends) != 2 or not all(_is(end, int) for end in ends) or ends[0] > ends[1]:
        return None
    return int(ends[0]), int(ends[1])


def _box(value: Any) -> Box | None:
    if not isinstance(value, list) or len(value) != 4 or not all(type(v) is int for v in value):
        return None
    box = Box(*value)
    return box if box.width > 0 and box.height > 0 else None


def _no_box(key: str, value: Any) -> str:
    wrong = "is missing" if value is None else f"{value!r} is no box"
    return f"{key}: {wrong}; expected [left, top, right, bottom] in whole pixels, left < right, top < bottom"


def _duplicates(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        if not _named(entry):
            continue
        name = entry["name"]
        if name in first:
            yield f"{_where(number, entry)}: field {first[name]} is called so too; give it another name"
        first.setdefault(name, number)


def _overlaps(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    boxes = [(n, e, box) for n, e in enumerate(entries, 1) if (box := _box(e.get("box")))]
    for (_, before, a), (number, entry, b) in combinations(boxes, 2):
        if a.intersection_area(b) > OVERLAP_MAX * min(a.area, b.area):
            yield (
                f'{_where(number, entry)}: its box {entry["box"]} overlaps that of "{before.get("name")}", '
                f"{before['box']}; draw them apart, or take one out"
            )


def _format_problems(entry: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """What `recognition.formats` says against a field's format keys."""
    try:
        _format(entry, folder)
    except UsageError as error:
        yield str(error)


def _format(entry: Mapping[str, Any], folder: Path) -> Format | None:
    digits = None if entry.get("cells") else digits_of(entry)
    return make_format({key: entry[key] for key in FORMAT_KEYS if key in entry}, folder=folder, digits=digits)


def _rule_problems(rules: Any, entries: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """What `forms.expressions` says against the rules across fields."""
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        yield f'rules: expected a list of texts, such as ["total = men + women"], not {rules!r}'
        return
    names = [entry["name"] for entry in entries if _named(entry)]
    dates: dict[str, Dates] = {}
    for entry in entries if rules else ():
        with suppress(UsageError):  # said already
            held = _format(entry, folder)
            if held and held.dates and _named(entry):
                dates[entry["name"]] = held.dates
    for rule in rules:
        try:
            parse_rule(rule, names, dates)
        except UsageError as error:
            yield str(error)
