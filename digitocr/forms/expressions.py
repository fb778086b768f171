"""Rules across fields as they are written: `total = men + women`, `end >= start`, `sum(count_*) = total`.

Python's own grammar parses them; names, whole numbers, + - *, comparisons and `sum` are all that is taken.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from digitocr.errors import UsageError

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

Values = Mapping[str, int]
Compute = Callable[[Values], int]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule as it was written, the fields that it speaks of, and whether their values satisfy it.

    `exact` is an equation, which wrong values hardly ever satisfy by chance.
    """

    text: str
    fields: tuple[str, ...]
    holds: Callable[[Values], bool]
    exact: bool


def parse_rule(text: str, fields: Sequence[str]) -> Rule:
    """Understand one rule.

    Args:
        text: the rule; `=` and `==` are the same.
        fields: the names of a form's fields.

    Raises:
        UsageError: it is no rule, or names a field that is not there.
    """
    named: dict[str, None] = {}
    written = _EQUALS.sub("==", _SUM.sub(lambda found: f"sum({found[1]!r})", text))
    try:
        body = ast.parse(written.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise UsageError(f'rule "{text}" cannot be understood; {_EXPECTED}') from error
    if not isinstance(body, ast.Compare):
        raise UsageError(f'rule "{text}" compares nothing; {_EXPECTED}')
    # A sum is of the other fields: `sum(ward_*) = ward_total` is not meant to count the total twice.
    written_out = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
    scope = _Scope(text, tuple(fields), frozenset(written_out), named)
    sides = [_compute(side, scope) for side in (body.left, *body.comparators)]
    comparisons = [_COMPARISONS.get(type(comparison)) for comparison in body.ops]
    known = [comparison for comparison in comparisons if comparison]
    if len(known) < len(comparisons):
        raise UsageError(f'rule "{text}" compares by what is no comparison of numbers; {_EXPECTED}')
    if not named:
        raise UsageError(f'rule "{text}" names no field; {_EXPECTED}')

    def holds(values: Values) -> bool:
        numbers = [side(values) for side in sides]
        return all(compare(*pair) for compare, *pair in zip(known, numbers[:-1], numbers[1:], strict=True))

    return Rule(text, tuple(named), holds, operator.eq in known)


@dataclass(frozen=True, slots=True)
class _Scope:
    """A rule, a form's fields, those that the rule writes out; to `named` those that it uses are added."""

    rule: str
    fields: tuple[str, ...]
    written_out: frozenset[str]
    named: dict[str, None]


def _compute(node: ast.expr, scope: _Scope) -> Compute:
    """What a part of a rule comes to."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return lambda values: number
        case ast.Name(id=name):
            _check(name, scope)
            scope.named[name] = None
            return lambda values: values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _compute(operand, scope)
            return lambda values: -inner(values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            combine = _OPERATORS[type(op)]
            one, other = (_compute(part, scope) for part in (left, right))
            return lambda values: combine(one(values), other(values))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Constant(value=str(pattern))], keywords=[]):
            alike = [name for name in scope.fields if fnmatchcase(name, pattern)]
            names = [name for name in alike if name not in scope.written_out]
            if not names:
                raise UsageError(
                    f'rule "{scope.rule}": no other field is named like {pattern}; there are '
                    f"{', '.join(scope.fields)}"
                )
            scope.named.update(dict.fromkeys(names))
            return lambda values: sum(values[name] for name in names)
    raise UsageError(f'rule "{scope.rule}": "{ast.unparse(node)}" cannot be part of a rule; {_EXPECTED}')


def _check(name: str, scope: _Scope) -> None:
    if name in scope.fields:
        return
    near = get_close_matches(name, scope.fields, 3)
    meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(scope.fields)}"
    raise UsageError(f'rule "{scope.rule}": there is no field {name}; {meant}')
