"""Rules across fields as they are written: `total = men + women`, `end >= start`, `sum(count_*) = total`.

Python's own grammar parses them; names, whole numbers, + - *, comparisons and `sum` are all that is taken.
Dates can be compared with dates, and with days in quotes (`start >= "2026-01-31"`), and no more.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from digitocr.errors import UsageError
from digitocr.formats.dates import DAY_S, Dates, day_of

_SUM = re.compile(r"\bsum\(\s*([\w*?]+)\s*\)")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")
_OPERATORS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_EXPECTED = (
    'a comparison of names, whole numbers, + - * and sum(name_*) was expected, as "total = men + women"'
)

NUMBER_TYPE = "number"
RULE_LENGTH, RULE_PARTS = 20_000, 1000  # a sum of 200 fields written out; Python's own stack takes some more

Values = Mapping[str, int]
Compute = Callable[[Values], int]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule across fields.

    Attributes:
        text: The rule as written.
        fields: The fields that it uses.
        holds: Whether values satisfy it.
        exact: Whether it is an equation, which wrong values hardly ever satisfy by chance.
        dates: The fields that are dates, and how they are written.
    """

    text: str
    fields: tuple[str, ...]
    holds: Callable[[Values], bool]
    exact: bool
    dates: Mapping[str, Dates]
    sides: tuple[Compute, ...]

    def allows(self, texts: Mapping[str, str]) -> bool:
        """Whether the texts of its fields, all of which are values, satisfy the rule."""
        values = {name: value_of(texts[name], self.dates.get(name)) for name in self.fields}
        known = {name: value for name, value in values.items() if value is not None}
        return len(known) == len(values) and self.holds(known)

    def solved_for(self, name: str, texts: Mapping[str, str]) -> str | None:
        """The digits of a field that satisfy an equation, by the texts of its other fields.

        None where there are none, or where the rule is no equation of two sides that is linear in the field.
        """
        if not self.exact or len(self.sides) != 2 or self.dates:
            return None
        values = {field: int(texts[field]) for field in self.fields if field != name}

        def difference(value: int) -> int:
            left, right = (side({**values, name: value}) for side in self.sides)
            return left - right

        start, slope = difference(0), difference(1) - difference(0)
        if slope == 0 or start % slope:
            return None
        solution = -start // slope
        return str(solution) if solution >= 0 and difference(solution) == 0 else None


def value_of(text: str, dates: Dates | None) -> int | None:
    """The number that the digits of a field make, for comparisons; None where they are not a date."""
    return dates.moment(text) if dates else int(text)


def parse_rule(text: str, fields: Sequence[str], dates: Mapping[str, Dates] | None = None) -> Rule:
    """Understand one rule.

    Args:
        text: the rule; `=` and `==` are the same.
        fields: the names of a form's fields.
        dates: how those of them are written that are dates.

    Raises:
        UsageError: it is no rule, names a field that is not there, or takes dates for numbers.
    """
    dates = {name: format_ for name, format_ in (dates or {}).items() if format_.kind != NUMBER_TYPE}
    named: dict[str, None] = {}
    written = _EQUALS.sub("==", _SUM.sub(lambda match: f"sum({match[1]!r})", text))
    try:
        body = ast.parse(written.strip()[:RULE_LENGTH], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f'rule "{text[:200]}" cannot be understood; {_EXPECTED}') from error
    if len(written) > RULE_LENGTH or sum(1 for _ in ast.walk(body)) > RULE_PARTS:
        raise UsageError(
            f'rule "{text[:40]}...": longer than rules may be ({RULE_PARTS} names, numbers and signs); write '
            "it as several, or with sum(name_*)"
        )
    if not isinstance(body, ast.Compare):
        raise UsageError(f'rule "{text}" compares nothing; {_EXPECTED}')
    # A sum is of the other fields: `sum(ward_*) = ward_total` is not meant to count the total twice.
    written_out = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
    scope = _Scope(text, tuple(fields), frozenset(written_out), named, dates)
    written_sides = (body.left, *body.comparators)
    sides = [_compute(side, scope) for side in written_sides]
    _check_kinds([_kind(side, scope) for side in written_sides], scope)
    comparisons = [_COMPARISONS.get(type(comparison)) for comparison in body.ops]
    known = [comparison for comparison in comparisons if comparison]
    if len(known) < len(comparisons):
        raise UsageError(f'rule "{text}" compares by what is no comparison of numbers; {_EXPECTED}')
    if not named:
        raise UsageError(f'rule "{text}" names no field; {_EXPECTED}')

    def holds(values: Values) -> bool:
        numbers = [side(values) for side in sides]
        return all(compare(*pair) for compare, *pair in zip(known, numbers[:-1], numbers[1:], strict=True))

    own = {name: dates[name] for name in named if name in dates}
    return Rule(text, tuple(named), holds, operator.eq in known, own, tuple(sides))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a rule is parsed with.

    Attributes:
        rule: Its text.
        fields: The names of the form's fields.
        written_out: The fields that the rule names outside of `sum`.
        named: The fields that it uses, in order; parsing adds to them.
        dates: The fields that are dates.
    """

    rule: str
    fields: tuple[str, ...]
    written_out: frozenset[str]
    named: dict[str, None]
    dates: Mapping[str, Dates]


def _kind(side: ast.expr, scope: _Scope) -> str:
    """The kind of a side of a comparison: a number, or a kind of date."""
    match side:
        case ast.Name(id=name) if name in scope.dates:
            return scope.dates[name].kind
        case ast.Constant(value=str(day)) if day_of(day):
            return "date"
    return NUMBER_TYPE


def _check_kinds(kinds: Sequence[str], scope: _Scope) -> None:
    unlike = [kind for kind in dict.fromkeys(kinds) if kind != kinds[0]]
    if unlike:
        raise UsageError(
            f'rule "{scope.rule}": a {kinds[0]} is compared with a {unlike[0]}; dates can be compared with '
            'dates alone, as in "end >= start" or "end >= \'2026-01-31\'"'
        )


def _check_terms(terms: Sequence[ast.expr], scope: _Scope) -> None:
    """Refuse a term of a sum that is not a number."""
    for term in terms:
        kind = _kind(term, scope)
        if kind != NUMBER_TYPE:
            raise UsageError(
                f'rule "{scope.rule}": {ast.unparse(term)} is a {kind}, which is no part of a sum; dates '
                'can be compared with dates alone, as in "end >= start"'
            )


def _compute(node: ast.expr, scope: _Scope) -> Compute:
    """The function that computes a part of a rule from the values of the fields."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return lambda values: number
        case ast.Constant(value=str(text)) if day := day_of(text):
            moment = DAY_S * day.toordinal()
            return lambda values: moment
        case ast.Name(id=name):
            _check(name, scope)
            scope.named[name] = None
            return lambda values: values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check_terms((operand,), scope)
            inner = _compute(operand, scope)
            return lambda values: -inner(values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            combine = _OPERATORS[type(op)]
            _check_terms((left, right), scope)
            first, second = (_compute(part, scope) for part in (left, right))
            return lambda values: combine(first(values), second(values))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Constant(value=str(pattern))], keywords=[]):
            matching = [name for name in scope.fields if fnmatchcase(name, pattern)]
            names = [name for name in matching if name not in scope.written_out]
            if not names:
                raise UsageError(
                    f'rule "{scope.rule}": no other field is named like {pattern}; there are '
                    f"{', '.join(scope.fields)}"
                )
            _check_terms([ast.Name(name) for name in names], scope)
            scope.named.update(dict.fromkeys(names))
            return lambda values: sum(values[name] for name in names)
    raise UsageError(f'rule "{scope.rule}": "{ast.unparse(node)}" cannot be part of a rule; {_EXPECTED}')


def _check(name: str, scope: _Scope) -> None:
    if name in scope.fields:
        return
    near = get_close_matches(name, scope.fields, 3)
    meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(scope.fields)}"
    raise UsageError(f'rule "{scope.rule}": there is no field {name}; {meant}')
