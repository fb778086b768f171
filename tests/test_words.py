"""Names are the field's words, and a constant's name means one thing. Add folders as they are gone over."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "digitocr"
FOLDERS = (
    "datasets", "forms", "imaging", "layout", "recognition", "segmentation", "synthesis", "training"
)  # fmt: skip
CHECKED = [
    *sorted(path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py")),
    PACKAGE / "boxes.py",
    PACKAGE / "decoding" / "beam_search.py",
    PACKAGE / "decoding" / "lattice.py",
]
# A noun says what a thing is; these say only that it is one, was found, or is there.
GENERIC = ("one", "found", "seen", "told", "there", "place", "places", "aside", "alike", "print_")
COINED = ("hat", "walls", "crossed", "anchored", "stray", "landmarks", "guess", "meet", "around", "judge")
COINED += ("opinion", "confine", "strained", "tune", "hopeless", "unprint")
BANNED = {*GENERIC, *COINED}


def names_of(tree):
    """Every name that a module gives: to functions, classes, parameters and variables, comprehensions too."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno


def constants_of(tree):
    """The constants of a module and what they are, as source text."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
            target, value = node.targets[0], node.value
            pairs = (
                zip(target.elts, value.elts, strict=True)
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                else [(target, value)]
            )
            for name, what in pairs:
                if isinstance(name, ast.Name) and name.id.isupper():
                    yield name.id, ast.unparse(what)


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_say_what_a_thing_is(path):
    banned = [
        f"{name}, line {line}" for name, line in names_of(ast.parse(path.read_text())) if name in BANNED
    ]
    assert not banned


def test_no_constant_has_a_namesake_with_another_meaning():
    homes = defaultdict(dict)
    for path in CHECKED:
        for name, value in constants_of(ast.parse(path.read_text())):
            homes[name][str(path.relative_to(PACKAGE))] = value
    assert not {name: where for name, where in homes.items() if len(where) > 1}
