"""Names are the field's words, and a name of a module stands for one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "digitocr"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Keys of what a command writes, which scripts know.
WRITTEN_KEYS = {("evaluation/pages.py", "found")}
# A noun says what a thing is; these say only that it is one, was found, or is there.
GENERIC = ("one", "found", "seen", "told", "there", "place", "places", "aside", "alike", "print_")
GENERIC += ("rest", "thing", "way", "ways", "how", "few", "stuff")
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


def module_names(path):
    """The constants and classes of a module with where it is, its type aliases with what they stand for."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            yield node.name, path
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            for name in names:
                if name.isupper():
                    yield name, path
                elif name.lstrip("_")[:1].isupper():
                    yield name, ast.unparse(node.value)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_say_what_a_thing_is(path):
    module = path.relative_to(PACKAGE).as_posix()
    banned = [
        f"{name}, line {line}"
        for name, line in names_of(ast.parse(path.read_text()))
        if name in BANNED and (module, name) not in WRITTEN_KEYS
    ]
    assert not banned


def test_a_name_of_a_module_stands_for_one_thing_in_the_whole_package():
    """A constant or class is defined once; type aliases of one name are equal."""
    meanings = defaultdict(set)
    for path in MODULES:
        for name, meaning in module_names(path):
            meanings[name].add(meaning)
    assert not {name: sorted(map(str, given)) for name, given in meanings.items() if len(given) > 1}
