"""The constants of digitocr that are numbers: where they stand, what they say, where they are read.

A constant whose comment starts with "limit" bounds time or memory, one that starts with "size" is a property
of a trained network or of a file: neither is a threshold. Defaults of parameters are bound when a function is
made, and stay as they are.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import CodeType, FrameType, ModuleType

NOT_THRESHOLDS = ("limit", "size", "index")  # how comments of constants start that are no thresholds
Value = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A constant that is a number, or several: its module, its name, its value, and its comment."""

    module: ModuleType
    name: str
    value: Value
    comment: str


def thresholds_of(packages: list[str]) -> Iterator[Threshold]:
    """The numeric constants of packages of digitocr, in the order of their source."""
    for package in packages:
        root = import_module(f"digitocr.{package}")
        paths = getattr(root, "__path__", None)
        names = [m.name for m in walk_packages(paths, f"{root.__name__}.")] if paths else [root.__name__]
        for name in sorted(names):
            yield from _in_module(import_module(name))


def _in_module(module: ModuleType) -> Iterator[Threshold]:
    source = Path(str(module.__file__)).read_text("utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        comment = _comment_of(lines, node)
        for element in target.elts if isinstance(target, ast.Tuple) else [target]:
            name = element.id if isinstance(element, ast.Name) else ""
            value = getattr(module, name, None)
            if name.isupper() and is_number(value):
                yield Threshold(module, name, value, comment)  # type: ignore[arg-type]


def _comment_of(lines: list[str], node: ast.Assign) -> str:
    """The comment beside a constant, or else the lines of comment right above it."""
    beside = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2].strip()
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.startswith("#"):
            break
        above.insert(0, line.lstrip("# "))
    return beside or " ".join(above)


def is_number(value: object) -> bool:
    """Whether a constant is a number, or a tuple of numbers."""
    if isinstance(value, tuple):
        return bool(value) and all(type(part) in (int, float) for part in value)
    return type(value) in (int, float)


def scaled(value: Value, factor: float) -> Value:
    """The value times a factor; whole numbers stay whole, and change by one at least."""
    if isinstance(value, tuple):
        return tuple(float(scaled(part, factor)) for part in value)  # type: ignore[arg-type]
    if type(value) is float:
        return value * factor
    return round(value * factor) if round(value * factor) != value else value + (1 if factor > 1 else -1)


@cache
def imports_of(module: ModuleType) -> frozenset[tuple[str, str]]:
    """The names that a module imports, as (module, name)."""
    nodes = ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return frozenset((node.module or "", alias.name) for node in imports for alias in node.names)


@contextmanager
def changed(threshold: Threshold, value: Value) -> Iterator[None]:
    """The threshold with another value, in its module and in all that import it by name."""
    homes = [
        module
        for name, module in sorted(sys.modules.items())
        if module is threshold.module
        or (
            name.startswith("digitocr.") and (threshold.module.__name__, threshold.name) in imports_of(module)
        )
    ]
    for module in homes:
        setattr(module, threshold.name, value)
    try:
        yield
    finally:
        for module in homes:
            setattr(module, threshold.name, threshold.value)


@contextmanager
def calls_noted() -> Iterator[set[CodeType]]:
    """A set that takes the code of each function of digitocr that is called meanwhile."""
    noted: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and "digitocr" in frame.f_code.co_filename:
            noted.add(frame.f_code)

    sys.setprofile(note)
    try:
        yield noted
    finally:
        sys.setprofile(None)


def is_read_by(threshold: Threshold, code: set[CodeType]) -> bool:
    """Whether some of the code names the threshold; if none does, no value of it changes a result."""
    return any(threshold.name in called.co_names for called in code)
